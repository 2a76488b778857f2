using System.Text;
using System.Text.Json.Nodes;
using LeadGen.Infrastructure.Crm.Wire;

namespace LeadGen.Infrastructure.Crm.Salesforce;

/// <summary>Saves many leads by jobs of Bulk API 2.0: one to update those that are there, one to upsert the others.</summary>
/// <remarks>
/// Bulk API 2.0 Developer Guide, "Create a Job", "Upload Job Data", "Upload Complete", "Get Information About an Ingest Job", "Get Job
/// Successful / Failed / Unprocessed Record Results": up to 150 MB a job after encoding; states Open, UploadComplete, InProgress,
/// JobComplete, Failed, Aborted; results are CSV with <c>sf__Id</c>, <c>sf__Created</c> or <c>sf__Error</c> before the columns sent.
/// </remarks>
internal sealed class SalesforceBulk(SalesforceSession session)
{
    private const int MostBytes = 80 << 20;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan SlowestLook = TimeSpan.FromSeconds(20);

    public async Task<IReadOnlyList<CrmPushed>> RunAsync(IReadOnlyList<CrmRecord> records, CancellationToken cancellationToken)
    {
        var drafts = await SalesforceDrafts.MakeAsync(session, records, cancellationToken).ConfigureAwait(false);
        await SalesforceFinder.PeopleAsync(session, drafts, cancellationToken).ConfigureAwait(false);
        await SalesforcePush.AccountsAsync(session, drafts, cancellationToken).ConfigureAwait(false);
        SalesforcePush.RefuseDoubles(drafts);
        var schema = await SalesforceSchema.ReadAsync(session, session.Object, cancellationToken).ConfigureAwait(false);
        await JobAsync("update", [.. drafts.Where(d => d.Error is null && d.Id is not null)], d => d.Fields, cancellationToken).ConfigureAwait(false);
        await JobAsync("upsert", [.. drafts.Where(d => d.Error is null && d.Id is null)], d => SalesforceDrafts.ForCreation(d, schema), cancellationToken).ConfigureAwait(false);
        return [.. drafts.Select(d => SalesforcePush.Answer(session, d))];
    }

    private async Task JobAsync(string operation, List<SalesforceDraft> drafts, Func<SalesforceDraft, JsonObject> write, CancellationToken cancellationToken)
    {
        var rows = drafts.Select(d => (Draft: d, Fields: write(d))).ToList();
        var names = rows.SelectMany(r => r.Fields.Select(f => f.Key)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        List<string> columns = [SalesforceApi.IdField, .. operation == "update" ? ["Id"] : Array.Empty<string>(), .. session.Object == "Contact" ? ["AccountId"] : Array.Empty<string>(), .. names];
        for (var next = 0; next < rows.Count;)
        {
            var csv = new StringBuilder(SalesforceCsv.Line(columns));
            var part = new List<SalesforceDraft>();
            for (; next < rows.Count && csv.Length < MostBytes; next++)
            {
                var (draft, fields) = rows[next];
                csv.Append(SalesforceCsv.Line(columns.Select(c => Cell(draft, fields, c))));
                part.Add(draft);
            }

            await RunAsync(operation, csv.ToString(), part, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string Cell(SalesforceDraft draft, JsonObject fields, string column) => column switch
    {
        SalesforceApi.IdField => SalesforceFinder.LeadId(draft.Record),
        "Id" => draft.Id!,
        "AccountId" => draft.AccountId ?? "",
        _ => fields.TryGetPropertyValue(column, out var value) ? value?.ToString() ?? "#N/A" : "",
    };

    private async Task RunAsync(string operation, string csv, List<SalesforceDraft> drafts, CancellationToken cancellationToken)
    {
        var start = new JsonObject { ["object"] = session.Object, ["contentType"] = "CSV", ["operation"] = operation, ["lineEnding"] = "LF" };
        if (operation == "upsert")
        {
            start["externalIdFieldName"] = SalesforceApi.IdField;
        }

        var created = (await session.CallAsync(HttpMethod.Post, SalesforceApi.Data + "/jobs/ingest", start, cancellationToken).ConfigureAwait(false)).Json;
        if (created["id"].Text is not { } id || !SalesforceApi.IsId(id))
        {
            throw new CrmException(CrmTrouble.Unavailable, "Salesforce opened a job without naming it.");
        }

        var job = $"{SalesforceApi.Data}/jobs/ingest/{id}";
        var bytes = Encoding.UTF8.GetBytes(csv);
        var upload = await session.TryAsync(
            HttpMethod.Put, job + "/batches", () => new ByteArrayContent(bytes) { Headers = { ContentType = new("text/csv") } }, cancellationToken).ConfigureAwait(false);
        if (!upload.IsSuccess)
        {
            throw SalesforceErrors.Of(upload, session.Now);
        }

        await session.CallAsync(HttpMethod.Patch, job, new JsonObject { ["state"] = "UploadComplete" }, cancellationToken).ConfigureAwait(false);
        await WaitAsync(job, cancellationToken).ConfigureAwait(false);
        await TakeAsync(job, drafts, cancellationToken).ConfigureAwait(false);
    }

    private async Task WaitAsync(string job, CancellationToken cancellationToken)
    {
        var until = session.Now + Longest;
        for (var wait = TimeSpan.FromSeconds(1); ; wait = wait * 2 < SlowestLook ? wait * 2 : SlowestLook)
        {
            var json = (await session.CallAsync(HttpMethod.Get, job, null, cancellationToken).ConfigureAwait(false)).Json;
            switch (json["state"].Text)
            {
                case "JobComplete":
                    return;
                case "Failed" or "Aborted":
                    throw new CrmException(CrmTrouble.Unavailable, "Salesforce gave the job up: " + VendorWire.Short(json["errorMessage"].Text, json["state"].Text!));
            }

            if (session.Now + wait > until)
            {
                throw new CrmException(CrmTrouble.Unavailable, "Salesforce did not finish the job within half an hour.");
            }

            await Task.Delay(wait, session.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task TakeAsync(string job, List<SalesforceDraft> drafts, CancellationToken cancellationToken)
    {
        var open = drafts.ToDictionary(d => SalesforceFinder.LeadId(d.Record), StringComparer.OrdinalIgnoreCase);
        foreach (var row in await RowsAsync("successfulResults").ConfigureAwait(false))
        {
            if (row.GetValueOrDefault(SalesforceApi.IdField) is { } lead && SalesforceApi.IsId(row.GetValueOrDefault("sf__Id")) && open.Remove(lead, out var draft))
            {
                draft.Id = row["sf__Id"];
            }
        }

        foreach (var row in await RowsAsync("failedResults").ConfigureAwait(false))
        {
            if (row.GetValueOrDefault(SalesforceApi.IdField) is { } lead && open.Remove(lead, out var draft))
            {
                draft.Error = Explain(row.GetValueOrDefault("sf__Error") ?? "");
            }
        }

        foreach (var draft in open.Values)
        {
            draft.Error = "Salesforce did not get to this record. It is tried again with the next change.";
        }

        async Task<List<Dictionary<string, string>>> RowsAsync(string what)
        {
            var answer = await session.CallAsync(HttpMethod.Get, $"{job}/{what}", null, cancellationToken).ConfigureAwait(false);
            return answer.MediaType == "text/html"
                ? throw new CrmException(CrmTrouble.Unavailable, "Salesforce answered with a page instead of the job's results.")
                : SalesforceCsv.Read(Encoding.UTF8.GetString(answer.Body));
        }
    }

    /// <summary><c>CODE:words:field, field --</c></summary>
    private static string Explain(string error)
    {
        var parts = error.Split(':', 2);
        var rest = parts.Length > 1 ? parts[1] : "";
        var end = rest.LastIndexOf(':');
        var fields = end >= 0 ? rest[(end + 1)..].Replace("--", "", StringComparison.Ordinal).Trim() : "";
        return SalesforceErrors.Plain(parts[0], fields, VendorWire.Short(end >= 0 ? rest[..end] : rest, error));
    }
}
