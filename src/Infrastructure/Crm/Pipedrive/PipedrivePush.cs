using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using LeadGen.Infrastructure.Crm.Wire;

namespace LeadGen.Infrastructure.Crm.Pipedrive;

/// <summary>Creates and updates people, their organisations, and an entry in the leads inbox for a person who is new there.</summary>
/// <remarks>
/// API reference, v2 "Persons" (<c>search</c> with <c>fields=email&amp;exact_match=true</c>, <c>POST</c>, <c>PATCH</c>), "Organizations" (the same;
/// <c>fields=name</c> or <c>custom_fields</c>), v1 "Leads" (<c>POST</c>: a title and a person; only v1 has it). There is no batch: each person
/// takes two to six calls.
/// </remarks>
internal sealed class PipedrivePush(PipedriveSession session, PipedriveSchema people, PipedriveCompanies companies)
{
    public static async Task<IReadOnlyList<CrmPushed>> RunAsync(PipedriveSession session, IReadOnlyList<CrmRecord> records, CancellationToken cancellationToken)
    {
        var people = await PipedriveSchema.ReadAsync(session, PipedriveSchema.Person, cancellationToken).ConfigureAwait(false);
        var organizations = records.Any(r => r.Company.Count > 0)
            ? await PipedriveSchema.ReadAsync(session, PipedriveSchema.Organization, cancellationToken).ConfigureAwait(false)
            : new PipedriveSchema([]);
        var push = new PipedrivePush(session, people, new PipedriveCompanies(session, organizations));
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
            var fields = PipedriveValues.Fill(record.Person, people);
            var company = await companies.StandingAsync(record, cancellationToken).ConfigureAwait(false);
            if (company is not null)
            {
                fields["org_id"] = long.Parse(company, CultureInfo.InvariantCulture);
            }

            var (id, name) = await StandingAsync(record, fields, cancellationToken).ConfigureAwait(false);
            if (record.RemoteId is null && session.WithLead)
            {
                await LeadAsync(record, id, company, name, cancellationToken).ConfigureAwait(false);
            }

            return new CrmPushed(record.LeadId, id, company, session.PersonUrl(id));
        }
        catch (CrmException refused) when (refused.Trouble == CrmTrouble.Invalid)
        {
            var isGone = refused.Status == (int)HttpStatusCode.Gone;
            return new CrmPushed(record.LeadId, null, null, null, isGone ? "The person was deleted in Pipedrive." : refused.Message) { Gone = isGone };
        }
    }

    /// <summary>A person who is not found by the id that we know was deleted.</summary>
    private async Task<(string Id, string Name)> StandingAsync(CrmRecord record, JsonObject fields, CancellationToken cancellationToken)
    {
        try
        {
            return await PersonAsync(record, fields, cancellationToken).ConfigureAwait(false);
        }
        catch (CrmException gone) when (gone.Status is 404 or 410 && record.RemoteId is not null)
        {
            throw new CrmException(CrmTrouble.Invalid, gone.Message, gone) { Status = (int)HttpStatusCode.Gone };
        }
    }

    private async Task<(string Id, string Name)> PersonAsync(CrmRecord record, JsonObject fields, CancellationToken cancellationToken)
    {
        if (record.RemoteId is not null && !PipedriveRecords.IsId(record.RemoteId))
        {
            throw new CrmException(CrmTrouble.Invalid, "The stored id is none of Pipedrive's.");
        }

        var (id, called) = record.RemoteId is null ? await FindPersonAsync(record.Email, cancellationToken).ConfigureAwait(false) : (record.RemoteId, null);
        if (id is null)
        {
            if (!fields.ContainsKey("emails") && record.Email is { Length: > 0 } email)
            {
                fields["emails"] = new JsonArray(PipedriveValues.Entry(email, true));
            }

            fields["name"] = Name(fields, record);
            fields.Remove("first_name");
            fields.Remove("last_name");
            var made = await session.CallAsync(HttpMethod.Post, "/api/v2/persons", fields, cancellationToken).ConfigureAwait(false);
            return (PipedriveValues.Id(made, "person"), fields["name"]!.ToString());
        }

        // Lists are replaced as a whole, and so is the name: what is there stays behind ours.
        var isNamed = fields["name"] is null && (fields.ContainsKey("first_name") || fields.ContainsKey("last_name"));
        if (isNamed || fields.ContainsKey("emails") || fields.ContainsKey("phones"))
        {
            var known = (await session.CallAsync(HttpMethod.Get, $"/api/v2/persons/{id}", null, cancellationToken).ConfigureAwait(false))["data"];
            Keep(fields, "emails", known);
            Keep(fields, "phones", known);
            if (isNamed)
            {
                fields["name"] = $"{Part("first_name")} {Part("last_name")}".Trim() is { Length: > 0 } name ? name : Name(fields, record);
            }

            string? Part(string part) => fields.ContainsKey(part) ? fields[part]?.ToString() : known[part].Text;
        }

        fields.Remove("first_name");
        fields.Remove("last_name");
        if (fields.Count > 0)
        {
            await session.CallAsync(HttpMethod.Patch, $"/api/v2/persons/{id}", fields, cancellationToken).ConfigureAwait(false);
        }

        return (id, fields["name"]?.ToString() ?? called ?? Name(fields, record));
    }

    private async Task<(string? Id, string? Name)> FindPersonAsync(string? email, CancellationToken cancellationToken)
    {
        if (email is not { Length: > 1 })
        {
            return (null, null);
        }

        var json = await session.CallAsync(
            HttpMethod.Get, $"/api/v2/persons/search?term={Uri.EscapeDataString(email)}&fields=email&exact_match=true&limit=10", null, cancellationToken).ConfigureAwait(false);
        return json["data"]["items"].Items.Select(i => i["item"])
            .Where(i => i["emails"].Items.Any(e => string.Equals(e.Text, email, StringComparison.OrdinalIgnoreCase)) && PipedriveRecords.IsId(i["id"].Text))
            .Select(i => (Id: i["id"].Text, Name: i["name"].Text)).OrderBy(i => long.Parse(i.Id!, CultureInfo.InvariantCulture)).FirstOrDefault();
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
            if (entry["value"].Text is not { Length: > 0 } value)
            {
                continue;
            }

            if (string.Equals(value, first, StringComparison.OrdinalIgnoreCase))
            {
                ours[0]!["label"] = entry["label"].Text ?? "work";
            }
            else
            {
                ours.Add(PipedriveValues.Entry(value, false, entry["label"].Text));
            }
        }
    }

    private static string Name(JsonObject fields, CrmRecord record)
    {
        var name = fields["name"]?.ToString() ?? $"{fields["first_name"]} {fields["last_name"]}".Trim();
        return name.Length > 0 ? name : record.Email ?? "No name";
    }
}
