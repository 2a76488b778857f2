using System.Net;
using System.Text.Json;

namespace LeadGen.Infrastructure.Crm.HubSpot;

/// <summary>
/// A push of up to a hundred leads: companies first (found by domain, then by our key), then contacts, then what ties them. Repeating it finds
/// everything by the same keys.
/// </summary>
internal sealed class HubSpotPush(HubSpotApi api, string? account)
{
    public async Task<IReadOnlyList<CrmPushed>> RunAsync(IReadOnlyList<CrmRecord> records, CancellationToken cancellationToken)
    {
        var companies = await CompaniesAsync(records, cancellationToken);
        var contacts = new Dictionary<Guid, HubSpotWritten>();
        foreach (var record in records.Where(r => r.RemoteId is not null && r.Person.Count == 0))
        {
            contacts[record.LeadId] = new HubSpotWritten(record.RemoteId, null);
        }

        async Task WriteAsync(string way, string? idProperty, Func<CrmRecord, string?> id)
        {
            List<HubSpotInput> inputs = [.. records.Where(r => !contacts.ContainsKey(r.LeadId) && id(r) is not null)
                .Select(r => new HubSpotInput(id(r)!, idProperty, r.LeadId.ToString("N"), r.Person))];
            foreach (var (trace, written) in await new HubSpotBatch(api, "contacts", way).RunAsync(inputs, cancellationToken))
            {
                contacts[Guid.ParseExact(trace, "N")] = written;
            }
        }

        await WriteAsync("update", null, r => r.RemoteId);
        await WriteAsync("upsert", "email", r => r.RemoteId is null ? r.Email : null);
        await WriteAsync("upsert", HubSpotConnector.LeadKey, r => r.RemoteId is null && r.Email is null ? r.LeadId.ToString() : null);
        await TieAsync(records, companies, contacts, cancellationToken);
        return [.. records.Select(r => Answer(r, contacts.GetValueOrDefault(r.LeadId), companies.GetValueOrDefault(r.LeadId)))];
    }

    private CrmPushed Answer(CrmRecord record, HubSpotWritten? contact, HubSpotWritten? company) => contact switch
    {
        { Id: { } id } when company?.Error is null => new CrmPushed(
            record.LeadId, id, company?.Id ?? record.RemoteCompanyId, account is null ? null : $"https://app.hubspot.com/contacts/{account}/record/0-1/{id}"),
        { IsMissing: true } => new CrmPushed(record.LeadId, null, null, null, "The contact was deleted in HubSpot.") { Gone = true },
        _ => new CrmPushed(record.LeadId, null, null, null, contact?.Error ?? company?.Error ?? "HubSpot gave no answer for this contact."),
    };

    private async Task<Dictionary<Guid, HubSpotWritten>> CompaniesAsync(IReadOnlyList<CrmRecord> records, CancellationToken cancellationToken)
    {
        var keys = records.Where(r => r.Company.Count > 0 && r.RemoteCompanyId is null).Select(r => (r.LeadId, Key: KeyOf(r))).Where(k => k.Key is not null)
            .ToDictionary(k => k.LeadId, k => k.Key!);
        var known = await ByDomainAsync([.. keys.Values.Where(k => k.Contains('.', StringComparison.Ordinal)).Distinct()], cancellationToken);
        var byId = new Dictionary<string, HubSpotInput>();
        var byKey = new Dictionary<string, HubSpotInput>();
        var traces = new Dictionary<Guid, string>();
        foreach (var record in records.Where(r => r.Company.Count > 0))
        {
            var key = keys.GetValueOrDefault(record.LeadId);
            var id = record.RemoteCompanyId ?? (key is null ? null : known.GetValueOrDefault(key));
            if (id is not null)
            {
                byId[id] = new HubSpotInput(id, null, "id-" + id, record.Company);
                traces[record.LeadId] = "id-" + id;
            }
            else if (key is not null)
            {
                byKey[key] = new HubSpotInput(key, HubSpotConnector.CompanyKey, "key-" + key, record.Company);
                traces[record.LeadId] = "key-" + key;
            }
        }

        var written = await new HubSpotBatch(api, "companies", "update").RunAsync([.. byId.Values], cancellationToken);
        foreach (var (trace, company) in await new HubSpotBatch(api, "companies", "upsert").RunAsync([.. byKey.Values], cancellationToken))
        {
            written[trace] = company;
        }

        return traces.Where(t => written.ContainsKey(t.Value)).ToDictionary(t => t.Key, t => written[t.Value]);
    }

    private static string? KeyOf(CrmRecord record)
    {
        var key = record.Company.GetValueOrDefault("domain") is { Length: > 0 } domain ? domain : record.Company.GetValueOrDefault("name");
        return string.IsNullOrWhiteSpace(key) ? null : key.Trim().ToLowerInvariant();
    }

    private async Task<Dictionary<string, string>> ByDomainAsync(List<string> domains, CancellationToken cancellationToken)
    {
        if (domains.Count == 0)
        {
            return [];
        }

        var answer = await api.PostAsync(
            "/crm/v3/objects/companies/search",
            new
            {
                filterGroups = new[] { new { filters = new[] { new { propertyName = "domain", @operator = "IN", values = domains } } } },
                properties = new[] { "domain" },
                limit = 100,
            },
            [],
            cancellationToken);
        return answer.GetProperty("results").EnumerateArray()
            .Select(c => (Id: c.GetProperty("id").GetString()!, Domain: c.GetProperty("properties").GetProperty("domain").GetString() ?? ""))
            .GroupBy(c => c.Domain.ToLowerInvariant()).ToDictionary(g => g.Key, g => g.First().Id);
    }

    private async Task TieAsync(
        IReadOnlyList<CrmRecord> records, Dictionary<Guid, HubSpotWritten> companies, Dictionary<Guid, HubSpotWritten> contacts, CancellationToken cancellationToken)
    {
        var ties = records.Select(r => (From: contacts.GetValueOrDefault(r.LeadId)?.Id, To: companies.GetValueOrDefault(r.LeadId)?.Id, Known: r.RemoteCompanyId))
            .Where(t => t.From is not null && t.To is not null && t.To != t.Known).ToList();
        if (ties.Count > 0)
        {
            await api.PostAsync(
                "/crm/v4/associations/contacts/companies/batch/associate/default",
                new { inputs = ties.Select(t => new { from = new { id = t.From }, to = new { id = t.To } }) },
                [],
                cancellationToken);
        }
    }
}

/// <param name="Id">By which the record is found.</param>
/// <param name="IdProperty">The unique property that holds it; null for HubSpot's own id.</param>
/// <param name="Trace">Ours, comes back with the answer.</param>
internal sealed record HubSpotInput(string Id, string? IdProperty, string Trace, IReadOnlyDictionary<string, string> Properties);

/// <param name="Id">HubSpot's, or null.</param>
/// <param name="Error">Why there is none.</param>
/// <param name="IsMissing">There was a record and it is gone.</param>
internal sealed record HubSpotWritten(string? Id, string? Error, bool IsMissing = false);

/// <summary>One kind of batch call. Whole batches that are refused for one bad record are halved until that one stands alone.</summary>
internal sealed class HubSpotBatch(HubSpotApi api, string kind, string way)
{
    public async Task<Dictionary<string, HubSpotWritten>> RunAsync(IReadOnlyList<HubSpotInput> inputs, CancellationToken cancellationToken)
    {
        var written = new Dictionary<string, HubSpotWritten>();
        if (inputs.Count > 0)
        {
            await RunAsync(inputs, written, cancellationToken);
        }

        return written;
    }

    private async Task RunAsync(IReadOnlyList<HubSpotInput> inputs, Dictionary<string, HubSpotWritten> written, CancellationToken cancellationToken)
    {
        var answer = await api.PostAsync(
            $"/crm/v3/objects/{kind}/batch/{way}",
            new { inputs = inputs.Select(i => new { id = i.Id, idProperty = i.IdProperty, objectWriteTraceId = i.Trace, properties = i.Properties }) },
            [HttpStatusCode.BadRequest, HttpStatusCode.Conflict],
            cancellationToken);
        if (!answer.TryGetProperty("results", out var results))
        {
            if (inputs.Count == 1)
            {
                written[inputs[0].Trace] = new HubSpotWritten(null, $"HubSpot refused: {HubSpotApi.Message(answer)}");
                return;
            }

            await RunAsync([.. inputs.Take(inputs.Count / 2)], written, cancellationToken);
            await RunAsync([.. inputs.Skip(inputs.Count / 2)], written, cancellationToken);
            return;
        }

        foreach (var result in results.EnumerateArray())
        {
            if (Of(inputs, result) is { } input)
            {
                written[input.Trace] = new HubSpotWritten(result.GetProperty("id").GetString(), null);
            }
        }

        foreach (var error in answer.TryGetProperty("errors", out var errors) ? errors.EnumerateArray() : default)
        {
            var isMissing = error.TryGetProperty("category", out var category) && category.GetString() == "OBJECT_NOT_FOUND";
            foreach (var input in Named(inputs, error))
            {
                written[input.Trace] = new HubSpotWritten(null, $"HubSpot refused: {HubSpotApi.Message(error)}", isMissing);
            }
        }
    }

    private static HubSpotInput? Of(IReadOnlyList<HubSpotInput> inputs, JsonElement result)
    {
        if (result.TryGetProperty("objectWriteTraceId", out var trace) && trace.ValueKind == JsonValueKind.String)
        {
            return inputs.FirstOrDefault(i => i.Trace == trace.GetString());
        }

        var (id, properties) = (result.GetProperty("id").GetString(), result.GetProperty("properties"));
        return inputs.FirstOrDefault(i => i.IdProperty is null
            ? i.Id == id
            : properties.TryGetProperty(i.IdProperty, out var value) && string.Equals(value.GetString(), i.Id, StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<HubSpotInput> Named(IReadOnlyList<HubSpotInput> inputs, JsonElement error)
    {
        if (!error.TryGetProperty("context", out var context) || context.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        var traces = Texts(context, "objectWriteTraceId").ToHashSet();
        var ids = Texts(context, "ids").ToHashSet(StringComparer.OrdinalIgnoreCase);
        return inputs.Where(i => traces.Contains(i.Trace) || ids.Contains(i.Id));
    }

    private static IEnumerable<string> Texts(JsonElement context, string name) =>
        context.TryGetProperty(name, out var values) && values.ValueKind == JsonValueKind.Array ? values.EnumerateArray().Select(v => v.ToString()) : [];
}
