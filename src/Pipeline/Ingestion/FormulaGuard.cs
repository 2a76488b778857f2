namespace LeadGen.Pipeline.Ingestion;

/// <summary>
/// Keeps spreadsheets from running text as a formula (CWE-1236): an apostrophe goes before a text that begins like one, and comes off
/// when the file is read again.
/// </summary>
/// <remarks>
/// Texts that already begin with apostrophes and then like a formula get one more, so that <c>Strip(Protect(x)) = x</c> for every x.
/// </remarks>
public static class FormulaGuard
{
    private const string Starts = "=+-@\t\r\n\0\uFF1D\uFF0B\uFF0D\uFF20";

    public static string Protect(string text) => BeginsLikeFormula(text) ? "'" + text : text;

    public static string Strip(string text) => text.Length > 1 && text[0] == '\'' && BeginsLikeFormula(text) ? text[1..] : text;

    private static bool BeginsLikeFormula(string text)
    {
        var at = 0;
        while (at < text.Length && text[at] == '\'')
            at++;
        return at < text.Length && Starts.Contains(text[at]);
    }
}
