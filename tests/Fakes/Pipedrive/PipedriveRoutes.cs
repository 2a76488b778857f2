using System.Globalization;
using System.Text.Json.Nodes;

namespace LeadGen.Fakes.Pipedrive;

/// <summary>The endpoints of v2 (people, organisations, deals, fields, pipelines, stages) and v1 (leads, the user).</summary>
internal sealed class PipedriveRoutes(PipedriveStore store, PipedriveFake fake)
{
    private static readonly string[] PersonParts = ["name", "owner_id", "org_id", "emails", "phones", "visible_to", "label_ids", "custom_fields"];
    private static readonly string[] OrganizationParts = ["name", "owner_id", "address", "visible_to", "label_ids", "custom_fields"];

    public static IResult Error(int status, string error, string? code = null) =>
        Results.Json(new { success = false, error, error_info = "Please check developers.pipedrive.com for more information about Pipedrive API.", code, data = (object?)null }, statusCode: status);

    public void Map(WebApplication app)
    {
        app.MapGet("/v1/users/me", () => Good(new
        {
            id = 11,
            name = "Lena Integration",
            email = "lena@example.com",
            is_admin = fake.IsAdmin ? 1 : 0,
            company_id = PipedriveFake.CompanyId,
            company_name = "Northwind Pretended",
            company_domain = "northwind",
        }));
        foreach (var kind in store.Columns.Keys)
        {
            app.MapGet("/api/v2/" + kind, () => Page(store.Columns[kind].Select(c => c.Wire()), null, 500));
            app.MapPost("/api/v2/" + kind, (JsonObject body) => AddField(kind, body));
        }

        app.MapGet("/api/v2/pipelines", () => Page([new { id = 1, name = "Sales", is_deleted = false }], null, 500));
        app.MapGet("/api/v2/stages", () => Page(PipedriveStore.Stages.Select(s => new { id = s.Id, name = s.Name, pipeline_id = 1, order_nr = s.Id, is_deleted = false, deal_probability = 100 }), null, 500));
        foreach (var kind in new[] { "persons", "organizations", "deals" })
        {
            app.MapGet($"/api/v2/{kind}", (HttpContext context) => List(kind, context.Request.Query));
            app.MapGet($"/api/v2/{kind}/search", (HttpContext context) => Search(kind, context.Request.Query));
            app.MapGet($"/api/v2/{kind}/{{id}}", (string id) => store.Find(kind, id) is { } item ? Good(item.Json) : Error(404, "Entity not found"));
            app.MapPost($"/api/v2/{kind}", (JsonObject body) => Save(kind, null, body));
            app.MapPatch($"/api/v2/{kind}/{{id}}", (string id, JsonObject body) => Save(kind, id, body));
        }

        app.MapGet("/v1/leads", (string? person_id) => Results.Json(new
        {
            success = true,
            data = store.All("leads").Where(l => person_id is null || l.Json["person_id"]?.ToString() == person_id).Select(l => l.Json),
            additional_data = new { pagination = new { start = 0, limit = 100, more_items_in_collection = false } },
        }));
        app.MapPost("/v1/leads", (JsonObject body) => body["title"] is null || body["person_id"] is null && body["organization_id"] is null
            ? Error(400, "A lead must have a title and a person or an organization linked to it")
            : Good(Lead(body).Json, 201));
    }

    private static IResult Good(object? data, int status = 200) => Results.Json(new { success = true, data }, statusCode: status);

    private PipedriveItem Lead(JsonObject body)
    {
        body["is_archived"] = false;
        body["source_name"] = "API";
        return store.Create("leads", body);
    }

    private static IResult Page(IEnumerable<object> all, string? cursor, int limit)
    {
        var from = int.TryParse(cursor, CultureInfo.InvariantCulture, out var start) ? start : 0;
        var rest = all.Skip(from).ToList();
        return Results.Json(new
        {
            success = true,
            data = rest.Take(limit),
            additional_data = new { next_cursor = rest.Count > limit ? (from + (long)limit).Text() : null },
        });
    }

    /// <summary>Sorted by id, or by stamp with nothing to break ties but chance: here the order of the last change.</summary>
    private IResult List(string kind, IQueryCollection query)
    {
        var limit = int.TryParse(query["limit"], CultureInfo.InvariantCulture, out var most) ? most : 100;
        if (limit is < 1 or > 500)
        {
            return Error(400, "limit must be between 1 and 500", "ERR_SCHEMA_VALIDATION_FAILED");
        }

        var ids = query["ids"].ToString() is { Length: > 0 } list ? list.Split(',') : null;
        if (ids is { Length: > 100 })
        {
            return Error(400, "ids must contain no more than 100 items", "ERR_SCHEMA_VALIDATION_FAILED");
        }

        var since = query["updated_since"].ToString();
        var person = query["person_id"].ToString();
        var found = store.All(kind).Where(i => (ids is null || ids.Contains(i.Id))
            && (since.Length == 0 || string.CompareOrdinal(i.Stamp, since) >= 0)
            && (person.Length == 0 || i.Json["person_id"]?.ToString() == person));
        if (query["sort_by"] == "update_time")
        {
            found = query["sort_direction"] == "desc" ? found.OrderByDescending(i => i.Stamp, StringComparer.Ordinal) : found.OrderBy(i => i.Stamp, StringComparer.Ordinal);
        }

        return Page(found.Select(i => i.Json), query["cursor"], limit);
    }

    private IResult Search(string kind, IQueryCollection query)
    {
        var term = query["term"].ToString();
        if (term.Length < (query["exact_match"] == "true" ? 1 : 2))
        {
            return Error(400, "term must be at least 2 characters long");
        }

        var found = store.All(kind).Where(i => Texts(i, query["fields"].ToString()).Any(t => string.Equals(t, term, StringComparison.OrdinalIgnoreCase)));
        return Results.Json(new
        {
            success = true,
            data = new
            {
                items = found.Take(100).Select(i => new
                {
                    result_score = 1,
                    item = new { id = i.Json["id"], type = kind.TrimEnd('s'), name = i.Json["name"], emails = Values(i.Json["emails"]), phones = Values(i.Json["phones"]) },
                }),
            },
            additional_data = new { next_cursor = (string?)null },
        });
    }

    private static IEnumerable<string?> Texts(PipedriveItem item, string field) => field switch
    {
        "email" => Values(item.Json["emails"]),
        "name" => [item.Json["name"]?.ToString()],
        "custom_fields" => (item.Json["custom_fields"] as JsonObject ?? []).Select(f => f.Value?.ToString()),
        _ => [],
    };

    private static IEnumerable<string?> Values(JsonNode? list) => (list as JsonArray ?? []).Select(e => e?["value"]?.ToString());

    private IResult AddField(string kind, JsonObject body)
    {
        if (!fake.IsAdmin)
        {
            return Error(403, "You do not have permission to do this", "FORBIDDEN");
        }

        var (name, type) = (body["field_name"]?.ToString(), body["field_type"]?.ToString());
        if (string.IsNullOrEmpty(name) || type is not ("varchar" or "text" or "double" or "date" or "enum" or "set"))
        {
            return Error(400, "field_name and field_type are required", "ERR_SCHEMA_VALIDATION_FAILED");
        }

        var options = (body["options"] as JsonArray ?? []).Select(o => o!["label"]!.ToString()).ToList();
        return type is "enum" or "set" && options.Count == 0
            ? Error(400, "options are required for this field type", "ERR_SCHEMA_VALIDATION_FAILED")
            : Good(store.AddColumn(kind, name, type, options).Wire(), 201);
    }

    private IResult Save(string kind, string? id, JsonObject body)
    {
        if (fake.Faults.Take(Fault.Partial) == Fault.Partial)
        {
            return Error(400, "Validation failed: phones: is not a valid phone", "ERR_SCHEMA_VALIDATION_FAILED");
        }

        var known = id is null ? null : store.Find(kind, id);
        if (id is not null && known is null)
        {
            return Error(404, "Entity not found");
        }

        if (id is null && kind != "deals" && string.IsNullOrEmpty(body["name"]?.ToString()))
        {
            return Error(400, "Validation failed: name: Required", "ERR_SCHEMA_VALIDATION_FAILED");
        }

        if (Invalid(kind, body) is { } reason)
        {
            return Error(400, "Validation failed: " + reason, "ERR_SCHEMA_VALIDATION_FAILED");
        }

        if (body["name"]?.ToString() is { } name && kind == "persons")
        {
            body["first_name"] = name.Split(' ')[0];
            body["last_name"] = name.Contains(' ', StringComparison.Ordinal) ? name[(name.IndexOf(' ', StringComparison.Ordinal) + 1)..] : null;
        }

        if (known is null)
        {
            return Good(store.Create(kind, body).Json, 201);
        }

        store.Change(known, body);
        return Good(known.Json);
    }

    private string? Invalid(string kind, JsonObject body)
    {
        foreach (var (name, _) in body)
        {
            if (kind != "deals" && !(kind == "persons" ? PersonParts : OrganizationParts).Contains(name))
            {
                return $"{name}: Unrecognized key";
            }
        }

        foreach (var (code, value) in body["custom_fields"] as JsonObject ?? [])
        {
            var column = store.Columns[kind == "persons" ? "personFields" : "organizationFields"].Find(c => c.Code == code && c.Custom);
            var fits = value is null || column?.Type switch
            {
                null => false,
                "double" => value.GetValueKind() == System.Text.Json.JsonValueKind.Number,
                "enum" => long.TryParse(value.ToString(), CultureInfo.InvariantCulture, out var one) && column.Options.Exists(o => o.Id == one),
                "set" => value is JsonArray { Count: > 0 } many && many.All(m => column.Options.Exists(o => o.Id.Text() == m!.ToString())),
                _ => value.GetValueKind() == System.Text.Json.JsonValueKind.String,
            };
            if (!fits)
            {
                return $"custom_fields.{code}: Invalid value";
            }
        }

        return (body["emails"] as JsonArray ?? []).Any(e => e?["value"]?.ToString().Contains('@', StringComparison.Ordinal) != true) ? "emails: Invalid email" : null;
    }
}
