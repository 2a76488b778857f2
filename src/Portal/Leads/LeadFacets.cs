using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Scoring;
using LeadGen.Portal.Shell;
using LeadGen.Portal.Shell.Parts;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Leads;

/// <summary>What a filter can offer: the values that a field has, most frequent first, and the tenant's own fields.</summary>
public sealed class LeadFacets(IDbContextFactory<TenantDb> databases, Members members)
{
    private const int Most = 60;

    private readonly Dictionary<string, IReadOnlyList<FilterOption>> known = new(StringComparer.Ordinal);
    private IReadOnlyList<ListField>? own;

    /// <summary>Options of a field; read once for a page.</summary>
    public async Task<IReadOnlyList<FilterOption>> OfAsync(string field, CancellationToken cancellationToken = default)
    {
        if (!known.TryGetValue(field, out var options))
        {
            known[field] = options = await ReadAsync(field, cancellationToken);
        }

        return options;
    }

    /// <summary>Leads were changed: what is offered is counted anew.</summary>
    public void Forget() => known.Clear();

    /// <summary>Fields of the tenant's own that any of its leads has.</summary>
    public async Task<IReadOnlyList<ListField>> OwnFieldsAsync(CancellationToken cancellationToken = default)
    {
        if (own is null)
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            var names = await db.Database.SqlQueryRaw<string>(db.Database.IsSqlite()
                ? "SELECT DISTINCT c.key AS \"Value\" FROM \"Leads\", json_each(\"Leads\".\"Custom\") c"
                : "SELECT DISTINCT k AS \"Value\" FROM \"Leads\", jsonb_object_keys(\"Leads\".\"Custom\"::jsonb) k").ToListAsync(cancellationToken);
            own = [.. names.Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase).Take(LeadFields.MaxCustom)
                .Select(n => new ListField(LeadFields.CustomPrefix + n, n, ListFieldKind.Text))];
        }

        return own;
    }

    private async Task<IReadOnlyList<FilterOption>> ReadAsync(string field, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return field switch
        {
            "grade" => Named(await CountAsync(db.Leads.Where(l => l.Grade != null).Select(l => l.Grade!.Value), cancellationToken), Enum.GetValues<Grade>(), g => g.ToString()),
            "intent" => Named(
                await CountAsync(db.Intents.Where(i => i.Kind != IntentKind.Other).Select(i => new { i.Kind, i.LeadId }).Distinct().Select(i => i.Kind), cancellationToken),
                [.. Enum.GetValues<IntentKind>().Where(k => k != IntentKind.Other)],
                Wording.Intent),
            "stage" => Named(await CountAsync(db.Leads.Select(l => l.Stage), cancellationToken), Enum.GetValues<LeadStage>(), ListWords.Stage),
            "seniority" => Named(await CountAsync(db.Leads.Select(l => l.Seniority), cancellationToken), Enum.GetValues<Seniority>(), Wording.Level),
            "department" => Named(await CountAsync(db.Leads.Select(l => l.Department), cancellationToken), Enum.GetValues<Department>(), ListWords.Capital),
            "outcome" => [.. Enum.GetNames<OutcomeFilter>().Select(o => new FilterOption(o, o))],
            "owner" => [new FilterOption(LeadConditions.Nobody, "Nobody"), .. (await members.ListAsync(cancellationToken)).OrderBy(m => m.Name).Select(m => new FilterOption(m.UserId.ToString(), m.Name))],
            ListFields.Import => await db.Imports.Where(i => i.State != ImportState.Draft).OrderByDescending(i => i.CreatedAt).Take(Most)
                .Select(i => new FilterOption(i.Id.ToString(), i.FileName, null)).ToListAsync(cancellationToken),
            "tag" => await ListedAsync(db, "Tags", cancellationToken),
            "technologies" => await ListedAsync(db, "Technologies", cancellationToken),
            _ when ListColumns.Texts.TryGetValue(field, out var text) =>
                [.. (await db.Leads.Select(text).Where(v => v != null && v != "").GroupBy(v => v!).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).Take(Most)
                    .Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken))
                    .Select(g => new FilterOption(g.Key, field == "country" ? Wording.Country(g.Key) : g.Key, g.Count))],
            _ => [],
        };
    }

    private static async Task<Dictionary<T, int>> CountAsync<T>(IQueryable<T> values, CancellationToken cancellationToken)
        where T : notnull =>
        await values.GroupBy(v => v).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);

    private static IReadOnlyList<FilterOption> Named<T>(Dictionary<T, int> counts, IReadOnlyList<T> all, Func<T, string> say)
        where T : struct, Enum =>
        [.. all.Select(v => new FilterOption(v.ToString(), say(v), counts.GetValueOrDefault(v)))];

    /// <summary>Items of a column that holds a list.</summary>
    private static async Task<IReadOnlyList<FilterOption>> ListedAsync(TenantDb db, string column, CancellationToken cancellationToken)
    {
        var sql = db.Database.IsSqlite()
            ? $"SELECT c.value AS \"Value\", count(*) AS \"Count\" FROM \"Leads\", json_each(\"Leads\".\"{column}\") c GROUP BY c.value ORDER BY 2 DESC, 1 LIMIT {Most}"
            : $"SELECT c AS \"Value\", count(*)::int AS \"Count\" FROM \"Leads\", unnest(\"Leads\".\"{column}\") c GROUP BY c ORDER BY 2 DESC, 1 LIMIT {Most}";
        return [.. (await db.Database.SqlQueryRaw<LeadFacet>(sql).ToListAsync(cancellationToken)).Select(f => new FilterOption(f.Value, f.Value, f.Count))];
    }
}
