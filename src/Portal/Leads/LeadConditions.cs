using System.Globalization;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Leads;

/// <summary>Conditions as the two databases answer them.</summary>
internal static class LeadConditions
{
    public const string Nobody = "none";

    /// <param name="now">UTC, for conditions on the last days.</param>
    public static IQueryable<Lead> Apply(IQueryable<Lead> leads, TenantDb db, LeadCondition condition, DateTime now) => condition.Field switch
    {
        "owner" => Owner(leads, condition.Values),
        "tag" => List(leads, condition, tags: true),
        "technologies" => List(leads, condition, tags: false),
        "seniority" => Level(leads, condition.Values),
        "department" => Department(leads, condition.Values),
        ListFields.Import => Import(leads, condition.Values),
        var name when name.StartsWith(LeadFields.CustomPrefix, StringComparison.OrdinalIgnoreCase) => Custom(leads, db, condition),
        var name when ListColumns.Numbers.TryGetValue(name, out var number) => Numbers(leads, number, condition.Values),
        var name when ListColumns.Times.TryGetValue(name, out var time) => Times(leads, time, condition, now),
        var name when ListColumns.Texts.TryGetValue(name, out var text) => Text(leads, text, condition, db.Database.IsSqlite()),
        _ => leads,
    };

    private static IQueryable<Lead> Owner(IQueryable<Lead> leads, IReadOnlyList<string> values)
    {
        var ids = Guids(values);
        return values.Contains(Nobody)
            ? leads.Where(l => l.OwnerId == null || ids.Contains(l.OwnerId))
            : leads.Where(l => l.OwnerId != null && ids.Contains(l.OwnerId));
    }

    private static IQueryable<Lead> Import(IQueryable<Lead> leads, IReadOnlyList<string> values)
    {
        var ids = Guids(values);
        return leads.Where(l => ids.Contains(l.ImportId));
    }

    private static List<Guid?> Guids(IReadOnlyList<string> values) =>
        [.. values.Select(v => Guid.TryParse(v, out var id) ? id : (Guid?)null).Where(v => v is not null)];

    private static IQueryable<Lead> Level(IQueryable<Lead> leads, IReadOnlyList<string> values)
    {
        var levels = LeadListAddress.Read<Seniority>(values);
        return leads.Where(l => levels.Contains(l.Seniority));
    }

    private static IQueryable<Lead> Department(IQueryable<Lead> leads, IReadOnlyList<string> values)
    {
        var departments = LeadListAddress.Read<Department>(values);
        return leads.Where(l => departments.Contains(l.Department));
    }

    private static IQueryable<Lead> List(IQueryable<Lead> leads, LeadCondition condition, bool tags)
    {
        var values = condition.Values;
        return (condition.Kind, tags) switch
        {
            (ConditionKind.Empty, true) => leads.Where(l => l.Tags.Count == 0),
            (ConditionKind.Empty, _) => leads.Where(l => l.Technologies.Count == 0),
            (ConditionKind.Set, true) => leads.Where(l => l.Tags.Count > 0),
            (ConditionKind.Set, _) => leads.Where(l => l.Technologies.Count > 0),
            (_, true) => leads.Where(l => l.Tags.Any(t => values.Contains(t))),
            _ => leads.Where(l => l.Technologies.Any(t => values.Contains(t))),
        };
    }

    private static IQueryable<Lead> Text(
        IQueryable<Lead> leads, System.Linq.Expressions.Expression<Func<Lead, string?>> field, LeadCondition condition, bool sqlite)
    {
        var values = condition.Values;
        var pattern = $"%{LeadFilter.Escape((values.Count == 0 ? "" : values[0]))}%";
        return condition.Kind switch
        {
            ConditionKind.Empty => leads.Where(field, t => t == null || t == ""),
            ConditionKind.Set => leads.Where(field, t => t != null && t != ""),
            ConditionKind.Has when sqlite => leads.Where(field, t => EF.Functions.Like(t, pattern, @"\")),
            ConditionKind.Has => leads.Where(field, t => EF.Functions.ILike(t!, pattern, @"\")),
            _ => leads.Where(field, t => values.Contains(t)),
        };
    }

    private static IQueryable<Lead> Numbers(
        IQueryable<Lead> leads, System.Linq.Expressions.Expression<Func<Lead, double?>> field, IReadOnlyList<string> range)
    {
        leads = Number(range[0]) is { } low ? leads.Where(field, n => n >= low) : leads;
        return Number(range[1]) is { } high ? leads.Where(field, n => n <= high) : leads;
    }

    private static IQueryable<Lead> Times(
        IQueryable<Lead> leads, System.Linq.Expressions.Expression<Func<Lead, DateTime?>> field, LeadCondition condition, DateTime now)
    {
        if (condition.Kind == ConditionKind.Within)
        {
            var since = now.AddDays(-Math.Clamp(Number(condition.Values[0]) ?? 0, 0, 36_500));
            return leads.Where(field, t => t >= since);
        }

        leads = Day(condition.Values[0]) is { } low ? leads.Where(field, t => t >= low) : leads;
        return Day(condition.Values[1])?.AddDays(1) is { } high ? leads.Where(field, t => t < high) : leads;
    }

    /// <summary>Fields of the tenant's own stand as JSON in one column; EF Core does not look into it, the databases do.</summary>
    private static IQueryable<Lead> Custom(IQueryable<Lead> leads, TenantDb db, LeadCondition condition)
    {
        var name = condition.Field[LeadFields.CustomPrefix.Length..];
        var sqlite = db.Database.IsSqlite();
        var rows = sqlite ? "json_each(\"Custom\") c WHERE lower(c.key) = lower({0})" : "jsonb_each_text(\"Custom\"::jsonb) c WHERE lower(c.key) = lower({0})";
        if (condition.Kind is ConditionKind.Empty or ConditionKind.Set)
        {
            var set = Ids(db, $"SELECT \"Id\" AS \"Value\" FROM \"Leads\" WHERE EXISTS (SELECT 1 FROM {rows})", name);
            return condition.Kind == ConditionKind.Set ? leads.Where(l => set.Contains(l.Id)) : leads.Where(l => !set.Contains(l.Id));
        }

        var like = sqlite ? "LIKE" : "ILIKE";
        var tests = string.Join(" OR ", condition.Values.Select((_, i) => $"c.value {like} {{{i + 1}}} ESCAPE '\\'"));
        var patterns = condition.Values.Select(v => condition.Kind == ConditionKind.Has ? $"%{LeadFilter.Escape(v)}%" : LeadFilter.Escape(v));
        var found = Ids(db, $"SELECT \"Id\" AS \"Value\" FROM \"Leads\" WHERE EXISTS (SELECT 1 FROM {rows} AND ({tests}))", [name, .. patterns]);
        return leads.Where(l => found.Contains(l.Id));
    }

    private static IQueryable<Guid> Ids(TenantDb db, string sql, params object[] values) => db.Database.SqlQueryRaw<Guid>(sql, values);

    private static double? Number(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static DateTime? Day(string text) => DateTime.TryParseExact(
        text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var day) ? day : null;
}
