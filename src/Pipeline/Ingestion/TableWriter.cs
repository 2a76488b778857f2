using System.Buffers;
using System.Globalization;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>One value of a row to be written; numbers are typed so that a negative one is not taken for a formula.</summary>
public readonly record struct TableCell(string? Text, bool IsNumber = false)
{
    public static implicit operator TableCell(string? text) => new(text);

    public static TableCell Number(double? value) => new(value?.ToString("R", CultureInfo.InvariantCulture), true);

    public static TableCell Number(long? value) => new(value?.ToString(CultureInfo.InvariantCulture), true);
}

/// <summary>
/// Writes CSV that a spreadsheet opens without harm and that <see cref="TableFile"/> reads back as it was: RFC 4180 with CRLF, texts
/// through <see cref="FormulaGuard"/>.
/// </summary>
public sealed class TableWriter(TextWriter output)
{
    private static readonly SearchValues<char> _needQuotes = SearchValues.Create(",;\t|\"\r\n");

    public void Write(params ReadOnlySpan<TableCell> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0)
                output.Write(',');
            var cell = cells[i];
            var text = cell.Text ?? "";

            // A blank line is no record, so the only value of a row is quoted even when it is empty.
            output.Write(cells.Length == 1 && text.Length == 0 ? "\"\"" : Quoted(cell.IsNumber ? text : FormulaGuard.Protect(text)));
        }
        output.Write("\r\n");
    }

    /// <summary>The value with quotes around it where a reader of any delimiter needs them.</summary>
    internal static string Quoted(string text)
    {
        if (text.Length == 0 || (text.AsSpan().IndexOfAny(_needQuotes) < 0 && text[0] != ' ' && text[^1] != ' '))
            return text;
        return "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
    }
}

/// <summary>The file of rows that an import could not take.</summary>
public static class ImportErrorFile
{
    public static void WriteHeader(TableWriter table) => table.Write("row", "column", "reason", "original");

    public static void Write(TableWriter table, ImportError error) =>
        table.Write(TableCell.Number(error.Row), error.Column, error.Reason, error.Original);
}
