using System.Text;
using System.Text.RegularExpressions;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Outreach.Grounding;

/// <summary>
/// Knows words that speak to a machine instead of a person: orders to forget, to obey, to change roles, and texts that hide such orders. What
/// looks like that is no fact and goes into no mail. A filter in front of the rules of grounding, which hold without it.
/// </summary>
public static partial class Injections
{
    // Scrambled spelling is read by models as easily as by people: the letters count, not their order.
    private static readonly HashSet<string> Orders = [.. new[]
    {
        "ignore", "disregard", "forget", "override", "bypass", "instruction", "instructions", "prompt", "jailbreak", "obey", "pretend", "roleplay",
        "overrule", "overwrite", "exfiltrate", "unfiltered",
    }.Select(Key)];

    private static readonly HashSet<string> Objects = [.. new[]
    {
        "previous", "prior", "above", "earlier", "instructions", "instruction", "rules", "prompt", "system", "guidelines", "developer", "assistant", "context",
        "model", "restrictions", "verbatim", "override",
    }.Select(Key)];

    private const string LookAlikes = "аеорсухіѕοαειν";
    private const string Letters = "aeopcyxisoaeiv";
    private const string LetterDigits = "01345@$";

    /// <summary>Whether the text holds something that is meant for few eyes: a mail quotes nothing of it.</summary>
    public static bool Confidential(string text) => Secret().IsMatch(text);

    /// <param name="text">A sentence or a value.</param>
    public static bool Suspicious(string text)
    {
        var plain = Squeeze(TextFold.Fold(Latin(text)));
        if (Markup().IsMatch(text) || Speech().IsMatch(plain) || Encoded().IsMatch(text))
            return true;
        var keys = Words().Matches(plain).Select(m => Key(m.Value)).ToHashSet();
        return keys.Overlaps(Orders) && keys.Count(Objects.Contains) + keys.Count(Orders.Contains) >= 2;
    }

    /// <summary>The text without its suspicious and confidential sentences.</summary>
    public static string Without(string text)
    {
        if (!Suspicious(text) && !Confidential(text))
            return text;
        var rest = string.Join(' ', SentenceSplitter.Split(text).Where(s => !Suspicious(s) && !Confidential(s)));
        return Suspicious(rest) ? "" : rest;
    }

    // First and last letter stay, the others are sorted: "ignroe" is "ignore".
    private static string Key(string word)
    {
        if (word.Length <= 3)
            return word;
        var inner = word[1..^1].ToCharArray();
        Array.Sort(inner);
        return $"{word[0]}{new string(inner)}{word[^1]}";
    }

    // "i g n o r e" and "i.g.n.o.r.e" are one word.
    private static string Squeeze(string text) => Spaced().Replace(text, m => m.Value.Replace(" ", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal) + " ");

    // Letters of other scripts that look like ours, and digits that stand for letters within words.
    private static string Latin(string text)
    {
        var latin = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var inWord = i > 0 && i < text.Length - 1 && char.IsLetter(text[i - 1]) && char.IsLetter(text[i + 1]);
            var at = LookAlikes.IndexOf(text[i], StringComparison.Ordinal);
            var digit = inWord ? LetterDigits.IndexOf(text[i], StringComparison.Ordinal) : -1;
            latin.Append(at >= 0 ? Letters[at] : digit >= 0 ? "oieasas"[digit] : text[i] is >= 'ａ' and <= 'ｚ' ? (char)(text[i] - 'ａ' + 'a') : text[i] is >= 'Ａ' and <= 'Ｚ' ? (char)(text[i] - 'Ａ' + 'A') : text[i]);
        }

        return latin.ToString();
    }

    [GeneratedRegex(@"<\s*/?\s*(message|system|assistant|user|instructions?|im_start|im_end)\b|<\|.*?\|>|\[/?(INST|SYS)\]|###\s*(system|instruction)|```|\{\{|\{%|(?:^|\n|\s)(?:subject|bcc|cc|reply-?to)\s*:", RegexOptions.IgnoreCase)]
    private static partial Regex Markup();

    [GeneratedRegex(@"\b(you are now|you are an? (ai|assistant|model|chatbot)|act as (an?|if)|new (instructions?|rules?|task|role)|from now on|do anything now|system (prompt|message|note|override)|(write|include|insert|output|print|repeat|append|reply with|respond with|say|add|mention) (exactly|only|verbatim|the (word|phrase|text|sentence|following|string|code|link)|this (word|phrase|text|sentence|link))|in your (answer|reply|output|response)|(send|forward|bcc|cc|copy) (this|it|all|every|the|a copy|mails?) .{0,40}\bto\b|(ai|llm|language model|assistant|chatbot)s? (must|should|shall|will|reading)|end of (document|context|data)|(mail|email|message|answer|reply|response|output|text|sentence)s? (must|should|shall|has to|have to|needs? to)|must (say|include|contain|mention|be in)|(begin|start|end) (every|each|all|the|your) (mail|email|message|answer|sentence)|to (each|every) sentence|bcc|blind copy|(print|reveal|show|leak) (your|the) (system )?(prompt|rules|instructions)|repeat after me|translate the following|(note|message|word|instructions?) (to|for) (the |any |all )?(ai|assistant|model|chatbot|bot)s?|output it|decode (this|the following)|base64|rot13)\b")]
    private static partial Regex Speech();

    [GeneratedRegex(@"[A-Za-z0-9+/]{28,}={0,2}|(?:%[0-9a-fA-F]{2}){6,}|(?:\\u[0-9a-fA-F]{4}){4,}|(?:&#x?[0-9a-fA-F]+;){4,}|(?:\b[0-9a-fA-F]{2}\s?){16,}")]
    private static partial Regex Encoded();

    [GeneratedRegex(@"\b(password|passcode|passphrase|api key|secret|private key|access token|confidential|internal use|do not share|not for customers)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();

    [GeneratedRegex("[a-z]+")]
    private static partial Regex Words();

    [GeneratedRegex(@"(?<![a-z])(?:[a-z][ .]){3,}[a-z](?![a-z])")]
    private static partial Regex Spaced();
}
