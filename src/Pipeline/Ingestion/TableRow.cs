namespace LeadGen.Pipeline.Ingestion;

/// <summary>One data row of a file.</summary>
/// <param name="Number">Counted from 1 below the header; blank lines do not count.</param>
/// <param name="Values">One for every column of the reader, <c>""</c> where the row has none. No values when there is a problem.</param>
/// <param name="Problem">Why the row cannot be taken, or null.</param>
/// <param name="Raw">The row as it stands in the file, at most <see cref="MaxRaw"/> characters.</param>
public sealed record TableRow(long Number, IReadOnlyList<string> Values, RowProblem? Problem, string Raw)
{
    public const int MaxRaw = 2_000;
}

/// <summary>Why a row cannot be taken.</summary>
/// <param name="Column">The column at fault, null when it is the row as a whole.</param>
/// <param name="Reason">A sentence with the remedy.</param>
public sealed record RowProblem(string? Column, string Reason);

/// <summary>What a file turned out to be.</summary>
/// <param name="Kind">Text or workbook.</param>
/// <param name="Encoding">IANA name; null for a workbook.</param>
/// <param name="Delimiter">Null for a workbook.</param>
/// <param name="Sheet">The sheet that is read; null for text.</param>
/// <param name="Sheets">All sheets, in the workbook's order; empty for text.</param>
/// <param name="HasHeader">False when the first row already is data; columns are then named by number.</param>
public sealed record TableFormat(
    TableKind Kind,
    string? Encoding,
    char? Delimiter,
    string? Sheet,
    IReadOnlyList<string> Sheets,
    bool HasHeader);

public enum TableKind
{
    /// <summary>CSV, TSV and their relatives.</summary>
    Text,

    /// <summary>XLSX.</summary>
    Workbook,
}
