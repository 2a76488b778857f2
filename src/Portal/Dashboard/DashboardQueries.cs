using System.Globalization;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Scoring;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Dashboard;

/// <summary>
/// Reads the dashboard's numbers in few grouped queries: one pass over the leads gives weeks, sources and funnel, the rest are ranges of
/// indexes and small tables.
/// </summary>
public sealed class DashboardQueries(IDbContextFactory<TenantDb> databases, CurrentTenant tenant)
{
    /// <summary>What changes when any of the numbers may have: a few looks at the ends of indexes.</summary>
    public async Task<DashboardStamp> StampAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Meta.Select(m => new DashboardStamp(
            m.ScoringEpoch,
            m.VectorDeletions,
            db.ScoreChanges.Max(s => (long?)s.Id),
            db.LeadChanges.Max(c => (long?)c.Id),
            db.Imports.Sum(i => i.Rows + (i.StoredAt == null ? 0 : 1) + (i.FinishedAt == null ? 0 : 1)),
            db.Imports.Count(),
            db.Models.Max(x => (int?)x.Version),
            db.ScoreOverrides.Max(o => (DateTime?)o.At))).SingleAsync(cancellationToken);
    }

    /// <param name="weeks">How many weeks to show, the present one included.</param>
    /// <param name="zone">Where weeks begin at midnight.</param>
    /// <param name="now">UTC.</param>
    public async Task<DashboardNumbers> ReadAsync(int weeks, TimeZoneInfo zone, DateTime now, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var mondays = Mondays(weeks, zone, now);
        var begins = mondays.ConvertAll(m => TimeZoneInfo.ConvertTimeToUtc(m.ToDateTime(TimeOnly.MinValue), zone));
        var all = await db.Leads.LongCountAsync(cancellationToken);
        var since = begins[0];
        var before = since - (now - since);
        var received = await db.Leads.LongCountAsync(l => l.CreatedAt >= since, cancellationToken);
        var earlier = await db.Leads.LongCountAsync(l => l.CreatedAt >= before && l.CreatedAt < since, cancellationToken);

        var groups = received == 0 ? [] : await GroupsAsync(db, begins, received * 3 > all, cancellationToken);
        var today = await db.Leads.Where(l => l.Grade != null).GroupBy(l => l.Grade!.Value)
            .Select(g => new { Grade = g.Key, Count = g.LongCount() }).ToListAsync(cancellationToken);
        var needs = await DashboardNeeds.ReadAsync(db, now, cancellationToken);
        return new DashboardNumbers(
            all,
            needs,
            new Funnel(
                received,
                earlier,
                groups.Where(g => g.Grade is not null).Sum(g => g.Leads),
                groups.Where(g => g.Grade is nameof(Grade.A) or nameof(Grade.B)).Sum(g => g.Leads),
                await AnsweredAsync(db, since, cancellationToken),
                groups.Sum(g => g.Won)),
            [.. mondays.Select((monday, week) => new WeekOfLeads(monday, Grades(groups.Where(g => g.Week == week))))],
            today.Aggregate(GradeCounts.None, (counts, g) => counts.Plus(g.Grade, g.Count)),
            Sources(groups),
            await DashboardWork.ReadAsync(db, tenant, now, cancellationToken),
            now);
    }

    /// <summary>The Mondays of the shown weeks in the tenant's own time, oldest first.</summary>
    internal static List<DateOnly> Mondays(int weeks, TimeZoneInfo zone, DateTime now)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(now, zone));
        var monday = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));
        return [.. Enumerable.Range(0, weeks).Select(i => monday.AddDays(-7 * (weeks - 1 - i)))];
    }

    /// <summary>
    /// Week, source and grade of the leads received since the first week began. In SQL of its own: SQLite, which knows no statistics, looks
    /// every lead up through the index of creation even when most of the table passes, where reading straight on takes two thirds of the time.
    /// </summary>
    private static Task<List<LeadGroup>> GroupsAsync(TenantDb db, List<DateTime> begins, bool most, CancellationToken cancellationToken)
    {
        var newestFirst = Enumerable.Range(0, begins.Count).Reverse()
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"WHEN \"CreatedAt\" >= {{{i}}} THEN {i}"));
        var sql = "SELECT CASE " + string.Join(' ', newestFirst) + """
             END AS "Week", "Source", "Grade", COUNT(*) AS "Leads", COUNT(CASE WHEN "Outcome" = 'Won' THEN 1 END) AS "Won"
            FROM "Leads"
            """ + (most && db.Database.IsSqlite() ? " NOT INDEXED" : "") + """
             WHERE "CreatedAt" >= {0} GROUP BY 1, 2, 3
            """;
        return db.Database.SqlQueryRaw<LeadGroup>(sql, [.. begins.Cast<object>()]).ToListAsync(cancellationToken);
    }

    private static Task<long> AnsweredAsync(TenantDb db, DateTime since, CancellationToken cancellationToken) =>
        db.Feedback.Where(f => f.Kind == FeedbackKind.Replied || f.Kind == FeedbackKind.MeetingBooked).Select(f => f.LeadId).Distinct()
            .Join(db.Leads.Where(l => l.CreatedAt >= since), id => id, l => l.Id, (id, _) => id).LongCountAsync(cancellationToken);

    private static GradeCounts Grades(IEnumerable<LeadGroup> groups) =>
        groups.Aggregate(GradeCounts.None, (counts, g) => Enum.TryParse<Grade>(g.Grade, out var grade) ? counts.Plus(grade, g.Leads) : counts);

    private static List<SourceOfLeads> Sources(IEnumerable<LeadGroup> groups) =>
        [.. groups.Where(g => g.Grade is not null).GroupBy(g => g.Source)
            .Select(g => new SourceOfLeads(g.Key, g.Sum(x => x.Leads), g.Where(x => x.Grade == nameof(Grade.A)).Sum(x => x.Leads)))
            .OrderByDescending(s => s.A).ThenByDescending(s => s.Leads).ThenBy(s => s.Name, StringComparer.Ordinal)];

    /// <summary>Leads of one week, source and grade.</summary>
    private sealed record LeadGroup(int Week, string? Source, string? Grade, long Leads, long Won);
}

/// <summary>Equal stamps, equal numbers (but for the passing of time and events that score nothing).</summary>
public sealed record DashboardStamp(
    int Epoch, long Deletions, long? Scores, long? Changes, long Rows, int Imports, int? Models, DateTime? Overrides);
