using System.Globalization;
using System.Text.Json;

namespace LeadGen.Fakes.HubSpot;

/// <summary>The object, property and association endpoints.</summary>
internal sealed class HubSpotRoutes(HubSpotAccount account, FakeFaults faults)
{
    private const int MostInputs = 100;

    public void Map(WebApplication app)
    {
        app.MapGet("/crm/v3/properties/{kind}", (string kind) => Results.Json(new { results = account.PropertiesOf(kind).Select(p => p.Wire()) }));
        app.MapPost("/crm/v3/properties/{kind}/groups", (string kind, JsonElement body) => account.AddGroup(kind, Text(body, "name"))
            ? Results.Json(new { name = Text(body, "name"), label = Text(body, "label"), archived = false }, statusCode: 201)
            : HubSpotAnswers.Error(409, "OBJECT_ALREADY_EXISTS", "A property group with that name already exists."));
        app.MapPost("/crm/v3/properties/{kind}/batch/create", CreateProperties);
        app.MapGet("/crm/v3/pipelines/deals", () => Results.Json(new
        {
            results = new[]
            {
                new
                {
                    id = "default",
                    label = "Sales Pipeline",
                    stages = HubSpotStandard.DealStages.Select(s => new { id = s.Id, label = s.Label, metadata = new { isClosed = s.IsClosed, probability = s.Probability } }),
                },
            },
        }));
        app.MapPost("/crm/v3/objects/{kind}/batch/upsert", (string kind, JsonElement body) => Write(kind, body, isUpsert: true));
        app.MapPost("/crm/v3/objects/{kind}/batch/update", (string kind, JsonElement body) => Write(kind, body, isUpsert: false));
        app.MapPost("/crm/v3/objects/{kind}/batch/read", Read);
        app.MapPost("/crm/v3/objects/{kind}/search", Search);
        app.MapPost("/crm/v4/associations/{from}/{to}/batch/associate/default", Associate);
        app.MapPost("/crm/v4/associations/{from}/{to}/batch/read", Associations);
    }

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.ToString() : "";

    private static IEnumerable<JsonElement> Inputs(JsonElement body) => body.GetProperty("inputs").EnumerateArray();

    private static object Done(string status, IEnumerable<object> results, IReadOnlyList<object>? errors = null)
    {
        var now = HubSpotObject.Iso(DateTimeOffset.UtcNow);
        return errors is { Count: > 0 }
            ? new { status, results, numErrors = errors.Count, errors, startedAt = now, completedAt = now }
            : new { status, results, startedAt = now, completedAt = now };
    }

    private IResult CreateProperties(string kind, JsonElement body)
    {
        var made = Inputs(body).Select(i => new HubSpotProperty(Text(i, "name"), Text(i, "label"), Text(i, "type"), Text(i, "fieldType"), Text(i, "groupName"))
        {
            HasUniqueValue = i.TryGetProperty("hasUniqueValue", out var unique) && unique.GetBoolean(),
        }).ToList();
        return made.Find(p => !account.AddProperty(kind, p)) is { } known
            ? HubSpotAnswers.Error(409, "OBJECT_ALREADY_EXISTS", $"A property named '{known.Name}' already exists.")
            : Results.Json(Done("COMPLETE", made.Select(p => p.Wire())), statusCode: 201);
    }

    private IResult Write(string kind, JsonElement body, bool isUpsert)
    {
        var inputs = Inputs(body).ToList();
        if (inputs.Count is 0 or > MostInputs)
        {
            return HubSpotAnswers.Error(400, "VALIDATION_ERROR", $"The maximum number of inputs is {MostInputs}, but the request contained {inputs.Count}.");
        }

        if (inputs.Select(i => Text(i, "id").ToLowerInvariant()).GroupBy(id => id).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            return HubSpotAnswers.Error(400, "VALIDATION_ERROR", $"Duplicate IDs found in batch input: [{twice.Key}]. IDs must be unique");
        }

        foreach (var input in inputs)
        {
            if (Invalid(kind, input) is { } invalid)
            {
                return invalid;
            }
        }

        var (results, errors) = (new List<object>(), new List<object>());
        var partial = kind == "contacts" && faults.Take(Fault.Partial) == Fault.Partial;
        foreach (var input in inputs)
        {
            var (id, trace) = (Text(input, "id"), Text(input, "objectWriteTraceId"));
            var values = input.GetProperty("properties").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.ToString());
            if (partial && errors.Count == 0)
            {
                errors.Add(Failed("VALIDATION_ERROR", "Property values were not valid: phone is not a valid phone number", id, trace));
                continue;
            }

            var by = Text(input, "idProperty");
            var known = by.Length == 0 ? account.Find(kind, id) : account.FindBy(kind, by, id);
            if (known is null && !isUpsert)
            {
                errors.Add(Failed("OBJECT_NOT_FOUND", "Could not get some " + kind.ToUpperInvariant() + " objects, they may be deleted or not exist. Check that ids are valid.", id, trace));
                continue;
            }

            var isNew = known is null;
            known ??= account.Create(kind, new Dictionary<string, string> { [by] = id });
            account.Update(known, values);
            results.Add(known.Wire(trace, isUpsert ? isNew : null));
        }

        return Results.Json(Done("COMPLETE", results, errors), statusCode: errors.Count > 0 ? 207 : 200);
    }

    private static object Failed(string category, string message, string id, string trace) => new
    {
        status = "error",
        category,
        message,
        context = new { ids = new[] { id }, objectWriteTraceId = new[] { trace } },
    };

    private IResult? Invalid(string kind, JsonElement input)
    {
        var known = account.PropertiesOf(kind);
        foreach (var property in input.GetProperty("properties").EnumerateObject())
        {
            if (known.FirstOrDefault(p => p.Name == property.Name) is not { } definition)
            {
                return Refused($"Property \"{property.Name}\" does not exist", "PROPERTY_DOESNT_EXIST", property.Name);
            }

            var value = property.Value.ToString();
            if (definition.ReadOnlyValue)
            {
                return Refused($"\"{property.Name}\" is a read only property; its value cannot be set.", "READ_ONLY_VALUE", property.Name);
            }

            if (definition.Type == "number" && value.Length > 0 && !double.TryParse(value, CultureInfo.InvariantCulture, out _))
            {
                return Refused($"{value} was not a valid number.", "INVALID_INTEGER", property.Name);
            }

            if (definition.Options.Count > 0 && value.Length > 0 && definition.Options.All(o => o.Value != value))
            {
                return Refused($"{value} was not one of the allowed options", "INVALID_OPTION", property.Name);
            }

            if (property.Name == "email" && !value.Contains('.', StringComparison.Ordinal))
            {
                return Refused($"Email address {value} is invalid", "INVALID_EMAIL", property.Name);
            }
        }

        return null;
    }

    private static IResult Refused(string message, string code, string property)
    {
        var detail = JsonSerializer.Serialize(new[] { new { isValid = false, message, error = code, name = property } });
        return HubSpotAnswers.Error(
            400,
            "VALIDATION_ERROR",
            "Property values were not valid: " + detail,
            new[] { new { message, code, context = new { propertyName = new[] { property } } } });
    }

    private IResult Read(string kind, JsonElement body)
    {
        var found = Inputs(body).Select(i => account.Find(kind, Text(i, "id"))).OfType<HubSpotObject>().DistinctBy(o => o.Id).ToList();
        var missing = Inputs(body).Select(i => Text(i, "id")).Where(id => account.Find(kind, id) is null)
            .Select(id => Failed("OBJECT_NOT_FOUND", "Could not get some objects, they may be deleted or not exist.", id, "")).ToList();
        return Results.Json(Done("COMPLETE", found.Select(o => o.Wire()), missing), statusCode: missing.Count > 0 ? 207 : 200);
    }

    /// <summary>Filters of one group, all of which must hold; sorted by the first sort; pages by a number.</summary>
    private IResult Search(string kind, JsonElement body)
    {
        var filters = body.GetProperty("filterGroups").EnumerateArray().SelectMany(g => g.GetProperty("filters").EnumerateArray()).ToList();
        var found = account.All(kind).Where(o => filters.TrueForAll(f => Holds(o, f))).OrderBy(o => o.UpdatedAt).ThenBy(o => o.Id, StringComparer.Ordinal).ToList();
        var after = int.TryParse(Text(body, "after"), CultureInfo.InvariantCulture, out var from) ? from : 0;
        var limit = body.TryGetProperty("limit", out var most) ? most.GetInt32() : 10;
        var page = found.Skip(after).Take(limit).ToList();
        return after + page.Count < found.Count
            ? Results.Json(new { total = found.Count, results = page.Select(o => o.Wire()), paging = new { next = new { after = ((long)after + page.Count).Text() } } })
            : Results.Json(new { total = found.Count, results = page.Select(o => o.Wire()) });
    }

    private static bool Holds(HubSpotObject record, JsonElement filter)
    {
        var name = Text(filter, "propertyName");
        var value = record.Properties.GetValueOrDefault(name) ?? "";
        return Text(filter, "operator") switch
        {
            "IN" => filter.GetProperty("values").EnumerateArray().Any(v => string.Equals(v.GetString(), value, StringComparison.OrdinalIgnoreCase)),
            "EQ" => string.Equals(Text(filter, "value"), value, StringComparison.OrdinalIgnoreCase),
            "GTE" => record.UpdatedAt.ToUnixTimeMilliseconds() >= long.Parse(Text(filter, "value"), CultureInfo.InvariantCulture),
            _ => false,
        };
    }

    private IResult Associate(string from, string to, JsonElement body)
    {
        foreach (var input in Inputs(body))
        {
            account.Associate(from, Text(input.GetProperty("from"), "id"), to, Text(input.GetProperty("to"), "id"));
        }

        return Results.Json(Done("COMPLETE", Inputs(body).Select(i => (object)new { from = i.GetProperty("from"), to = i.GetProperty("to") })));
    }

    private IResult Associations(string from, string to, JsonElement body) => Results.Json(Done("COMPLETE", Inputs(body).Select(i => (object)new
    {
        from = new { id = Text(i, "id") },
        to = account.Associated(from, Text(i, "id"), to).Select(id => new { toObjectId = long.Parse(id, CultureInfo.InvariantCulture) }),
    })));
}
