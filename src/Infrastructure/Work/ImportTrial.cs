using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Work;

/// <summary>What an import would do with a file's first rows: the import's own reading and matching, and nothing is written.</summary>
public sealed class ImportTrial(IDbContextFactory<TenantDb> databases, ImportDrafts drafts, LeadIntake intake, TimeProvider time)
{
    /// <exception cref="UnusableFile">The file cannot be read with these settings.</exception>
    public async Task<TrialResult> RunAsync(Import draft, ImportSettings settings, CancellationToken cancellationToken = default)
    {
        var (rows, isWhole) = await Task.Run(() => Read(draft, settings, cancellationToken), cancellationToken);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var good = rows.Where(r => r.Lead is not null).ToList();
        var (leads, changes) = await intake.TryAsync(
            db, [.. good.Select(r => r.Take())], settings, draft.Actor, time.GetUtcNow().UtcDateTime, cancellationToken);
        var became = good.Zip(leads).ToDictionary(x => x.First.Number, x => x.Second);
        var changesOf = changes.Where(c => c.Field != LeadChange.Created).ToLookup(c => c.LeadId);
        var first = new Dictionary<Guid, long>();
        return new TrialResult([.. rows.Select(r => Row(r, became.GetValueOrDefault(r.Number), changesOf, first))], isWhole, settings);
    }

    private static TrialRow Row(ImportRow row, ResolvedLead? became, ILookup<Guid, LeadChange> changesOf, Dictionary<Guid, long> first)
    {
        if (became is null)
        {
            IReadOnlyList<FieldProblem> problems = row.Lead is null ? row.Problems : [new FieldProblem("", ImportRun.ErasedReason)];
            return new TrialRow(row.Number, TrialKind.Rejected, null, null, problems, [], row.Raw);
        }

        long? sameAs = first.TryAdd(became.Target.Id, row.Number) ? null : first[became.Target.Id];
        var kind = became.Resolution switch
        {
            Resolution.Created => TrialKind.New,
            Resolution.Merged => TrialKind.Merged,
            _ => TrialKind.Duplicate,
        };
        IReadOnlyList<LeadChange> changes = kind == TrialKind.Merged ? [.. changesOf[became.Target.Id]] : [];
        return new TrialRow(row.Number, kind, became.Target, sameAs, row.Problems, changes, row.Raw);
    }

    private (IReadOnlyList<ImportRow> Rows, bool IsWhole) Read(Import draft, ImportSettings settings, CancellationToken cancellationToken)
    {
        var reading = DraftReading.Of(drafts.Open(draft.Id), draft.FileName, settings, time.GetUtcNow().UtcDateTime, cancellationToken);
        using var table = TableFile.Open(drafts.Open(draft.Id), draft.FileName, settings, cancellationToken);
        var (columns, _) = ColumnMapping.Create(table.Columns, [], reading.Settle(settings).Mapping);
        var rows = new ImportReader(table, columns!, time).Next(ImportSettings.FirstRows, cancellationToken);
        return (rows, table.Read(cancellationToken) is null);
    }
}

/// <summary>What the first rows would become.</summary>
/// <param name="Rows">At most <see cref="ImportSettings.FirstRows"/>, in the file's order.</param>
/// <param name="IsWhole">The file has no more.</param>
/// <param name="Settings">That they were read with.</param>
public sealed record TrialResult(IReadOnlyList<TrialRow> Rows, bool IsWhole, ImportSettings Settings)
{
    public int Count(TrialKind kind) => Rows.Count(r => r.Kind == kind);

    /// <summary>The import would end before anything is stored.</summary>
    public bool Stops => Settings.Stops(Rows.Count(r => r.Kind == TrialKind.Rejected), Rows.Count);
}

/// <summary>What one row would become.</summary>
/// <param name="Number">Counted from 1 below the header.</param>
/// <param name="Kind">New, changing a lead, bringing nothing, or not taken.</param>
/// <param name="Lead">The lead as it would be behind these rows; null when the row is not taken.</param>
/// <param name="SameAs">An earlier row about the same lead, or null.</param>
/// <param name="Problems">Why it is not taken, or which values are kept as text only.</param>
/// <param name="Changes">What these rows change on a lead that is there.</param>
/// <param name="Raw">The row as it stands in the file.</param>
public sealed record TrialRow(
    long Number, TrialKind Kind, Lead? Lead, long? SameAs, IReadOnlyList<FieldProblem> Problems, IReadOnlyList<LeadChange> Changes, string Raw);

public enum TrialKind
{
    New,
    Merged,
    Duplicate,
    Rejected,
}
