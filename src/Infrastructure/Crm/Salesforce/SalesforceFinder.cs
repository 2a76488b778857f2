using LeadGen.Infrastructure.Crm.Wire;

namespace LeadGen.Infrastructure.Crm.Salesforce;

/// <summary>Finds what is there already: people by our id, else by e-mail; companies by domain, else by name.</summary>
internal static class SalesforceFinder
{
    public static async Task PeopleAsync(SalesforceSession session, IReadOnlyCollection<SalesforceDraft> drafts, CancellationToken cancellationToken)
    {
        var unknown = drafts.Where(d => d.Id is null && d.Error is null).ToList();
        var columns = session.Object == "Lead" ? "Id,Email,IsConverted," : "Id,Email,";
        var byLead = new Dictionary<string, JsonView>(StringComparer.OrdinalIgnoreCase);
        var byEmail = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in SalesforceApi.Chunks(unknown.Select(d => LeadId(d.Record)).Distinct()))
        {
            foreach (var row in await RowsAsync(SalesforceApi.IdField, part).ConfigureAwait(false))
            {
                byLead.TryAdd(row[SalesforceApi.IdField].Text ?? "", row);
            }
        }

        foreach (var part in SalesforceApi.Chunks(unknown.Select(d => d.Record.Email).OfType<string>().Where(e => e.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)))
        {
            foreach (var row in await RowsAsync("Email", part).ConfigureAwait(false))
            {
                if (!row["IsConverted"].IsTrue && row["Email"].Text is { } email && SalesforceApi.IsId(row["Id"].Text))
                {
                    byEmail.TryAdd(email, row["Id"].Text!);
                }
            }
        }

        foreach (var draft in unknown)
        {
            if (byLead.TryGetValue(LeadId(draft.Record), out var row) && SalesforceApi.IsId(row["Id"].Text))
            {
                draft.Id = row["Id"].Text;
                draft.Error = row["IsConverted"].IsTrue ? SalesforceErrors.Plain("CANNOT_UPDATE_CONVERTED_LEAD", "", "") : null;
            }
            else if (draft.Record.Email is { } email && byEmail.TryGetValue(email, out var id))
            {
                draft.Id = id;
            }
        }

        Task<List<JsonView>> RowsAsync(string field, List<string> values) => session.RowsAsync(
            $"SELECT {columns}{SalesforceApi.IdField} FROM {session.Object} WHERE {field} IN {SalesforceApi.List(values)} ORDER BY CreatedDate,Id", false, cancellationToken);
    }

    /// <summary>Ids of accounts by domain or name of the drafts, null where there is none.</summary>
    public static async Task<Dictionary<string, string>> AccountsAsync(SalesforceSession session, IEnumerable<SalesforceDraft> drafts, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var wanted = drafts.ToList();
        foreach (var part in SalesforceApi.Chunks(wanted.Select(d => Domain(d.Account["Website"]?.ToString())).OfType<string>().Distinct().SelectMany(Addresses)))
        {
            foreach (var row in await RowsAsync("Website", part).ConfigureAwait(false))
            {
                if (Domain(row["Website"].Text) is { } domain && SalesforceApi.IsId(row["Id"].Text))
                {
                    found.TryAdd("domain " + domain, row["Id"].Text!);
                }
            }
        }

        foreach (var part in SalesforceApi.Chunks(wanted.Select(d => d.Account["Name"]?.ToString()).OfType<string>().Where(n => n.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)))
        {
            foreach (var row in await RowsAsync("Name", part).ConfigureAwait(false))
            {
                if (row["Name"].Text is { } name && SalesforceApi.IsId(row["Id"].Text))
                {
                    found.TryAdd("name " + name, row["Id"].Text!);
                }
            }
        }

        return found;

        Task<List<JsonView>> RowsAsync(string field, List<string> values) => session.RowsAsync(
            $"SELECT Id,Name,Website FROM Account WHERE {field} IN {SalesforceApi.List(values)} ORDER BY CreatedDate,Id", false, cancellationToken);
    }

    public static IEnumerable<string> AccountKeys(SalesforceDraft draft)
    {
        if (Domain(draft.Account["Website"]?.ToString()) is { } domain)
        {
            yield return "domain " + domain;
        }

        if (draft.Account["Name"]?.ToString() is { Length: > 0 } name)
        {
            yield return "name " + name;
        }
    }

    public static string LeadId(CrmRecord record) => record.LeadId.ToString("D");

    /// <summary>The bare host of a web address, without www.</summary>
    public static string? Domain(string? website)
    {
        if (string.IsNullOrWhiteSpace(website)
            || !Uri.TryCreate(website.Contains("://", StringComparison.Ordinal) ? website : "http://" + website, UriKind.Absolute, out var address))
        {
            return null;
        }

        var host = address.Host.ToLowerInvariant();
        return host.StartsWith("www.", StringComparison.Ordinal) ? host[4..] : host.Contains('.', StringComparison.Ordinal) ? host : null;
    }

    /// <summary>The ways in which people write a web address; an index finds these, while a search within the text would read all accounts.</summary>
    private static IEnumerable<string> Addresses(string domain) =>
        from host in new[] { domain, "www." + domain }
        from form in new[] { host, "https://" + host, "https://" + host + "/", "http://" + host, "http://" + host + "/" }
        select form;
}
