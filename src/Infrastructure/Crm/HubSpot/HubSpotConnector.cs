using System.Text.Json;
using LeadGen.Infrastructure.Crm.Consent;
using LeadGen.Infrastructure.Data.Tenants;

namespace LeadGen.Infrastructure.Crm.HubSpot;

/// <summary>HubSpot: contacts and companies (v3), associations (v4), webhooks (v3 signature); token of a private app or OAuth.</summary>
public sealed class HubSpotConnector : ICrmConnector
{
    /// <summary>Unique property of contacts that have no e-mail address: our own id.</summary>
    internal const string LeadKey = "leadgen_id";

    /// <summary>Unique property of companies: their domain, else their name. HubSpot has no unique property of its own for them.</summary>
    internal const string CompanyKey = "leadgen_company_key";

    private const string Group = "leadgen";

    public CrmKind Kind => CrmKind.HubSpot;

    public int Batch => 100;

    public ConsentTerms Consent(string? address) => HubSpotConsent.Terms(address);

    /// <summary>Webhooks are signed with the app's client secret; without it none can be proved, so changes are asked for.</summary>
    public bool Polls(IReadOnlyDictionary<string, string> secrets) => !secrets.ContainsKey("clientSecret");

    public async Task<CrmAccount> TestAsync(CrmConnection connection, CancellationToken cancellationToken)
    {
        var api = new HubSpotApi(connection);
        var details = await api.GetAsync("/account-info/v3/details", cancellationToken);
        var id = details.GetProperty("portalId").ToString();

        // A token without the right to contacts is of no use: better said now than at the first lead.
        await api.GetAsync("/crm/v3/properties/contacts", cancellationToken);
        var kind = details.TryGetProperty("accountType", out var type) ? type.GetString() : null;
        return new CrmAccount(id, $"HubSpot account {id}", kind is "SANDBOX" or "DEVELOPER_TEST" ? "This is a test account, not a live one." : null);
    }

    public async Task<IReadOnlyList<CrmField>> FieldsAsync(CrmConnection connection, CancellationToken cancellationToken)
    {
        var api = new HubSpotApi(connection);
        return [.. await FieldsAsync(api, "contacts", cancellationToken), .. await FieldsAsync(api, "companies", cancellationToken)];
    }

    public async Task CreateFieldsAsync(CrmConnection connection, IReadOnlyList<CrmField> fields, CancellationToken cancellationToken)
    {
        var api = new HubSpotApi(connection);
        await CreateAsync(api, "contacts", [.. fields.Where(f => !f.OfCompany)], new CrmField(LeadKey, "LeadGen id", "text", true, false), cancellationToken);
        await CreateAsync(api, "companies", [.. fields.Where(f => f.OfCompany)], new CrmField(CompanyKey, "LeadGen company key", "text", true, true), cancellationToken);
    }

    public async Task<IReadOnlyList<CrmStage>> StagesAsync(CrmConnection connection, CancellationToken cancellationToken)
    {
        var api = new HubSpotApi(connection);
        var stages = new List<CrmStage>();
        var lifecycle = (await api.GetAsync("/crm/v3/properties/contacts", cancellationToken)).GetProperty("results").EnumerateArray()
            .FirstOrDefault(p => p.GetProperty("name").GetString() == "lifecyclestage");
        if (lifecycle.ValueKind == JsonValueKind.Object)
        {
            stages.AddRange(lifecycle.GetProperty("options").EnumerateArray().Select(o => new CrmStage(
                HubSpotReading.Lifecycle + o.GetProperty("value").GetString(),
                $"Contact: {o.GetProperty("label").GetString()}",
                o.GetProperty("value").GetString() == "customer",
                false)));
        }

        var pipelines = await api.GetAsync("/crm/v3/pipelines/deals", cancellationToken);
        stages.AddRange(pipelines.GetProperty("results").EnumerateArray().SelectMany(p => p.GetProperty("stages").EnumerateArray()).Select(s =>
        {
            var isClosed = s.GetProperty("metadata").TryGetProperty("isClosed", out var closed) && closed.ToString() == "true";
            var chance = s.GetProperty("metadata").TryGetProperty("probability", out var probability) ? probability.ToString() : "";
            return new CrmStage(
                HubSpotReading.Deal + s.GetProperty("id").GetString(), $"Deal: {s.GetProperty("label").GetString()}", isClosed && chance.StartsWith('1'), isClosed && chance.StartsWith('0'));
        }));
        return stages;
    }

    public Task<IReadOnlyList<CrmPushed>> PushAsync(CrmConnection connection, IReadOnlyList<CrmRecord> records, CancellationToken cancellationToken) =>
        new HubSpotPush(new HubSpotApi(connection), connection.Settings.AccountId).RunAsync(records, cancellationToken);

    public Task<CrmChanges> ChangesAsync(CrmConnection connection, string? cursor, CancellationToken cancellationToken) =>
        HubSpotReading.ChangesAsync(new HubSpotApi(connection), connection.Wanted, cursor, cancellationToken);

    public IReadOnlyList<CrmEvent>? ReadHook(CrmConnection connection, CrmHook hook, DateTime now) =>
        HubSpotHook.IsProven(hook, connection.Secrets.GetValueOrDefault("clientSecret"), now) ? HubSpotHook.Read(hook.Body) : null;

    public Task<IReadOnlyList<CrmRemote>> ReadAsync(CrmConnection connection, IReadOnlyList<string> remoteIds, CancellationToken cancellationToken) =>
        HubSpotReading.ReadAsync(new HubSpotApi(connection), connection.Wanted, remoteIds, cancellationToken);

    private static async Task<IEnumerable<CrmField>> FieldsAsync(HubSpotApi api, string kind, CancellationToken cancellationToken)
    {
        var answer = await api.GetAsync($"/crm/v3/properties/{kind}", cancellationToken);
        return answer.GetProperty("results").EnumerateArray()
            .Where(p => !(p.TryGetProperty("hidden", out var hidden) && hidden.ValueKind == JsonValueKind.True))
            .Select(p => new CrmField(
                p.GetProperty("name").GetString()!,
                p.GetProperty("label").GetString()!,
                p.GetProperty("type").GetString() switch
                {
                    "number" => "number",
                    "date" or "datetime" => "date",
                    "bool" => "bool",
                    "enumeration" => p.GetProperty("fieldType").GetString() == "checkbox" ? "list" : "choice",
                    _ => "text",
                },
                !(p.TryGetProperty("modificationMetadata", out var change) && change.TryGetProperty("readOnlyValue", out var fixedValue) && fixedValue.ValueKind == JsonValueKind.True),
                kind == "companies")
            {
                Choices = p.TryGetProperty("options", out var options) ? [.. options.EnumerateArray().Select(o => o.GetProperty("value").GetString()!)] : [],
            });
    }

    private static async Task CreateAsync(HubSpotApi api, string kind, IReadOnlyList<CrmField> fields, CrmField key, CancellationToken cancellationToken)
    {
        var there = (await FieldsAsync(api, kind, cancellationToken)).Select(f => f.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        List<CrmField> missing = [.. fields.Append(key).Where(f => !there.Contains(f.Name))];
        if (missing.Count == 0)
        {
            return;
        }

        await api.PostAsync($"/crm/v3/properties/{kind}/groups", new { name = Group, label = "LeadGen" }, [System.Net.HttpStatusCode.Conflict], cancellationToken);
        await api.PostAsync(
            $"/crm/v3/properties/{kind}/batch/create",
            new
            {
                inputs = missing.Select(f => new
                {
                    name = f.Name,
                    label = f.Label,
                    groupName = Group,
                    type = f.Type == "number" ? "number" : "string",
                    fieldType = f.Type == "number" ? "number" : "text",
                    hasUniqueValue = f == key ? true : (bool?)null,
                }),
            },
            [System.Net.HttpStatusCode.Conflict],
            cancellationToken);
    }
}
