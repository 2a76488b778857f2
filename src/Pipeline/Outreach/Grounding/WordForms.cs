using System.Collections.Frozen;
using System.Text.RegularExpressions;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Outreach.Grounding;

/// <summary>Words as they are compared when a sentence is held against its source: folded, without endings.</summary>
internal static partial class WordForms
{
    private static readonly FrozenSet<string> Stops = WordTable.Set(
        "a an and are as at be been being but by can could do does did for from had has have he her his how i if in into is it its just may me might more most my no nor "
        + "not of off on one or our out over own she should so some such than that the their them then there these they this those to too up us was we were what when "
        + "where which while who whom why will with would you your yours ours also about after all any because before between both each few once only other same very "
        + "let per via within without across during until upon much many here get got");

    /// <summary>Stems of the words that carry meaning, in order.</summary>
    public static IReadOnlyList<string> Content(string text) =>
        [.. Words().Matches(TextFold.Fold(text)).Select(m => m.Value.Trim('\'')).Where(w => w.Length > 1 && !Stops.Contains(w)).Select(Stem)];

    public static bool IsStop(string word) => Stops.Contains(word);

    /// <summary>A rough stem: enough to find “delivers” in “delivery” is not its aim, “delivers” in “deliver” is.</summary>
    public static string Stem(string word)
    {
        if (word.EndsWith("'s", StringComparison.Ordinal))
            word = word[..^2];
        foreach (var (ending, put) in new[] { ("ies", "y"), ("sses", "ss"), ("ing", ""), ("edly", ""), ("ed", ""), ("es", ""), ("ly", ""), ("s", "") })
        {
            if (word.Length >= ending.Length + 3 && word.EndsWith(ending, StringComparison.Ordinal) && !(ending == "s" && word.EndsWith("ss", StringComparison.Ordinal)))
            {
                word = word[..^ending.Length] + put;
                break;
            }
        }

        // "plann" of "planning", "us" of "use": one form for all.
        if (word.Length > 3 && word[^1] == word[^2] && word[^1] is not ('l' or 's'))
            word = word[..^1];
        return word.Length > 3 && word[^1] == 'e' ? word[..^1] : word;
    }

    [GeneratedRegex(@"[\p{L}][\p{L}']*")]
    private static partial Regex Words();
}
