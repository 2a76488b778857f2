using System.Text;
using System.Text.RegularExpressions;

namespace LeadGen.Pipeline.Outreach;

/// <summary>A value or a condition in a template.</summary>
/// <param name="Source">As written, with its braces.</param>
/// <param name="Path">The value that it shows; empty for a condition.</param>
/// <param name="Expression">What is between the braces of a value; empty for a condition.</param>
internal sealed record LiquidPiece(string Source, string Path, string Expression)
{
    public bool IsValue => Expression.Length > 0;
}

/// <summary>
/// Finds the Liquid in a text and checks that it is of the part of the language that mails may use: values with harmless filters, and
/// conditions. No loops, assignments or includes, so that the size and time of a mail are bounded by those of its template.
/// </summary>
internal static partial class LiquidPieces
{
    public const int Most = 300;

    // Stands for a piece while the text around it is read as HTML; letters and digits pass everywhere unchanged.
    private const string Mark = "zqLq";

    private static readonly HashSet<string> Filters = new(StringComparer.Ordinal)
    {
        "default", "upcase", "downcase", "capitalize", "strip", "truncate", "truncatewords", "append", "prepend", "date", "round", "escape",
    };

    private static readonly HashSet<string> Words = new(StringComparer.Ordinal)
    {
        "and", "or", "contains", "true", "false", "nil", "null", "empty", "blank",
    };

    /// <summary>Replaces each piece by a mark and gives the pieces; problems are added in plain words.</summary>
    public static string TakeOut(string text, List<LiquidPiece> pieces, List<string> problems)
    {
        var depth = new Stack<string>();
        var marked = new StringBuilder(text.Length);
        var at = 0;
        foreach (Match match in Any().Matches(text))
        {
            marked.Append(text, at, match.Index - at);
            at = match.Index + match.Length;
            if (Read(match.Value, depth, problems) is { } piece)
            {
                marked.Append(MarkOf(pieces.Count));
                pieces.Add(piece);
            }
        }

        marked.Append(text, at, text.Length - at);
        if (depth.Count > 0)
            problems.Add($"A condition ({{% {depth.Peek()} %}}) is not closed: add {{% end{depth.Peek()} %}}.");
        if (pieces.Count > Most)
            problems.Add($"There are more than {Most} values and conditions. Split the template.");
        var rest = marked.ToString();
        if (rest.Contains("{{", StringComparison.Ordinal) || rest.Contains("{%", StringComparison.Ordinal))
            problems.Add("A place for a value is not closed: {{ needs }}, {% needs %}.");
        return rest.Contains("{{", StringComparison.Ordinal) || rest.Contains("{%", StringComparison.Ordinal)
            ? rest.Replace("{{", "{ {", StringComparison.Ordinal).Replace("{%", "{ %", StringComparison.Ordinal)
            : rest;
    }

    public static string MarkOf(int piece) => $"{Mark}{piece}q";

    /// <summary>The marks in order of place.</summary>
    public static IEnumerable<(Range Where, int Piece)> Marks(string text) =>
        Marked().Matches(text).Select(m => (m.Index..(m.Index + m.Length), int.Parse(m.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>Puts the pieces back, values with the filter that encodes them.</summary>
    /// <param name="filter">The filter for the value at this place.</param>
    public static string PutBack(string marked, IReadOnlyList<LiquidPiece> pieces, Func<int, string> filter)
    {
        var text = new StringBuilder(marked.Length);
        var at = 0;
        foreach (var (where, number) in Marks(marked))
        {
            text.Append(marked, at, where.Start.Value - at);
            at = where.End.Value;
            if (number >= pieces.Count)
                continue; // somebody wrote a mark by hand
            var piece = pieces[number];
            text.Append(piece.IsValue ? $"{{{{ {piece.Expression} | {filter(where.Start.Value)}: {number} }}}}" : piece.Source);
        }

        return text.Append(marked, at, marked.Length - at).ToString();
    }

    private static LiquidPiece? Read(string source, Stack<string> depth, List<string> problems)
    {
        var inside = source[2..^2].Trim('-').Trim();
        return source[1] == '{' ? ReadValue(source, inside, problems) : ReadTag(source, inside, depth, problems);
    }

    private static LiquidPiece? ReadValue(string source, string inside, List<string> problems)
    {
        if (!Value().IsMatch(inside))
        {
            problems.Add($"“{source}” cannot be read. Write it like {{{{ lead.firstName | default: \"there\" }}}}.");
            return null;
        }

        foreach (var filter in Filter().Matches(Texts().Replace(inside, "\"\"")).Select(m => m.Groups[1].Value).Where(f => !Filters.Contains(f)))
        {
            problems.Add($"“{source}”: the filter “{filter}” is not available in mails.");
            return null;
        }

        CheckPaths(source, inside, problems);
        var first = Path().Match(inside);
        return new LiquidPiece(source, first.Success && first.Index == 0 ? first.Value : "", inside);
    }

    private static LiquidPiece? ReadTag(string source, string inside, Stack<string> depth, List<string> problems)
    {
        var name = inside.Split(' ', 2)[0];
        var ok = name switch
        {
            "if" or "unless" or "case" => Open(depth, name),
            "elsif" => depth.Count > 0 && depth.Peek() == "if",
            "else" => depth.Count > 0,
            "when" => depth.Count > 0 && depth.Peek() == "case",
            "endif" or "endunless" or "endcase" => depth.Count > 0 && depth.Pop() == name[3..],
            _ => false,
        };
        if (!ok)
        {
            problems.Add(name is "elsif" or "else" or "when" or "endif" or "endunless" or "endcase"
                ? $"“{source}” stands where no condition is open."
                : $"“{source}” is not available in mails. There are if, elsif, else, unless, case and when.");
            return null;
        }

        CheckPaths(source, inside[name.Length..], problems);
        return new LiquidPiece(source, "", "");
    }

    private static bool Open(Stack<string> depth, string name)
    {
        depth.Push(name);
        return depth.Count <= 10;
    }

    private static void CheckPaths(string source, string inside, List<string> problems)
    {
        // A name in brackets is part of its path; other quoted words are words.
        var open = Filter().Replace(Bare().Replace(inside, m => m.Groups["b"].Success ? m.Value : "\"\""), "|");
        foreach (var path in Path().Matches(open).Select(m => m.Value).Where(p => !Words.Contains(p) && MergePalette.Find(p) is null))
            problems.Add($"“{source}”: there is no value “{path}”.");
    }

    [GeneratedRegex(@"\{\{.*?\}\}|\{%.*?%\}", RegexOptions.Singleline)]
    private static partial Regex Any();

    [GeneratedRegex("zqLq([0-9]{1,4})q")]
    private static partial Regex Marked();

    [GeneratedRegex("""^(?:[A-Za-z_][\w.]*(?:\[(?:"[^"]*"|'[^']*')\])?|"[^"]*"|'[^']*')(?:\s*\|\s*[a-z_]+(?:\s*:\s*(?:"[^"]*"|'[^']*'|-?[\w.]+(?:\[(?:"[^"]*"|'[^']*')\])?)(?:\s*,\s*(?:"[^"]*"|'[^']*'|-?[\w.]+))*)?)*$""")]
    private static partial Regex Value();

    [GeneratedRegex(@"\|\s*([a-z_]+)")]
    private static partial Regex Filter();

    [GeneratedRegex("\"[^\"]*\"|'[^']*'")]
    private static partial Regex Texts();

    [GeneratedRegex("""(?<b>\[(?:"[^"]*"|'[^']*')\])|"[^"]*"|'[^']*'""")]
    private static partial Regex Bare();

    [GeneratedRegex("""(?<![\w.])[A-Za-z_]\w*(?:\.\w+)*(?:\[(?:"[^"]*"|'[^']*')\])?""")]
    private static partial Regex Path();
}
