using System.Text.RegularExpressions;

namespace LeadGen.Pipeline.Outreach;

/// <param name="Weighs">Whether it should be looked at; else it is good to know.</param>
/// <param name="Text">In plain words.</param>
public sealed record MailHint(bool Weighs, string Text);

/// <summary>What a person should know about a mail before it leaves: holes, links, words that filters dislike, length.</summary>
public static partial class MailHints
{
    private const int LongSubject = 70;
    private const int ManyWords = 200;
    private const int ManyLinks = 3;

    // Words of advertising that receivers' filters count, alone or together.
    private static readonly string[] Spam =
    [
        "100% free", "act now", "act immediately", "buy now", "cash bonus", "cheap", "click here", "congratulations", "dear friend", "double your", "earn money",
        "exclusive deal", "extra income", "for free", "free trial", "guarantee", "increase sales", "limited time", "lowest price", "make money", "no catch",
        "no cost", "no obligation", "offer expires", "once in a lifetime", "order now", "risk-free", "risk free", "special promotion", "this is not spam",
        "urgent", "winner", "you have been selected",
    ];

    private static readonly string[] Shorteners = ["bit.ly", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "is.gd", "buff.ly", "rebrand.ly"];

    public static IReadOnlyList<MailHint> Of(ComposedMail mail, CompiledTemplate template)
    {
        var hints = mail.Warnings.Select(w => new MailHint(true, w)).ToList();
        if (template.Removed.Count > 0)
            hints.Add(new(true, $"Mails cannot have these parts, and they were taken out: {string.Join(", ", template.Removed)}."));
        var links = template.Links;
        foreach (var link in links.Where(l => l.StartsWith("http://", StringComparison.OrdinalIgnoreCase)))
            hints.Add(new(true, $"“{link}” is not encrypted: use https://."));
        foreach (var link in links.Where(l => Shorteners.Any(s => l.Contains("//" + s + "/", StringComparison.OrdinalIgnoreCase))))
            hints.Add(new(true, $"“{link}” hides where it leads; filters distrust that."));
        if (links.Count > ManyLinks)
            hints.Add(new(true, $"{links.Count} links: more than {ManyLinks} look like a newsletter."));
        var found = Spam.Where(s => Word(mail.Subject + "\n" + mail.Text, s)).ToList();
        if (found.Count > 0)
            hints.Add(new(true, $"Filters dislike: {string.Join(", ", found)}."));
        if (mail.Subject.Length > LongSubject)
            hints.Add(new(true, $"The subject has {mail.Subject.Length} characters; phones show about 40, most programs {LongSubject}."));
        if (mail.Subject.Count(c => c == '!') > 1 || (mail.Subject.Length > 8 && mail.Subject.Where(char.IsLetter).All(char.IsUpper)))
            hints.Add(new(true, "The subject shouts."));
        var words = Words().Count(mail.Text);
        hints.Add(words > ManyWords ? new(true, $"{words} words: long for a mail to somebody busy.") : new(false, $"{words} words."));
        return hints;
    }

    private static bool Word(string text, string words) => Regex.IsMatch(text, $@"(?<!\w){Regex.Escape(words)}(?!\w)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    [GeneratedRegex(@"[\w'’-]+")]
    private static partial Regex Words();
}
