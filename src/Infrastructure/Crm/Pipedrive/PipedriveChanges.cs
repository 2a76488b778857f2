using System.Globalization;
using System.Text.Json;
using LeadGen.Infrastructure.Crm.Wire;

namespace LeadGen.Infrastructure.Crm.Pipedrive;

internal sealed record PipedriveCursor(StreamPosition People, StreamPosition Deals)
{
    public static PipedriveCursor Read(string? text, DateTime now)
    {
        if (text is null)
        {
            return new PipedriveCursor(StreamPosition.From(now), StreamPosition.From(now));
        }

        try
        {
            return JsonSerializer.Deserialize<PipedriveCursor>(text) is { People: not null, Deals: not null } cursor ? cursor : throw new JsonException();
        }
        catch (JsonException broken)
        {
            throw new CrmException(CrmTrouble.Invalid, "The note up to where Pipedrive's changes were read cannot be read. Connect again.", broken);
        }
    }
}

/// <summary>Reads what changed, for accounts without hooks and after missed ones.</summary>
/// <remarks>
/// API reference, v2 "Persons" and "Deals": <c>updated_since</c> (that second included), <c>sort_by=update_time</c>. Stamps are whole seconds and
/// the list has no second key, so changes already given out are left out by name, and the list's own pages are followed as far as needed.
/// Deletions appear in no list: they come by hooks, or when a record that is asked for is not there.
/// </remarks>
internal sealed class PipedriveChanges(PipedriveSession session, int pageSize)
{
    private sealed record Moved(string Id, DateTime At, JsonView Json) : StreamChange(Id, At);

    /// <summary>With no cursor, reading starts now.</summary>
    public async Task<CrmChanges> ReadAsync(string? cursor, CancellationToken cancellationToken)
    {
        var from = PipedriveCursor.Read(cursor, session.Now);
        var schema = await PipedriveSchema.ReadAsync(session, PipedriveSchema.Person, cancellationToken).ConfigureAwait(false);
        var people = await PageAsync("persons", from.People, cancellationToken).ConfigureAwait(false);
        var deals = await PageAsync("deals", from.Deals, cancellationToken).ConfigureAwait(false);
        var horizon = ChangeScan.Horizon([(people.Last, people.Full), (deals.Last, deals.Full)]);
        var (changed, nextPeople, morePeople) = ChangeScan.Take(from.People, people, horizon, session.Now);
        var (moved, nextDeals, moreDeals) = ChangeScan.Take(from.Deals, deals, horizon, session.Now);
        var records = changed.Select(c => PipedriveRecords.Person(c.Json, schema))
            .Concat(moved.Select(Deal).OfType<CrmRemote>())
            .OrderBy(r => r.At)
            .ToList();
        return new CrmChanges(records, JsonSerializer.Serialize(new PipedriveCursor(nextPeople, nextDeals)), morePeople || moreDeals);
    }

    /// <summary>What a deal tells of its person: the stage, and nothing else.</summary>
    public static CrmRemote? Deal(JsonView deal, DateTime at) =>
        deal["person_id"].Text is { } person && PipedriveRecords.IsId(person) && PipedriveRecords.Stage(deal) is { } stage
            ? new CrmRemote(person, null, new Dictionary<string, string>(), stage, at) { IsPart = true }
            : null;

    private static CrmRemote? Deal(Moved moved) => Deal(moved.Json, moved.At);

    private async Task<StreamPage<Moved>> PageAsync(string kind, StreamPosition position, CancellationToken cancellationToken)
    {
        var since = (position.Id is null ? position.At - ChangeScan.Overlap : position.At).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var path = $"/api/v2/{kind}?updated_since={Uri.EscapeDataString(since)}&sort_by=update_time&sort_direction=asc&limit={pageSize}";
        var seen = ChangeScan.Known(position);
        var fresh = new List<Moved>();
        StreamChange? last = null;
        await foreach (var page in session.PagesAsync(path, cancellationToken).ConfigureAwait(false))
        {
            var rows = page["data"].Items.Where(r => r["id"].Text is { Length: > 0 }).ToList();
            foreach (var row in rows)
            {
                var moved = new Moved(row["id"].Text!, row["update_time"].Time ?? row["add_time"].Time ?? position.At, row);
                last = moved;
                if (seen.Add(ChangeScan.Key(moved)))
                {
                    fresh.Add(moved);
                }
            }

            var follows = !string.IsNullOrEmpty(page["additional_data"]["next_cursor"].Text);
            if (!follows || fresh.Count > 0)
            {
                return new StreamPage<Moved>(fresh, last, follows);
            }
        }

        return new StreamPage<Moved>(fresh, last, false);
    }
}
