using System.Text.Json;
using LeadGen.Infrastructure.Crm.Wire;

namespace LeadGen.Infrastructure.Crm.Salesforce;

/// <summary>How far changes were read, as kept between two readings.</summary>
/// <param name="Records">Leads or contacts, by their own stamps; the recycle bin included.</param>
/// <param name="Deals">Opportunities, whose stages move without touching the lead.</param>
/// <param name="Purged">UTC, up to when records that left the recycle bin, too, were asked for.</param>
internal sealed record SalesforceCursor(StreamPosition Records, StreamPosition Deals, DateTime Purged)
{
    public static SalesforceCursor Read(string? text, DateTime now)
    {
        if (text is null)
        {
            return new SalesforceCursor(StreamPosition.From(now), StreamPosition.From(now), now);
        }

        try
        {
            return JsonSerializer.Deserialize<SalesforceCursor>(text) is { Records: not null, Deals: not null } cursor ? cursor : throw new JsonException();
        }
        catch (JsonException broken)
        {
            throw new CrmException(CrmTrouble.Invalid, "The note up to where Salesforce's changes were read cannot be read. Connect again.", broken);
        }
    }

    public string Write() => JsonSerializer.Serialize(this);
}

/// <summary>Polls for what changed.</summary>
/// <remarks>
/// There are no hooks that prove their sender (outbound messages are SOAP without a signature), so changes are read by
/// <c>SystemModstamp</c>, which Salesforce sets at every change, by people and by automation alike, and at deletion. Pages go on after
/// the last stamp and id, so that neither ties nor changes meanwhile skip or double a record. REST API Developer Guide: "QueryAll",
/// "sObject Get Deleted" (whole minutes; 15 days back; goes on from <c>latestDateCovered</c>).
/// </remarks>
internal sealed class SalesforceChanges(SalesforceSession session, int pageSize)
{
    private static readonly TimeSpan LogReach = TimeSpan.FromDays(14);

    private sealed record Moved(string Id, DateTime At, bool Deleted, string? MergedInto) : StreamChange(Id, At);

    /// <summary>With no cursor, reading starts now.</summary>
    public async Task<CrmChanges> ReadAsync(string? cursor, CancellationToken cancellationToken)
    {
        var from = SalesforceCursor.Read(cursor, session.Now);
        var records = await PageAsync(session.Object, from.Records, true, cancellationToken).ConfigureAwait(false);
        var deals = await PageAsync("Opportunity", from.Deals, false, cancellationToken).ConfigureAwait(false);
        var horizon = ChangeScan.Horizon([(records.Last, records.Full), (deals.Last, deals.Full)]);
        var (changed, nextRecords, moreRecords) = ChangeScan.Take(from.Records, records, horizon, session.Now);
        var (moved, nextDeals, moreDeals) = ChangeScan.Take(from.Deals, deals, horizon, session.Now);
        var more = moreRecords || moreDeals;
        var (purged, purgedTo) = more ? ([], from.Purged) : await PurgedAsync(from.Purged, cancellationToken).ConfigureAwait(false);

        var living = changed.Where(c => !c.Deleted).ToList();
        var owners = await OwnersAsync(moved, cancellationToken).ConfigureAwait(false);
        var read = await SalesforceRecords.ReadAsync(session, [.. living.Select(c => c.Id).Concat(owners.Select(o => o.Id)).Distinct()], cancellationToken).ConfigureAwait(false);
        var byId = read.ToDictionary(r => r.RemoteId, StringComparer.Ordinal);
        var all = changed.Select(c => c.Deleted ? SalesforceRecords.Gone(c.Id, c.At, c.MergedInto) : byId[c.Id] with { At = c.At })
            .Concat(owners.Where(o => byId.ContainsKey(o.Id)).Select(o => byId[o.Id] with { At = o.At }))
            .Concat(purged);
        return new CrmChanges([.. all.OrderBy(r => r.At)], new SalesforceCursor(nextRecords, nextDeals, purgedTo).Write(), more);
    }

    private async Task<StreamPage<Moved>> PageAsync(string name, StreamPosition position, bool deletedToo, CancellationToken cancellationToken)
    {
        var extra = deletedToo ? ",IsDeleted,MasterRecordId" : "";
        var at = SalesforceApi.Stamp(position.At);
        var where = SalesforceApi.IsId(position.Id)
            ? $"SystemModstamp>{at} OR (SystemModstamp={at} AND Id>{SalesforceApi.Quoted(position.Id!)})"
            : $"SystemModstamp>={SalesforceApi.Stamp(position.At - ChangeScan.Overlap)}";
        var soql = $"SELECT Id,SystemModstamp{extra} FROM {name} WHERE {where} ORDER BY SystemModstamp,Id LIMIT {pageSize}";
        var rows = (await session.RowsAsync(soql, deletedToo, cancellationToken).ConfigureAwait(false))
            .Where(r => SalesforceApi.IsId(r["Id"].Text) && r["SystemModstamp"].Time is not null)
            .Select(r => new Moved(r["Id"].Text!, r["SystemModstamp"].Time!.Value, r["IsDeleted"].IsTrue, r["MasterRecordId"].Text))
            .ToList();
        var seen = ChangeScan.Known(position);
        return new StreamPage<Moved>([.. rows.Where(r => !seen.Contains(ChangeScan.Key(r)))], rows.LastOrDefault(), rows.Count >= pageSize);
    }

    /// <summary>Whose stage moved with these opportunities: the leads that became them, or the contacts that play a part in them.</summary>
    private async Task<IReadOnlyList<StreamChange>> OwnersAsync(IReadOnlyList<Moved> deals, CancellationToken cancellationToken)
    {
        var stamps = deals.GroupBy(d => d.Id, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last().At, StringComparer.Ordinal);
        var (column, table, deal) = session.Object == "Lead" ? ("Id", "Lead", "ConvertedOpportunityId") : ("ContactId", "OpportunityContactRole", "OpportunityId");
        var owners = new List<StreamChange>();
        foreach (var part in SalesforceApi.Chunks(stamps.Keys))
        {
            var soql = $"SELECT {column},{deal} FROM {table} WHERE {deal} IN {SalesforceApi.List(part)} ORDER BY {column}";
            foreach (var row in (await session.RowsAsync(soql, false, cancellationToken).ConfigureAwait(false)).DistinctBy(r => (r[column].Text, r[deal].Text)))
            {
                if (SalesforceApi.IsId(row[column].Text) && stamps.TryGetValue(row[deal].Text ?? "", out var at))
                {
                    owners.Add(new StreamChange(row[column].Text!, at));
                }
            }
        }

        return owners;
    }

    /// <summary>Deleted for good; those that still lie in the recycle bin came with the records.</summary>
    private async Task<(IReadOnlyList<CrmRemote> Gone, DateTime To)> PurgedAsync(DateTime from, CancellationToken cancellationToken)
    {
        var end = Minute(session.Now);
        var start = Minute(from < end - LogReach ? end - LogReach : from);
        if (end - start < TimeSpan.FromMinutes(2))
        {
            return ([], from);
        }

        var path = $"{SalesforceApi.Data}/sobjects/{session.Object}/deleted/?start={Uri.EscapeDataString(Iso(start))}&end={Uri.EscapeDataString(Iso(end))}";
        var json = (await session.CallAsync(HttpMethod.Get, path, null, cancellationToken).ConfigureAwait(false)).Json;
        var deleted = json["deletedRecords"].Items.Where(r => SalesforceApi.IsId(r["id"].Text))
            .Select(r => SalesforceRecords.Gone(r["id"].Text!, r["deletedDate"].Time ?? end, null)).DistinctBy(r => r.RemoteId).ToList();
        var inBin = await SalesforceRecords.FateAsync(session, [.. deleted.Select(d => d.RemoteId)], cancellationToken).ConfigureAwait(false);
        var covered = json["latestDateCovered"].Time is { } latest && latest < end ? latest : end;
        return ([.. deleted.Where(d => !inBin.ContainsKey(d.RemoteId))], covered > start ? covered : start);

        static string Iso(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'+00:00'", System.Globalization.CultureInfo.InvariantCulture);
    }

    private static DateTime Minute(DateTime time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMinute));
}
