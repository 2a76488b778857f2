using System.Globalization;
using System.Text.Json;

namespace LeadGen.Infrastructure.Crm.HubSpot;

/// <summary>Contacts as they stand there, and what changed. A deal's stage is told as the stage of its contacts.</summary>
internal static class HubSpotReading
{
    public const string Lifecycle = "lifecycle:";
    public const string Deal = "deal:";

    private const string MergedIds = "hs_merged_object_ids";
    private const int Page = 100;

    /// <summary>HubSpot's search learns of a change some seconds late: what changed shortly before is read again.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(30);

    public static async Task<IReadOnlyList<CrmRemote>> ReadAsync(
        HubSpotApi api, IReadOnlyList<string> wanted, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var found = new List<CrmRemote>();
        foreach (var part in ids.Where(id => !id.StartsWith(Deal, StringComparison.Ordinal)).Chunk(Page))
        {
            var answer = await api.PostAsync(
                "/crm/v3/objects/contacts/batch/read",
                new { properties = Properties(wanted), inputs = part.Select(id => new { id }) },
                [],
                cancellationToken);
            var records = answer.GetProperty("results").EnumerateArray().ToList();
            foreach (var id in part)
            {
                var record = records.Find(r => r.GetProperty("id").GetString() == id || Property(r, MergedIds)?.Split(';').Contains(id) == true);
                if (record.ValueKind != JsonValueKind.Object)
                {
                    found.Add(new CrmRemote(id, null, new Dictionary<string, string>(), null, DateTime.MinValue) { Deleted = true });
                    continue;
                }

                var contact = Contact(record);
                found.Add(contact.RemoteId == id ? contact : contact with { AskedAs = id, MergedInto = contact.RemoteId });
            }
        }

        foreach (var part in ids.Where(id => id.StartsWith(Deal, StringComparison.Ordinal)).Select(id => id[Deal.Length..]).Chunk(Page))
        {
            found.AddRange(await DealsAsync(api, part, cancellationToken));
        }

        return found;
    }

    public static async Task<CrmChanges> ChangesAsync(HubSpotApi api, IReadOnlyList<string> wanted, string? cursor, CancellationToken cancellationToken)
    {
        if (cursor is null)
        {
            // From now on: what is there already is met when it is pushed.
            var newest = await SearchAsync(api, wanted, 0, "DESCENDING", 1, cancellationToken);
            var first = newest.Count > 0 ? Milliseconds(newest[0].At) : 0;
            return new CrmChanges([], first.ToString(CultureInfo.InvariantCulture), false);
        }

        var since = long.Parse(cursor, CultureInfo.InvariantCulture);
        var records = await SearchAsync(api, wanted, Math.Max(0, since - (long)Overlap.TotalMilliseconds), "ASCENDING", Page, cancellationToken);
        var reached = records.Count > 0 ? Math.Max(since, Milliseconds(records[^1].At)) : since;
        return new CrmChanges(records, reached.ToString(CultureInfo.InvariantCulture), records.Count == Page && reached > since);
    }

    private static async Task<IReadOnlyList<CrmRemote>> SearchAsync(
        HubSpotApi api, IReadOnlyList<string> wanted, long since, string direction, int limit, CancellationToken cancellationToken)
    {
        var answer = await api.PostAsync(
            "/crm/v3/objects/contacts/search",
            new
            {
                filterGroups = new[]
                {
                    new { filters = new[] { new { propertyName = "lastmodifieddate", @operator = "GTE", value = since.ToString(CultureInfo.InvariantCulture) } } },
                },
                sorts = new[] { new { propertyName = "lastmodifieddate", direction } },
                properties = Properties(wanted),
                limit,
            },
            [],
            cancellationToken);
        return [.. answer.GetProperty("results").EnumerateArray().Select(Contact)];
    }

    private static async Task<IEnumerable<CrmRemote>> DealsAsync(HubSpotApi api, string[] ids, CancellationToken cancellationToken)
    {
        var inputs = ids.Select(id => new { id }).ToList();
        var deals = await api.PostAsync("/crm/v3/objects/deals/batch/read", new { properties = new[] { "dealstage" }, inputs }, [], cancellationToken);
        var ties = await api.PostAsync("/crm/v4/associations/deals/contacts/batch/read", new { inputs }, [], cancellationToken);
        var contacts = ties.GetProperty("results").EnumerateArray().ToDictionary(
            t => t.GetProperty("from").GetProperty("id").ToString(),
            t => t.GetProperty("to").EnumerateArray().Select(c => c.GetProperty("toObjectId").ToString()).ToList());
        return deals.GetProperty("results").EnumerateArray().SelectMany(deal =>
        {
            var id = deal.GetProperty("id").GetString()!;
            var at = deal.GetProperty("updatedAt").GetDateTime().ToUniversalTime();
            return contacts.GetValueOrDefault(id, []).Select(contact =>
                new CrmRemote(contact, null, new Dictionary<string, string>(), Deal + Property(deal, "dealstage"), at) { AskedAs = Deal + id });
        });
    }

    private static CrmRemote Contact(JsonElement record)
    {
        var values = record.GetProperty("properties").EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String && p.Name != MergedIds)
            .ToDictionary(p => p.Name, p => p.Value.GetString()!);
        return new CrmRemote(
            record.GetProperty("id").GetString()!,
            values.GetValueOrDefault("email"),
            values,
            values.TryGetValue("lifecyclestage", out var stage) ? Lifecycle + stage : null,
            record.GetProperty("updatedAt").GetDateTime().ToUniversalTime());
    }

    private static string? Property(JsonElement record, string name) =>
        record.GetProperty("properties").TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static IEnumerable<string> Properties(IReadOnlyList<string> wanted) =>
        wanted.Concat(["email", "lifecyclestage", "lastmodifieddate", MergedIds]).Distinct();

    private static long Milliseconds(DateTime time) => new DateTimeOffset(time, TimeSpan.Zero).ToUnixTimeMilliseconds();
}
