using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;

namespace LeadGen.Portal.Importing;

/// <summary>How far an import is, how fast, and how long it will take: from two looks at it.</summary>
public sealed class ImportPace
{
    private const double Settle = 0.3;

    private (long Rows, long Scored, DateTime At)? last;

    /// <summary>Rows read in a second, smoothed; null until two looks differ.</summary>
    public double? RowsPerSecond { get; private set; }

    /// <summary>Leads scored in a second, smoothed.</summary>
    public double? ScoredPerSecond { get; private set; }

    public void Look(ImportProgress progress, DateTime now)
    {
        var (rows, scored) = (progress.Import.Rows, (long)progress.Scored);
        if (last is { } before && (now - before.At).TotalSeconds is > 0.2 and var seconds)
        {
            RowsPerSecond = Smooth(RowsPerSecond, (rows - before.Rows) / seconds);
            ScoredPerSecond = Smooth(ScoredPerSecond, (scored - before.Scored) / seconds);
        }

        last = (rows, scored, now);
    }

    /// <summary>Leads of the import that will be scored in the end: those that it created or changed.</summary>
    public static long ToScore(Import import) => import.Created + import.Merged;

    /// <summary>Until every row is stored; null when the rows were not counted or the pace is not known.</summary>
    public TimeSpan? LeftToStore(Import import) => import is { StoredAt: null, State: ImportState.Running, Settings.RowCount: { } rows } && RowsPerSecond is > 0.5 and var rate
        ? TimeSpan.FromSeconds(Math.Max(0, rows - import.Rows) / rate)
        : null;

    public TimeSpan? Left(ImportProgress progress) =>
        progress.Import.StoredAt is not null && ScoredPerSecond is > 0.5 and var rate
            ? TimeSpan.FromSeconds(Math.Max(0, ToScore(progress.Import) - progress.Scored) / rate)
            : null;

    private static double Smooth(double? old, double now) => old is { } o ? o + Settle * (Math.Max(0, now) - o) : Math.Max(0, now);
}
