using System.Text.Json.Nodes;
using LeadGen.Infrastructure.Crm.Wire;

namespace LeadGen.Infrastructure.Crm.Salesforce;

/// <summary>Reads records with all their values and the stage that they are at.</summary>
/// <remarks>
/// REST API Developer Guide, "Get Records Using sObject Collections with a Request Body" (<c>POST composite/sobjects/{object}</c>, ids and
/// fields in the body, null for a record that is not there). What became of missing ones stands in the recycle bin ("QueryAll"): a record
/// that lost a merge names the winner in <c>MasterRecordId</c>.
/// </remarks>
internal static class SalesforceRecords
{
    public const string StatusPrefix = "status:";
    public const string StagePrefix = "stage:";

    public static async Task<IReadOnlyList<CrmRemote>> ReadAsync(SalesforceSession session, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var wanted = ids.Where(SalesforceApi.IsId).Distinct(StringComparer.Ordinal).ToList();
        var rows = new Dictionary<string, JsonView>(StringComparer.Ordinal);
        var schema = await SalesforceSchema.ReadAsync(session, session.Object, cancellationToken).ConfigureAwait(false);
        var fields = schema.Fields.Where(f => f.Kind is not null).Select(f => f.Name).Order(StringComparer.Ordinal).ToList();
        foreach (var part in wanted.Chunk(SalesforceApi.Most))
        {
            var body = new JsonObject { ["ids"] = Strings(part), ["fields"] = Strings(fields) };
            var answer = await session.CallAsync(HttpMethod.Post, $"{SalesforceApi.Data}/composite/sobjects/{session.Object}", body, cancellationToken).ConfigureAwait(false);
            var found = answer.Json.Items.ToList();
            for (var i = 0; i < part.Length && i < found.Count; i++)
            {
                if (found[i].IsObject && !found[i]["IsDeleted"].IsTrue)
                {
                    rows[part[i]] = found[i];
                }
            }
        }

        var stages = await StagesAsync(session, rows, cancellationToken).ConfigureAwait(false);
        var gone = await FateAsync(session, [.. wanted.Where(id => !rows.ContainsKey(id))], cancellationToken).ConfigureAwait(false);
        return [.. ids.Distinct(StringComparer.Ordinal).Select(id => rows.TryGetValue(id, out var row)
            ? Remote(id, row, fields, stages.GetValueOrDefault(id))
            : gone.GetValueOrDefault(id) ?? Gone(id, session.Now, null))];
    }

    /// <summary>Gone; where it was merged away, it lives on as another.</summary>
    public static CrmRemote Gone(string id, DateTime at, string? mergedInto) =>
        new(id, null, new Dictionary<string, string>(), null, at) { Deleted = mergedInto is null, MergedInto = mergedInto };

    /// <summary>What became of records that are no longer among the living.</summary>
    public static async Task<Dictionary<string, CrmRemote>> FateAsync(SalesforceSession session, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var gone = new Dictionary<string, CrmRemote>(StringComparer.Ordinal);
        foreach (var part in SalesforceApi.Chunks(ids))
        {
            var soql = $"SELECT Id,MasterRecordId,SystemModstamp FROM {session.Object} WHERE IsDeleted=true AND Id IN {SalesforceApi.List(part)}";
            foreach (var row in await session.RowsAsync(soql, true, cancellationToken).ConfigureAwait(false))
            {
                if (row["Id"].Text is { } id)
                {
                    gone[id] = Gone(id, row["SystemModstamp"].Time ?? session.Now, row["MasterRecordId"].Text is { Length: > 0 } master ? master : null);
                }
            }
        }

        return gone;
    }

    private static CrmRemote Remote(string id, JsonView row, List<string> fields, string? stage)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in fields)
        {
            if (row[field].Text is { Length: > 0 } text)
            {
                values[field] = text;
            }
        }

        return new CrmRemote(id, row["Email"].Text, values, stage, row["SystemModstamp"].Time ?? DateTime.UnixEpoch);
    }

    /// <summary>A converted lead is where its opportunity is; a contact where its latest one is; an unconverted lead where its status says.</summary>
    private static async Task<Dictionary<string, string>> StagesAsync(SalesforceSession session, Dictionary<string, JsonView> rows, CancellationToken cancellationToken)
    {
        var stages = new Dictionary<string, string>(StringComparer.Ordinal);
        if (session.Object == "Contact")
        {
            foreach (var part in SalesforceApi.Chunks(rows.Keys))
            {
                var soql = $"SELECT ContactId,Opportunity.StageName FROM OpportunityContactRole WHERE ContactId IN {SalesforceApi.List(part)} ORDER BY Opportunity.SystemModstamp,Id";
                foreach (var row in await session.RowsAsync(soql, false, cancellationToken).ConfigureAwait(false))
                {
                    if (row["ContactId"].Text is { } id && row["Opportunity"]["StageName"].Text is { } stage)
                    {
                        stages[id] = StagePrefix + stage;
                    }
                }
            }

            return stages;
        }

        var deals = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in SalesforceApi.Chunks(rows.Values.Select(r => r["ConvertedOpportunityId"].Text).Where(SalesforceApi.IsId).OfType<string>().Distinct()))
        {
            foreach (var row in await session.RowsAsync($"SELECT Id,StageName FROM Opportunity WHERE Id IN {SalesforceApi.List(part)}", false, cancellationToken).ConfigureAwait(false))
            {
                deals[row["Id"].Text ?? ""] = row["StageName"].Text ?? "";
            }
        }

        foreach (var (id, row) in rows)
        {
            if (row["ConvertedOpportunityId"].Text is { } deal && deals.TryGetValue(deal, out var stage))
            {
                stages[id] = StagePrefix + stage;
            }
            else if (row["Status"].Text is { } status)
            {
                stages[id] = StatusPrefix + status;
            }
        }

        return stages;
    }

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(t => JsonValue.Create(t))]);
}
