using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using LeadGen.Infrastructure.Crm.Wire;
using LeadGen.Infrastructure.Work;

namespace LeadGen.Infrastructure.Crm.Salesforce;

/// <summary>Saves many leads by jobs of Bulk API 2.0: one to update those that are there, one to upsert the others.</summary>
/// <remarks>
/// Bulk API 2.0 Developer Guide, "Create a Job", "Upload Job Data", "Upload Complete", "Abort a Job", "Get Information About an Ingest Job",
/// "Get Job Successful Record Results": up to 150 MB a job after encoding; states Open, UploadComplete, InProgress, JobComplete, Failed,
/// Aborted; results are CSV with <c>sf__Id</c> and <c>sf__Created</c> before the columns sent.
/// </remarks>
internal sealed class SalesforceBulk(SalesforceSession session)
{
    private const string Jobs = SalesforceApi.Data + "/jobs/ingest";
    private const string Cleared = "#N/A";
    private const int MostBytes = 80 << 20;

    public async Task<bool> SubmitAsync(IReadOnlyList<CrmRecord> records, Func<string, CancellationToken, Task<bool>> keep, CancellationToken cancellationToken)
    {
        var drafts = await SalesforceDrafts.MakeAsync(session, records, cancellationToken).ConfigureAwait(false);
        await SalesforceFinder.PeopleAsync(session, drafts, cancellationToken).ConfigureAwait(false);
        await SalesforcePush.AccountsAsync(session, drafts, cancellationToken).ConfigureAwait(false);
        SalesforcePush.RefuseDoubles(drafts);
        var schema = await SalesforceSchema.ReadAsync(session, session.Object, cancellationToken).ConfigureAwait(false);
        var (known, news) = (drafts.Where(d => d.Error is null && d.Id is not null), drafts.Where(d => d.Error is null && d.Id is null));
        return await SubmitAsync("update", [.. known.Select(d => (d, d.Fields))], keep, cancellationToken).ConfigureAwait(false)
            && await SubmitAsync("upsert", [.. news.Select(d => (d, SalesforceDrafts.ForCreation(d, schema)))], keep, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<CrmJobState>> LookAsync(IReadOnlyList<string> jobs, CancellationToken cancellationToken)
    {
        var states = new List<CrmJobState>();
        foreach (var id in jobs)
        {
            var answer = await session.TryAsync(HttpMethod.Get, $"{Jobs}/{id}", null, cancellationToken).ConfigureAwait(false);
            if (!answer.IsSuccess && answer.Status != HttpStatusCode.NotFound)
            {
                throw SalesforceErrors.Of(answer, session.Now);
            }

            var state = answer.IsSuccess ? answer.Json["state"].Text : "Failed";
            if (state == "Open")
            {
                // Whoever filled it died before closing it. Ended there, it cannot be done twice.
                await EndAsync([id], cancellationToken).ConfigureAwait(false);
            }

            states.Add(state switch
            {
                "JobComplete" => CrmJobState.Done,
                "UploadComplete" or "InProgress" => CrmJobState.Running,
                _ => CrmJobState.Failed,
            });
        }

        return states;
    }

    /// <summary>A job that has ended meanwhile, or is no more, is fine as well.</summary>
    public async Task EndAsync(IReadOnlyList<string> jobs, CancellationToken cancellationToken)
    {
        foreach (var id in jobs)
        {
            var body = new JsonObject { ["state"] = "Aborted" };
            var answer = await session.TryAsync(HttpMethod.Patch, $"{Jobs}/{id}", () => VendorWire.Body(body), cancellationToken).ConfigureAwait(false);
            if (!answer.IsSuccess && answer.Status is not (HttpStatusCode.BadRequest or HttpStatusCode.NotFound))
            {
                throw SalesforceErrors.Of(answer, session.Now);
            }
        }
    }

    public async Task<IReadOnlyList<CrmPushed>> CollectAsync(IReadOnlyList<string> jobs, IReadOnlyList<CrmRecord> records, CancellationToken cancellationToken)
    {
        var schema = await SalesforceSchema.ReadAsync(session, session.Object, cancellationToken).ConfigureAwait(false);
        var byLead = records.ToDictionary(SalesforceFinder.LeadId, StringComparer.OrdinalIgnoreCase);
        var saved = new List<CrmPushed>();
        foreach (var id in jobs)
        {
            var answer = await session.CallAsync(HttpMethod.Get, $"{Jobs}/{id}/successfulResults", null, cancellationToken).ConfigureAwait(false);
            if (answer.MediaType == "text/html")
            {
                throw new CrmException(CrmTrouble.Unavailable, "Salesforce answered with a page instead of the job's results.");
            }

            foreach (var row in SalesforceCsv.Read(Encoding.UTF8.GetString(answer.Body)))
            {
                if (row.GetValueOrDefault(SalesforceApi.IdField) is { } lead && byLead.TryGetValue(lead, out var record) && SalesforceApi.IsId(row.GetValueOrDefault("sf__Id")))
                {
                    saved.Add(Saved(record, row, schema));
                }
            }
        }

        return saved;
    }

    private CrmPushed Saved(CrmRecord record, Dictionary<string, string> row, SalesforceSchema schema)
    {
        var id = row["sf__Id"];
        var account = row.GetValueOrDefault("AccountId") is { Length: > 0 } there ? there : null;
        return new CrmPushed(record.LeadId, id, account, $"{session.Instance}/{id}")
        {
            Person = Standing(record.Person, row, schema),
            Company = session.Object == "Contact" ? new Dictionary<string, string>() : Standing(record.Company, row, schema),
        };
    }

    /// <summary>A value that the job wrote as it would be written now stands there as it is here; any other stands there as the job wrote it.</summary>
    private static Dictionary<string, string> Standing(IReadOnlyDictionary<string, string> values, Dictionary<string, string> row, SalesforceSchema schema)
    {
        var standing = new Dictionary<string, string>();
        foreach (var (name, value) in values)
        {
            if (schema.Find(name) is not { } field || row.GetValueOrDefault(field.Name) is not { Length: > 0 } cell)
            {
                continue;
            }

            var same = field.TryWrite(value, out var node) && Cell(node) == cell || value.Length == 0 && cell is SalesforceApi.NotProvided;
            standing[name] = same ? value : cell == Cleared ? "" : cell;
        }

        return standing;
    }

    private async Task<bool> SubmitAsync(
        string operation, List<(SalesforceDraft Draft, JsonObject Fields)> rows, Func<string, CancellationToken, Task<bool>> keep, CancellationToken cancellationToken)
    {
        var names = rows.SelectMany(r => r.Fields.Select(f => f.Key)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        List<string> columns = [SalesforceApi.IdField, .. operation == "update" ? ["Id"] : Array.Empty<string>(), .. session.Object == "Contact" ? ["AccountId"] : Array.Empty<string>(), .. names];
        for (var next = 0; next < rows.Count;)
        {
            var csv = new StringBuilder(SalesforceCsv.Line(columns));
            for (; next < rows.Count && csv.Length < MostBytes; next++)
            {
                var (draft, fields) = rows[next];
                csv.Append(SalesforceCsv.Line(columns.Select(c => Cell(draft, fields, c))));
            }

            if (!await RunAsync(operation, csv.ToString(), keep, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    private static string Cell(SalesforceDraft draft, JsonObject fields, string column) => column switch
    {
        SalesforceApi.IdField => SalesforceFinder.LeadId(draft.Record),
        "Id" => draft.Id!,
        "AccountId" => draft.AccountId ?? "",
        _ => fields.TryGetPropertyValue(column, out var value) ? Cell(value) : "",
    };

    private static string Cell(JsonNode? value) => value?.ToString() ?? Cleared;

    private async Task<bool> RunAsync(string operation, string csv, Func<string, CancellationToken, Task<bool>> keep, CancellationToken cancellationToken)
    {
        var start = new JsonObject { ["object"] = session.Object, ["contentType"] = "CSV", ["operation"] = operation, ["lineEnding"] = "LF" };
        if (operation == "upsert")
        {
            start["externalIdFieldName"] = SalesforceApi.IdField;
        }

        var created = (await session.CallAsync(HttpMethod.Post, Jobs, start, cancellationToken).ConfigureAwait(false)).Json;
        if (created["id"].Text is not { } id || !SalesforceApi.IsId(id))
        {
            throw new CrmException(CrmTrouble.Unavailable, "Salesforce opened a job without naming it.");
        }

        if (!await keep(id, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        FailPoint.Reach("crm-job-opened");
        var bytes = Encoding.UTF8.GetBytes(csv);
        var upload = await session.TryAsync(
            HttpMethod.Put, $"{Jobs}/{id}/batches", () => new ByteArrayContent(bytes) { Headers = { ContentType = new("text/csv") } }, cancellationToken).ConfigureAwait(false);
        if (!upload.IsSuccess)
        {
            throw SalesforceErrors.Of(upload, session.Now);
        }

        await session.CallAsync(HttpMethod.Patch, $"{Jobs}/{id}", new JsonObject { ["state"] = "UploadComplete" }, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
