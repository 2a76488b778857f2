using System.Globalization;
using System.Text.Json.Nodes;
using LeadGen.Infrastructure.Crm.Wire;

namespace LeadGen.Infrastructure.Crm.Pipedrive;

/// <summary>Creates and updates people, their organisations, and an entry in the leads inbox for a person who is new there.</summary>
/// <remarks>
/// API reference, v2 "Persons" (<c>search</c> with <c>fields=email&amp;exact_match=true</c>, <c>POST</c>, <c>PATCH</c>), "Organizations" (the same;
/// <c>fields=name</c> or <c>custom_fields</c>), v1 "Leads" (<c>POST</c>: a title and a person; only v1 has it). There is no batch: each person
/// takes two to six calls.
/// </remarks>
internal sealed class PipedrivePush(PipedriveSession session, PipedriveSchema people, PipedriveSchema organizations)
{
    private readonly Dictionary<string, string> companies = new(StringComparer.OrdinalIgnoreCase);

    public static async Task<IReadOnlyList<CrmPushed>> RunAsync(PipedriveSession session, IReadOnlyList<CrmRecord> records, CancellationToken cancellationToken)
    {
        var people = await PipedriveSchema.ReadAsync(session, PipedriveSchema.Person, cancellationToken).ConfigureAwait(false);
        var organizations = records.Any(r => r.Company.Count > 0)
            ? await PipedriveSchema.ReadAsync(session, PipedriveSchema.Organization, cancellationToken).ConfigureAwait(false)
            : new PipedriveSchema([]);
        var push = new PipedrivePush(session, people, organizations);
        var pushed = new List<CrmPushed>();
        foreach (var record in records)
        {
            pushed.Add(await push.OneAsync(record, cancellationToken).ConfigureAwait(false));
        }

        return pushed;
    }

    private async Task<CrmPushed> OneAsync(CrmRecord record, CancellationToken cancellationToken)
    {
        try
        {
            var fields = Fill(record.Person, people, record);
            var company = await CompanyAsync(record, cancellationToken).ConfigureAwait(false);
            if (company is not null)
            {
                fields["org_id"] = long.Parse(company, CultureInfo.InvariantCulture);
            }

            var id = await PersonAsync(record, fields, cancellationToken).ConfigureAwait(false);
            if (record.RemoteId is null && session.WithLead)
            {
                await LeadAsync(record, id, company, Name(fields, record), cancellationToken).ConfigureAwait(false);
            }

            return new CrmPushed(record.LeadId, id, company, session.PersonUrl(id));
        }
        catch (CrmException refused) when (refused.Trouble == CrmTrouble.Invalid)
        {
            var isGone = refused.Status is 404 or 410 && record.RemoteId is not null;
            return new CrmPushed(record.LeadId, null, null, null, isGone ? "The person was deleted in Pipedrive." : refused.Message);
        }
    }

    private async Task<string> PersonAsync(CrmRecord record, JsonObject fields, CancellationToken cancellationToken)
    {
        if (record.RemoteId is not null && !PipedriveRecords.IsId(record.RemoteId))
        {
            throw new CrmException(CrmTrouble.Invalid, "The stored id is none of Pipedrive's.");
        }

        var id = record.RemoteId ?? await FindPersonAsync(record.Email, cancellationToken).ConfigureAwait(false);
        if (id is null)
        {
            if (!fields.ContainsKey("emails") && record.Email is { Length: > 0 } email)
            {
                fields["emails"] = new JsonArray(Entry(email, true));
            }

            fields["name"] = Name(fields, record);
            fields.Remove("first_name");
            fields.Remove("last_name");
            var made = await session.CallAsync(HttpMethod.Post, "/api/v2/persons", fields, cancellationToken).ConfigureAwait(false);
            return Id(made, "person");
        }

        // Lists are replaced as a whole: what people added there stays behind ours.
        if (fields.ContainsKey("emails") || fields.ContainsKey("phones"))
        {
            var known = (await session.CallAsync(HttpMethod.Get, $"/api/v2/persons/{id}", null, cancellationToken).ConfigureAwait(false))["data"];
            Keep(fields, "emails", known);
            Keep(fields, "phones", known);
        }

        if (fields["name"] is null && (fields.ContainsKey("first_name") || fields.ContainsKey("last_name")))
        {
            fields["name"] = Name(fields, record);
        }

        fields.Remove("first_name");
        fields.Remove("last_name");
        if (fields.Count > 0)
        {
            await session.CallAsync(HttpMethod.Patch, $"/api/v2/persons/{id}", fields, cancellationToken).ConfigureAwait(false);
        }

        return id;
    }

    private async Task<string?> FindPersonAsync(string? email, CancellationToken cancellationToken)
    {
        if (email is not { Length: > 1 })
        {
            return null;
        }

        var json = await session.CallAsync(
            HttpMethod.Get, $"/api/v2/persons/search?term={Uri.EscapeDataString(email)}&fields=email&exact_match=true&limit=10", null, cancellationToken).ConfigureAwait(false);
        return json["data"]["items"].Items.Select(i => i["item"])
            .Where(i => i["emails"].Items.Any(e => string.Equals(e.Text, email, StringComparison.OrdinalIgnoreCase)) && PipedriveRecords.IsId(i["id"].Text))
            .Select(i => i["id"].Text!).OrderBy(i => long.Parse(i, CultureInfo.InvariantCulture)).FirstOrDefault();
    }

    private async Task<string?> CompanyAsync(CrmRecord record, CancellationToken cancellationToken)
    {
        if (record.Company.Count == 0 && !PipedriveRecords.IsId(record.RemoteCompanyId))
        {
            return null;
        }

        var fields = Fill(record.Company, organizations, null);
        var keys = Keys(fields).ToList();
        var id = PipedriveRecords.IsId(record.RemoteCompanyId) ? record.RemoteCompanyId : null;
        for (var i = 0; id is null && i < keys.Count; i++)
        {
            id = companies.GetValueOrDefault(keys[i].Term) ?? await FindCompanyAsync(keys[i].Term, keys[i].In, cancellationToken).ConfigureAwait(false);
        }

        if (id is null && fields["name"] is not null)
        {
            id = Id(await session.CallAsync(HttpMethod.Post, "/api/v2/organizations", fields, cancellationToken).ConfigureAwait(false), "organisation");
        }
        else if (id is not null && fields.Count > 0 && !companies.ContainsValue(id))
        {
            await session.CallAsync(HttpMethod.Patch, $"/api/v2/organizations/{id}", fields, cancellationToken).ConfigureAwait(false);
        }

        foreach (var key in id is null ? [] : keys)
        {
            companies[key.Term] = id!;
        }

        return id;
    }

    private async Task<string?> FindCompanyAsync(string term, string within, CancellationToken cancellationToken)
    {
        var json = await session.CallAsync(
            HttpMethod.Get, $"/api/v2/organizations/search?term={Uri.EscapeDataString(term)}&fields={within}&exact_match=true&limit=10", null, cancellationToken).ConfigureAwait(false);
        return json["data"]["items"].Items.Select(i => i["item"]["id"].Text).Where(PipedriveRecords.IsId).OfType<string>()
            .OrderBy(i => long.Parse(i, CultureInfo.InvariantCulture)).FirstOrDefault();
    }

    /// <summary>By domain where the company keeps one in a field of its own, then by name.</summary>
    private IEnumerable<(string Term, string In)> Keys(JsonObject fields)
    {
        foreach (var field in organizations.Fields.Where(f => f.IsCustom && CrmNames.Normal(f.Name) is "domain" or "website" or "companydomain"))
        {
            if (fields["custom_fields"]?[field.Code]?.ToString() is { Length: > 2 } domain)
            {
                yield return (domain, "custom_fields");
            }
        }

        if (fields["name"]?.ToString() is { Length: > 1 } name)
        {
            yield return (name, "name");
        }
    }

    private async Task LeadAsync(CrmRecord record, string person, string? company, string name, CancellationToken cancellationToken)
    {
        var leads = await session.CallAsync(HttpMethod.Get, $"/v1/leads?person_id={person}&archived_status=all&limit=1", null, cancellationToken).ConfigureAwait(false);
        var deals = leads["data"].Items.Any() ? leads : await session.CallAsync(HttpMethod.Get, $"/api/v2/deals?person_id={person}&limit=1", null, cancellationToken).ConfigureAwait(false);
        if (deals["data"].Items.Any())
        {
            return;
        }

        var lead = new JsonObject
        {
            ["title"] = name,
            ["person_id"] = long.Parse(person, CultureInfo.InvariantCulture),
            ["origin_id"] = record.LeadId.ToString("D"),
        };
        if (company is not null)
        {
            lead["organization_id"] = long.Parse(company, CultureInfo.InvariantCulture);
        }

        await session.CallAsync(HttpMethod.Post, "/v1/leads", lead, cancellationToken).ConfigureAwait(false);
    }

    private static JsonObject Fill(IReadOnlyDictionary<string, string> values, PipedriveSchema schema, CrmRecord? person)
    {
        var fields = new JsonObject();
        var own = new JsonObject();
        foreach (var (name, value) in values.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            if (schema.Find(name) is not { } field)
            {
                throw new CrmException(CrmTrouble.Invalid, $"{name}: Pipedrive has no such field.");
            }

            if (!field.IsWritable)
            {
                throw new CrmException(CrmTrouble.Invalid, $"{field.Name}: cannot be written in Pipedrive.");
            }

            if (!field.TryWrite(value, out var node))
            {
                throw new CrmException(CrmTrouble.Invalid, field.Kind is "choice" or "list"
                    ? $"{field.Name}: the value is not one of the choices in Pipedrive ({string.Join(", ", field.Options.Values)})."
                    : $"{field.Name}: the value is no {field.Kind}.");
            }

            if (person is not null && field.Code is "emails" or "phones")
            {
                fields[field.Code] = value.Length > 0 ? new JsonArray(Entry(value, true)) : new JsonArray();
            }
            else
            {
                (field.IsCustom ? own : fields)[field.Code] = node;
            }
        }

        if (own.Count > 0)
        {
            fields["custom_fields"] = own;
        }

        return fields;
    }

    private static void Keep(JsonObject fields, string name, JsonView known)
    {
        if (fields[name] is not JsonArray { Count: > 0 } ours)
        {
            fields.Remove(name);
            return;
        }

        var first = ours[0]!["value"]!.ToString();
        foreach (var entry in known[name].Items)
        {
            if (entry["value"].Text is { Length: > 0 } value && !string.Equals(value, first, StringComparison.OrdinalIgnoreCase))
            {
                ours.Add(Entry(value, false, entry["label"].Text));
            }
        }
    }

    private static JsonNode Entry(string value, bool isPrimary, string? label = null) =>
        new JsonObject { ["value"] = value, ["primary"] = isPrimary, ["label"] = label ?? "work" };

    private static string Name(JsonObject fields, CrmRecord record)
    {
        var name = fields["name"]?.ToString() ?? $"{fields["first_name"]} {fields["last_name"]}".Trim();
        return name.Length > 0 ? name : record.Email ?? "No name";
    }

    private static string Id(JsonView made, string what) =>
        PipedriveRecords.IsId(made["data"]["id"].Text) ? made["data"]["id"].Text! : throw new CrmException(CrmTrouble.Unavailable, $"Pipedrive made a {what} without naming its id.");
}
