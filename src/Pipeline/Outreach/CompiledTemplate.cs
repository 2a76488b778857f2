using System.Net;
using System.Text.RegularExpressions;
using DotLiquid;
using DotLiquid.Exceptions;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Outreach;

/// <summary>A variant of a template made ready: read, sanitised and checked once, then filled for any number of leads, by several threads at once.</summary>
public sealed partial class CompiledTemplate
{
    /// <summary>Most characters of a template's subject.</summary>
    public const int LongestSubject = 300;

    /// <summary>Most characters of a template's body.</summary>
    public const int LongestBody = 100_000;

    private readonly List<LiquidPiece> pieces = [];
    private readonly DotLiquid.Template subject;
    private readonly DotLiquid.Template text;
    private readonly DotLiquid.Template html;

    static CompiledTemplate() => DotLiquid.Template.RegisterFilter(typeof(MailFilters));

    private CompiledTemplate(TemplateVariant variant)
    {
        var problems = new List<string>();
        var removed = new SortedSet<string>(StringComparer.Ordinal);
        (Variant, Kind) = (variant.Name, variant.Kind);
        var line = LiquidPieces.TakeOut(MailFilters.OneLine(variant.Subject), pieces, problems);
        var (body, plain) = variant.Kind == BodyKind.Blocks ? OfBlocks(variant.Blocks, problems) : OfHtml(variant, problems);
        var clean = MailSanitizer.Clean(body, removed);
        CheckOrder(body, clean, problems);
        var places = new MailPlaces(clean);
        if (places.HasForbidden)
            problems.Add("A value stands in a style or inside a tag, where none can.");
        if (variant.Kind == BodyKind.Html && string.IsNullOrWhiteSpace(variant.Text))
            plain = TextOf(clean);
        Links = [.. Hrefs().Matches(clean).Select(m => WebUtility.HtmlDecode(m.Groups[2].Value)).Select(Shown).Distinct()];
        problems.AddRange(Links.Where(l => !StartsWell(l)).Select(l => $"The link “{l}” leads nowhere: begin it with https://."));

        subject = Parse(LiquidPieces.PutBack(line, pieces, _ => "mail_line"), problems);
        html = Parse(LiquidPieces.PutBack(clean, pieces, places.FilterAt), problems);
        text = Parse(LiquidPieces.PutBack(plain, pieces, at => InAddress(plain, at) ? "mail_part" : "mail_text"), problems);
        Problems = [.. problems.Distinct()];
        Removed = [.. removed];
        FactPlaces = Enumerable.Range(1, MergePalette.MostFacts).LastOrDefault(n => pieces.Any(p => p.Path == MergePalette.Fact(n)));
    }

    /// <summary>Name of the variant.</summary>
    public string Variant { get; }

    public BodyKind Kind { get; }

    /// <summary>What keeps it from being used, in plain words; empty when nothing does.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>Tags, attributes and styles that mails cannot have and that were taken out.</summary>
    public IReadOnlyList<string> Removed { get; }

    /// <summary>Addresses of its links as written, values in braces.</summary>
    public IReadOnlyList<string> Links { get; }

    /// <summary>Paths of the values that it names.</summary>
    public IReadOnlyList<string> Paths => [.. pieces.Where(p => p.Path.Length > 0).Select(p => p.Path).Distinct()];

    /// <summary>How many facts it has places for, 0 to <see cref="MergePalette.MostFacts"/>.</summary>
    public int FactPlaces { get; }

    public static CompiledTemplate Of(TemplateVariant variant) => new(variant);

    /// <summary>Fills it for one lead. Only for one without <see cref="Problems"/>.</summary>
    public RenderedMail Render(MergeValues values)
    {
        var journal = new MergeJournal(pieces);
        var context = new Context([values.Root], [], new Hash { [MailFilters.Journal] = journal }, ErrorsOutputMode.Rethrow, 0, values.Culture, CancellationToken.None)
        {
            SyntaxCompatibilityLevel = SyntaxCompatibility.DotLiquid22a,
        };
        var line = MailFilters.OneLine(Fill(subject, context, values));
        var plain = Tidy(Fill(text, context, values));
        return new RenderedMail(line, plain, Fill(html, context, values), journal.Missing, values.Refused, journal.Used);
    }

    private static string Fill(DotLiquid.Template template, Context context, MergeValues values)
    {
        using var writer = new StringWriter(values.Culture);
        template.Render(writer, new RenderParameters(values.Culture) { Context = context });
        return writer.ToString();
    }

    private static DotLiquid.Template Parse(string source, List<string> problems)
    {
        try
        {
            var template = DotLiquid.Template.Parse(source, SyntaxCompatibility.DotLiquid22a);
            template.MakeThreadSafe();
            return template;
        }
        catch (SyntaxException e)
        {
            problems.Add($"A value or condition cannot be read: {e.Message}");
            return DotLiquid.Template.Parse("");
        }
    }

    private (string Html, string Text) OfBlocks(IReadOnlyList<TemplateBlock> blocks, List<string> problems)
    {
        List<TemplateBlock> forHtml = [], forText = [];
        var fact = 0;
        foreach (var block in blocks)
        {
            var marked = block with
            {
                Text = LiquidPieces.TakeOut(block.Text.ReplaceLineEndings("\n"), pieces, problems),
                Url = LiquidPieces.TakeOut(block.Url, pieces, problems),
            };
            if (block.Kind != BlockKind.Fact)
            {
                forHtml.Add(marked);
                forText.Add(marked);
            }
            else if (fact == MergePalette.MostFacts)
            {
                problems.Add($"A mail has places for {MergePalette.MostFacts} facts at most.");
            }
            else
            {
                var (condition, value, otherwise, end) = FactPieces(MergePalette.Fact(++fact));
                forHtml.Add(marked with { Text = $"{condition}{BlockWriter.ParagraphOf(value)}{otherwise}{(marked.Text.Length > 0 ? BlockWriter.ParagraphOf(marked.Text) : "")}{end}" });
                forText.Add(marked with { Text = $"{condition}{value}{otherwise}{marked.Text}{end}" });
            }
        }

        return (BlockWriter.Html(forHtml), BlockWriter.Text(forText));
    }

    private (string If, string Value, string Else, string End) FactPieces(string path)
    {
        return (Add($"{{% if {path} %}}", "", ""), Add($"{{{{ {path} }}}}", path, path), Add("{% else %}", "", ""), Add("{% endif %}", "", ""));

        string Add(string source, string shown, string expression)
        {
            pieces.Add(new LiquidPiece(source, shown, expression));
            return LiquidPieces.MarkOf(pieces.Count - 1);
        }
    }

    private (string Html, string Text) OfHtml(TemplateVariant variant, List<string> problems) => (
        LiquidPieces.TakeOut(Comments().Replace(variant.Html, ""), pieces, problems),
        LiquidPieces.TakeOut(variant.Text.ReplaceLineEndings("\n"), pieces, problems));

    /// <summary>A condition that sanitising moved or dropped would change what the mail says.</summary>
    private static void CheckOrder(string before, string after, List<string> problems)
    {
        if (!Order(before).SequenceEqual(Order(after)))
            problems.Add("A value or condition stands where HTML has no text: between rows of a table, inside a tag, or in a part that mails cannot have.");
    }

    /// <summary>The marks in order, each with whether a tag stands between it and the one before.</summary>
    private static IEnumerable<(int Piece, bool TagBefore)> Order(string html)
    {
        var at = -1;
        foreach (var (where, piece) in LiquidPieces.Marks(html))
        {
            yield return (piece, at >= 0 && html.AsSpan(at, where.Start.Value - at).Contains('<'));
            at = where.End.Value;
        }
    }

    private static string TextOf(string clean) =>
        HtmlText.Read(Anchors().Replace(clean, m => $"{m.Groups[2].Value} ({m.Groups[1].Value})"));

    /// <summary>Whether what stands right before the place, without a blank, begins an address.</summary>
    private static bool InAddress(string plain, int at)
    {
        var start = plain.AsSpan(0, at).LastIndexOfAny(' ', '\n', '(') + 1;
        return plain.AsSpan(start, at - start) is var before && (before.Contains("://", StringComparison.Ordinal) || before.StartsWith("mailto:"));
    }

    private static string Tidy(string text) => Gaps().Replace(text.ReplaceLineEndings("\n"), "\n\n").Trim();

    private string Shown(string link) =>
        LiquidPieces.Marks(link).Reverse().Aggregate(link, (l, m) => l[..m.Where.Start.Value] + pieces[m.Piece].Source + l[m.Where.End.Value..]);

    private static bool StartsWell(string link) =>
        link.StartsWith("{{", StringComparison.Ordinal) || link.StartsWith("{%", StringComparison.Ordinal)
        || (Uri.TryCreate(Braces().Replace(link, "x"), UriKind.Absolute, out var address) && address.Scheme is "https" or "http" or "mailto" or "tel" && !address.IsFile);

    [GeneratedRegex(" (href|src)=\"([^\"]*)\"")]
    private static partial Regex Hrefs();

    [GeneratedRegex("<a [^>]*href=\"([^\"]*)\"[^>]*>(.*?)</a>", RegexOptions.Singleline)]
    private static partial Regex Anchors();

    [GeneratedRegex("<!--.*?-->", RegexOptions.Singleline)]
    private static partial Regex Comments();

    [GeneratedRegex(@"[ \t]*\n(?:[ \t]*\n)+")]
    private static partial Regex Gaps();

    [GeneratedRegex(@"\{\{.*?\}\}|\{%.*?%\}")]
    private static partial Regex Braces();
}

/// <summary>A template filled for one lead.</summary>
/// <param name="Missing">Paths of values that it shows and the lead has not.</param>
/// <param name="Refused">Paths of values that were left out because they hold a link.</param>
/// <param name="Used">Values that it shows, with their path, as written.</param>
public sealed record RenderedMail(
    string Subject, string Text, string Html, IReadOnlyList<string> Missing, IReadOnlyList<string> Refused, IReadOnlyList<(string Path, string Text)> Used);
