using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;

namespace LeadGen.Infrastructure.Work;

/// <summary>Turns a file's rows into leads or reasons why not, a chunk at a time.</summary>
public sealed class ImportReader(TableReader table, ColumnMapping columns, TimeProvider time)
{
    /// <returns>At most <paramref name="most"/> rows; none at the end of the file.</returns>
    public IReadOnlyList<ImportRow> Next(int most, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var rows = new List<ImportRow>(most);
        while (rows.Count < most && table.Read(cancellationToken) is { } row)
        {
            rows.Add(Read(row, now));
        }

        return rows;
    }

    private ImportRow Read(TableRow row, DateTimeOffset now)
    {
        if (row.Problem is { } problem)
        {
            return new ImportRow(row.Number, null, [new FieldProblem(problem.Column ?? "", problem.Reason)], row.Raw);
        }

        LeadReading Reading() => LeadNormalizer.Read(columns.Read(row), Guid.CreateVersion7(now), now.UtcDateTime);
        var reading = Reading();
        // The error file speaks of columns as the file names them.
        var problems = reading.Problems.Select(p => p with { Field = columns.ColumnOf(p.Field) ?? p.Field });
        return new ImportRow(row.Number, reading.Lead, [.. problems], row.Raw) { Again = () => Reading().Lead! };
    }
}

/// <summary>One row: a lead, or problems.</summary>
public sealed record ImportRow(long Number, Lead? Lead, IReadOnlyList<FieldProblem> Problems, string Raw)
{
    private bool taken;

    internal Func<Lead>? Again { private get; init; }

    /// <summary>The lead as the file has it: storing changes the object, so a write that runs again gets another.</summary>
    public Lead Take()
    {
        var lead = taken ? Again!() : Lead!;
        taken = true;
        return lead;
    }

    /// <summary>Lines of the error file: one for each problem, so that all of them can be mended at once.</summary>
    public IEnumerable<ImportError> Errors(Guid importId) => Problems.Select(p => new ImportError
    {
        ImportId = importId,
        Row = Number,
        Column = p.Field.Length > 0 ? p.Field : null,
        Reason = p.Reason,
        Original = Raw,
    });
}
