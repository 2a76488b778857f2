using System.Text.Json.Nodes;

namespace LeadGen.Infrastructure.Crm.Salesforce;

/// <summary>Creates and updates leads, or contacts with their accounts.</summary>
internal static class SalesforcePush
{
    public static async Task<IReadOnlyList<CrmPushed>> RunAsync(SalesforceSession session, IReadOnlyList<CrmRecord> records, CancellationToken cancellationToken)
    {
        var drafts = await SalesforceDrafts.MakeAsync(session, records, cancellationToken).ConfigureAwait(false);
        await SalesforceFinder.PeopleAsync(session, drafts, cancellationToken).ConfigureAwait(false);
        await AccountsAsync(session, drafts, cancellationToken).ConfigureAwait(false);
        RefuseDoubles(drafts);
        var schema = await SalesforceSchema.ReadAsync(session, session.Object, cancellationToken).ConfigureAwait(false);
        var known = drafts.Where(d => d.Error is null && d.Id is not null).ToList();
        var news = drafts.Where(d => d.Error is null && d.Id is null).ToList();
        var saver = new SalesforceCollections(session);
        await SaveAsync(saver, HttpMethod.Patch, "/composite/sobjects", known, d => Tied(session, d, d.Fields, d.Id), cancellationToken).ConfigureAwait(false);
        await SaveAsync(saver, HttpMethod.Patch, $"/composite/sobjects/{session.Object}/{SalesforceApi.IdField}", news,
            d => Tied(session, d, SalesforceDrafts.ForCreation(d, schema), null), cancellationToken).ConfigureAwait(false);
        return [.. drafts.Select(d => Answer(session, d))];
    }

    public static CrmPushed Answer(SalesforceSession session, SalesforceDraft draft) => draft.Error is not null
        ? new CrmPushed(draft.Record.LeadId, null, null, null, draft.Error) { Gone = draft.IsGone }
        : new CrmPushed(draft.Record.LeadId, draft.Id, draft.AccountId, $"{session.Instance}/{draft.Id}");

    /// <summary>Two leads that are one record there would overwrite each other, and Salesforce takes no id twice in a call.</summary>
    public static void RefuseDoubles(IEnumerable<SalesforceDraft> drafts)
    {
        foreach (var same in drafts.Where(d => d.Error is null && d.Id is not null).GroupBy(d => d.Id!, StringComparer.Ordinal))
        {
            foreach (var later in same.Skip(1))
            {
                later.Error = "Another lead here is the same record in Salesforce. Merge the two leads.";
            }
        }
    }

    public static async Task AccountsAsync(SalesforceSession session, IReadOnlyCollection<SalesforceDraft> drafts, CancellationToken cancellationToken)
    {
        var open = drafts.Where(d => d.Error is null && d.Account.Count > 0).ToList();
        if (open.Count == 0)
        {
            return;
        }

        var found = await SalesforceFinder.AccountsAsync(session, open.Where(d => d.AccountId is null), cancellationToken).ConfigureAwait(false);
        foreach (var draft in open.Where(d => d.AccountId is null))
        {
            draft.AccountId = SalesforceFinder.AccountKeys(draft).Select(found.GetValueOrDefault).FirstOrDefault(id => id is not null);
        }

        var saver = new SalesforceCollections(session);
        var known = open.Where(d => d.AccountId is not null).GroupBy(d => d.AccountId!, StringComparer.Ordinal).Select(g => g.ToList()).ToList();
        await SaveAccountsAsync(HttpMethod.Patch, known, d => Typed("Account", d.Account, d.AccountId)).ConfigureAwait(false);
        var news = open.Where(d => d.AccountId is null && d.Error is null && d.Account["Name"] is not null)
            .GroupBy(d => SalesforceFinder.AccountKeys(d).First(), StringComparer.OrdinalIgnoreCase).Select(g => g.ToList()).ToList();
        await SaveAccountsAsync(HttpMethod.Post, news, d => Typed("Account", d.Account, null)).ConfigureAwait(false);

        async Task SaveAccountsAsync(HttpMethod method, List<List<SalesforceDraft>> groups, Func<SalesforceDraft, JsonObject> write)
        {
            var saved = await saver.SaveAsync(method, "/composite/sobjects", [.. groups.Select(g => write(g[^1]))], cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < groups.Count; i++)
            {
                foreach (var draft in groups[i])
                {
                    draft.AccountId = saved[i].Id ?? draft.AccountId;
                    draft.Error = saved[i].Error is { } error ? "The company: " + error : null;
                }
            }
        }
    }

    private static async Task SaveAsync(
        SalesforceCollections saver, HttpMethod method, string path, List<SalesforceDraft> drafts, Func<SalesforceDraft, JsonObject> write, CancellationToken cancellationToken)
    {
        var saved = await saver.SaveAsync(method, path, [.. drafts.Select(write)], cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < drafts.Count; i++)
        {
            drafts[i].Id = saved[i].Id ?? drafts[i].Id;
            drafts[i].Error = saved[i].Error;
            drafts[i].IsGone = saved[i].IsGone;
        }
    }

    private static JsonObject Tied(SalesforceSession session, SalesforceDraft draft, JsonObject fields, string? id)
    {
        var record = Typed(session.Object, fields, id);
        record[SalesforceApi.IdField] = SalesforceFinder.LeadId(draft.Record);
        if (session.Object == "Contact" && draft.AccountId is not null)
        {
            record["AccountId"] = draft.AccountId;
        }

        return record;
    }

    private static JsonObject Typed(string type, JsonObject fields, string? id)
    {
        var record = new JsonObject { ["attributes"] = new JsonObject { ["type"] = type } };
        if (id is not null)
        {
            record["id"] = id;
        }

        foreach (var (name, value) in fields)
        {
            record[name] = value?.DeepClone();
        }

        return record;
    }
}
