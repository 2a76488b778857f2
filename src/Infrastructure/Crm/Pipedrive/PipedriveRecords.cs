using System.Globalization;
using LeadGen.Infrastructure.Crm.Wire;

namespace LeadGen.Infrastructure.Crm.Pipedrive;

/// <summary>Reads people with their values and the stage that they are at.</summary>
/// <remarks>
/// API reference, v2 "Persons" and "Deals" (<c>GET</c> with up to 100 <c>ids</c>, absent ones left out; deals of a person by
/// <c>person_id</c>, latest change first), v1 "Leads" (<c>person_id</c>).
/// </remarks>
internal static class PipedriveRecords
{
    public const string Won = "won";
    public const string Lost = "lost";
    public const string InInbox = "lead";
    public const string Archived = "lead:archived";
    public const string StagePrefix = "stage:";
    private const int MostIds = 100;

    public static async Task<IReadOnlyList<CrmRemote>> ReadAsync(PipedriveSession session, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var schema = await PipedriveSchema.ReadAsync(session, PipedriveSchema.Person, cancellationToken).ConfigureAwait(false);
        var people = new Dictionary<string, CrmRemote>(StringComparer.Ordinal);
        foreach (var part in ids.Where(IsId).Distinct(StringComparer.Ordinal).Chunk(MostIds))
        {
            var json = await session.CallAsync(HttpMethod.Get, $"/api/v2/persons?ids={string.Join(',', part)}&limit={MostIds}", null, cancellationToken).ConfigureAwait(false);
            if (!json["data"].IsArray)
            {
                throw new CrmException(CrmTrouble.Unavailable, "Pipedrive answered without the people that were asked for.");
            }

            foreach (var person in json["data"].Items.Where(p => IsId(p["id"].Text) && !p["is_deleted"].IsTrue))
            {
                var id = person["id"].Text!;
                people[id] = Person(person, schema) with { Stage = await StageAsync(session, id, cancellationToken).ConfigureAwait(false) };
            }
        }

        return [.. ids.Distinct(StringComparer.Ordinal).Select(id => people.GetValueOrDefault(id) ?? Gone(id, session.Now, null))];
    }

    public static CrmRemote Person(JsonView person, PipedriveSchema schema)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in schema.Fields)
        {
            var text = field.IsList ? Primary(person[field.Wire])
                : field.IsCustom ? field.Read(person["custom_fields"][field.Code])
                : field.Kind is null ? null
                : field.Read(person[field.Code]);
            if (!string.IsNullOrEmpty(text))
            {
                values[field.Code] = text;
            }
        }

        var at = person["update_time"].Time ?? person["add_time"].Time ?? DateTime.UnixEpoch;
        return new CrmRemote(person["id"].Text ?? "", Primary(person["emails"]), values, null, at);
    }

    /// <summary>Gone; where it was merged away, it lives on as another.</summary>
    public static CrmRemote Gone(string id, DateTime at, string? mergedInto) =>
        new(id, null, new Dictionary<string, string>(), null, at) { Deleted = mergedInto is null, MergedInto = mergedInto };

    public static string? Stage(JsonView deal) => deal["status"].Text switch
    {
        "won" => Won,
        "lost" => Lost,
        "open" when deal["stage_id"].Text is { } stage => StagePrefix + stage,
        _ => null,
    };

    public static bool IsId(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0;

    /// <summary>Of e-mail addresses or telephone numbers, the one that counts.</summary>
    public static string? Primary(JsonView list)
    {
        var items = list.Items.ToList();
        var first = items.FirstOrDefault(i => i["primary"].IsTrue);
        return first.IsObject ? first["value"].Text : items.Select(i => i["value"].Text ?? i.Text).FirstOrDefault(v => !string.IsNullOrEmpty(v));
    }

    private static async Task<string?> StageAsync(PipedriveSession session, string person, CancellationToken cancellationToken)
    {
        var deals = await session.CallAsync(
            HttpMethod.Get, $"/api/v2/deals?person_id={person}&sort_by=update_time&sort_direction=desc&limit=1", null, cancellationToken).ConfigureAwait(false);
        if (deals["data"].Items.FirstOrDefault() is { IsObject: true } deal && Stage(deal) is { } stage)
        {
            return stage;
        }

        if (!session.WithLead)
        {
            return null;
        }

        var leads = await session.CallAsync(HttpMethod.Get, $"/v1/leads?person_id={person}&archived_status=all&limit=1", null, cancellationToken).ConfigureAwait(false);
        return leads["data"].Items.FirstOrDefault() is { IsObject: true } lead ? lead["is_archived"].IsTrue ? Archived : InInbox : null;
    }
}
