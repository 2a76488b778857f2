using System.Globalization;
using System.Text.Json.Nodes;
using LeadGen.Infrastructure.Crm.Wire;

namespace LeadGen.Infrastructure.Crm.Pipedrive;

/// <summary>Organisations of one push: found by id, by domain, by name, else made; each once.</summary>
internal sealed class PipedriveCompanies(PipedriveSession session, PipedriveSchema organizations)
{
    private readonly Dictionary<string, string> known = new(StringComparer.OrdinalIgnoreCase);

    /// <returns>Its id; null where the lead has no company, or none with a name.</returns>
    public async Task<string?> StandingAsync(CrmRecord record, CancellationToken cancellationToken)
    {
        if (record.Company.Count == 0 && !PipedriveRecords.IsId(record.RemoteCompanyId))
        {
            return null;
        }

        var fields = PipedriveValues.Fill(record.Company, organizations);
        var keys = Keys(fields).ToList();
        var id = PipedriveRecords.IsId(record.RemoteCompanyId) && await IsUpdatedAsync(record.RemoteCompanyId!, fields, cancellationToken).ConfigureAwait(false)
            ? record.RemoteCompanyId
            : null;
        for (var i = 0; id is null && i < keys.Count; i++)
        {
            id = known.GetValueOrDefault(keys[i].Term);
            if (id is null && await FindCompanyAsync(keys[i].Term, keys[i].In, cancellationToken).ConfigureAwait(false) is { } found
                && await IsUpdatedAsync(found, fields, cancellationToken).ConfigureAwait(false))
            {
                id = found;
            }
        }

        if (id is null && fields["name"] is not null)
        {
            id = PipedriveValues.Id(await session.CallAsync(HttpMethod.Post, "/api/v2/organizations", fields, cancellationToken).ConfigureAwait(false), "organisation");
        }

        foreach (var key in id is null ? [] : keys)
        {
            known[key.Term] = id!;
        }

        return id;
    }

    /// <summary>False when it was deleted.</summary>
    private async Task<bool> IsUpdatedAsync(string id, JsonObject fields, CancellationToken cancellationToken)
    {
        if (fields.Count == 0)
        {
            return true;
        }

        try
        {
            await session.CallAsync(HttpMethod.Patch, $"/api/v2/organizations/{id}", fields, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (CrmException gone) when (gone.Status is 404 or 410)
        {
            return false;
        }
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
}
