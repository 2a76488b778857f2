using System.Globalization;
using System.Net;
using DotLiquid;

namespace LeadGen.Pipeline.Outreach;

/// <summary>
/// The last filter of every value in a template, put there when it is made ready: encodes the value for where it stands, and notes which
/// values were used and which were missing.
/// </summary>
/// <remarks>Called by DotLiquid by name, <c>mail_html</c> for <see cref="MailHtml"/>.</remarks>
public static class MailFilters
{
    internal const string Journal = "journal";

    /// <summary>Between tags, and in attributes that are no address.</summary>
    public static string MailHtml(Context context, object? input, int piece) =>
        WebUtility.HtmlEncode(Take(context, input, piece)).Replace("\n", "<br>", StringComparison.Ordinal);

    /// <summary>In an attribute that is no address.</summary>
    public static string MailAttribute(Context context, object? input, int piece) => WebUtility.HtmlEncode(Take(context, input, piece));

    /// <summary>Within an address, after its beginning.</summary>
    public static string MailPart(Context context, object? input, int piece) => Uri.EscapeDataString(Take(context, input, piece));

    /// <summary>A whole address, or its beginning: only of the web, else nothing.</summary>
    public static string MailAddress(Context context, object? input, int piece)
    {
        var text = Take(context, input, piece);
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" && address.UserInfo.Length == 0
            ? WebUtility.HtmlEncode(address.AbsoluteUri)
            : "";
    }

    /// <summary>One line, without characters that could begin another header.</summary>
    public static string MailLine(Context context, object? input, int piece) => OneLine(Take(context, input, piece));

    public static string MailText(Context context, object? input, int piece) => Take(context, input, piece);

    /// <summary>One line: control characters and line ends of all kinds become blanks, runs of blanks one.</summary>
    internal static string OneLine(string text)
    {
        var line = new System.Text.StringBuilder(text.Length);
        foreach (var c in text)
        {
            var blank = char.IsWhiteSpace(c) || char.IsControl(c) || c is '\u2028' or '\u2029';
            if (!blank)
                line.Append(c);
            else if (line.Length > 0 && line[^1] != ' ')
                line.Append(' ');
        }

        return line.ToString().TrimEnd();
    }

    private static string Take(Context context, object? input, int piece)
    {
        var text = input switch
        {
            null => "",
            string s => s,
            IFormattable number => number.ToString("N0", context.CurrentCulture),
            _ => Convert.ToString(input, CultureInfo.InvariantCulture) ?? "",
        };
        ((MergeJournal)context.Registers[Journal]!).Note(piece, text);
        return text;
    }
}

/// <summary>What a rendering used and what it missed.</summary>
internal sealed class MergeJournal(IReadOnlyList<LiquidPiece> pieces)
{
    private readonly List<string> missing = [];
    private readonly List<(string Path, string Text)> used = [];

    public IReadOnlyList<string> Missing => missing;

    public IReadOnlyList<(string Path, string Text)> Used => used;

    public void Note(int piece, string text)
    {
        var path = pieces[piece].Path;
        if (text.Length == 0)
        {
            if (path.Length > 0 && !missing.Contains(path))
                missing.Add(path);
        }
        else if (path.Length > 0)
        {
            used.Add((path, text));
        }
    }
}
