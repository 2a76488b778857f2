using System.Text.RegularExpressions;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Outreach.Grounding;

/// <summary>Finds what a sentence asserts that can be true or false: figures, dates, names, addresses, strong words.</summary>
internal static partial class Claims
{
    private static readonly HashSet<string> FigureWords = [.. "two three four five six seven eight nine ten eleven twelve thirteen fifteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion half third quarter double twice triple dozen percent zero".Split(' ')];

    private static readonly HashSet<string> TimeWords = [.. "january february march april june july august september october november december monday tuesday wednesday thursday friday saturday sunday today tomorrow yesterday tonight deadline expires expire".Split(' ')];

    // Words that promise: nobody but the source may say them.
    private static readonly HashSet<string> StrongWords = [.. "free best always never only first guarantee guaranteed guarantees unlimited discount discounts fastest leading leader unique certified certification award awarded refund refunds promise promised exclusive cheapest lowest highest forever instantly immediately urgent every all none zero worldwide official approved patented legally safe secure risk".Split(' ').Select(WordForms.Stem)];

    private static readonly Lazy<HashSet<string>> Common = new(ReadCommon);

    /// <summary>Stems that a mail may use without a source: what people write to companies every day, strong words left out.</summary>
    public static bool IsCommon(string stem) => Common.Value.Contains(stem);

    /// <summary>Addresses of the web and of people, and numbers to call.</summary>
    public static bool HasAddress(string text) => Address().IsMatch(text);

    /// <summary>The first assertion of the sentence that the evidence does not hold, in plain words; null when it holds all.</summary>
    public static string? Unfounded(string sentence, string evidence)
    {
        if (HasAddress(sentence))
            return "an address";
        var folded = TextFold.Fold(evidence);
        var words = Tokens().Matches(folded).Select(m => Plain(m.Value)).ToList();
        var own = Tokens().Matches(TextFold.Fold(sentence)).Select(m => Plain(m.Value)).ToList();
        for (var i = 0; i < own.Count; i++)
        {
            var isFigure = char.IsAsciiDigit(own[i][0]) || FigureWords.Contains(own[i]);
            if (isFigure && !SameCompany(own, i, words))
                return $"the figure “{own[i]}”";
            if ((TimeWords.Contains(own[i]) || StrongWords.Contains(WordForms.Stem(own[i]))) && !words.Contains(own[i]) && !words.Select(WordForms.Stem).Contains(WordForms.Stem(own[i])))
                return $"“{own[i]}”";
        }

        return Names(sentence).FirstOrDefault(n => !Holds(folded, TextFold.Fold(n).TrimEnd('\'', '&', '/'))) is { } name ? $"the name “{name}”" : null;
    }

    private static bool Holds(string text, string name)
    {
        for (var at = text.IndexOf(name, StringComparison.Ordinal); at >= 0; at = text.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (at + name.Length == text.Length || !char.IsLetterOrDigit(text[at + name.Length])))
                return true;
        }

        return false;
    }

    public static bool Negates(string text) => Negation().IsMatch(TextFold.Fold(text));

    // A figure counts with its company: “40 users” is not founded on “40 minutes”.
    private static bool SameCompany(List<string> own, int at, List<string> evidence)
    {
        var near = Near(own, at, 3);
        return Enumerable.Range(0, evidence.Count).Any(i => evidence[i] == own[at] && (near.Count == 0 || Near(evidence, i, 5).Overlaps(near)));
    }

    private static HashSet<string> Near(List<string> words, int at, int reach) =>
        [.. Enumerable.Range(Math.Max(0, at - reach), Math.Min(words.Count, at + reach + 1) - Math.Max(0, at - reach))
            .Where(i => i != at && char.IsLetter(words[i][0]) && words[i].Length > 1 && !WordForms.IsStop(words[i])).Select(i => WordForms.Stem(words[i]))];

    /// <summary>Capital words inside of the sentence, words with inner capitals or digits, and a first word that no mail uses every day.</summary>
    private static IEnumerable<string> Names(string sentence)
    {
        var words = CapitalWords().Matches(sentence).Where(m => m.Value.Length > 1 && !Pronouns().IsMatch(m.Value)).ToList();
        foreach (var match in words)
        {
            var begins = match.Index == 0 || sentence[..match.Index].TrimEnd().EndsWith(':');
            var folded = TextFold.Fold(match.Value);
            if (!begins || match.Value.Skip(1).Any(char.IsUpper) || !(WordForms.IsStop(folded) || IsCommon(WordForms.Stem(folded))))
                yield return match.Value;
        }
    }

    private static string Plain(string token) => char.IsAsciiDigit(token[0])
        ? ThousandMark().Replace(token.TrimEnd('.', ',', ':'), "").Replace(',', '.')
        : token.Trim('\'', '.');

    private static HashSet<string> ReadCommon()
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var example in IntentExamples.LoadLabelled().Where(e => e.Language is null or "en"))
        {
            foreach (var word in LowerWords().Matches(example.Text).Select(m => WordForms.Stem(TextFold.Fold(m.Value))).Distinct())
                seen[word] = seen.GetValueOrDefault(word) + 1;
        }

        var common = seen.Where(s => s.Value >= 3).Select(s => s.Key).ToHashSet();
        common.UnionWith(Courtesy);
        common.ExceptWith(StrongWords);
        common.RemoveWhere(FigureWords.Contains);
        return common;
    }

    /// <summary>Words of politeness: sentences of these alone assert nothing.</summary>
    public static readonly HashSet<string> Courtesy = [.. ("thank thanks hello hi dear hope well glad happy help question questions reply answer know look forward hear kind regards welcome sincerely talk call show "
        + "time minutes week worth interest interested useful suit suits convenient write writing wrote message read ask asked moment short quick conversation learn see tell think please good day great like would team company").Split(' ').Select(WordForms.Stem)];

    [GeneratedRegex(@"https?:|www\.|\b[\w-]+\.(?:com|net|org|io|de|eu|uk|fr|test|example|info|biz|ru|cn|co|ai|app|dev|shop|xyz|me|ly|gl)\b|\S+@\S+|(?:\+|00)\d[\d ().-]{6,}|\b\d{3,}[ -]\d{3,}[ -]?\d*", RegexOptions.IgnoreCase)]
    private static partial Regex Address();

    [GeneratedRegex(@"\d[\d.,:]*|[\p{L}][\p{L}\p{N}'.]*")]
    private static partial Regex Tokens();

    [GeneratedRegex(@"[,.](?=\d{3}(?:\D|$))")]
    private static partial Regex ThousandMark();

    [GeneratedRegex(@"\p{Lu}[\p{L}\p{N}&/'-]*|\p{Ll}+\p{Lu}[\p{L}\p{N}]*|\p{L}+\d[\p{L}\p{N}]*")]
    private static partial Regex CapitalWords();

    [GeneratedRegex(@"^I(?:'(?:m|d|ll|ve))?$")]
    private static partial Regex Pronouns();

    [GeneratedRegex(@"(?<![\p{L}'])\p{Ll}[\p{Ll}']+")]
    private static partial Regex LowerWords();

    [GeneratedRegex(@"\b(?:not|no|never|none|neither|nor|without|cannot|can't|don't|doesn't|won't|isn't|aren't|nothing)\b|n't\b")]
    private static partial Regex Negation();
}
