using System.Collections.Frozen;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Matching;

/// <summary>Countries and regions: by name, by the few short forms that are no words, and as "German", "Dutch", "Nordic".</summary>
internal static class SentencePlaces
{
    private const int LongestName = 5;

    /// <summary>Short forms that count, and only in capitals: "us", "it" and "no" are words.</summary>
    private static readonly FrozenSet<string> Capitals = new[] { "US", "USA", "UK", "GB", "EU", "UAE", "GCC", "ANZ", "EEA", "CEE", "UKI", "U.S", "U.K", "U.S.A" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Names of countries that are words of their own unless written with a capital.</summary>
    private static readonly FrozenSet<string> Ambiguous = WordTable.Set("turkey jordan georgia chad jersey guinea china mali cuba togo");

    private static readonly FrozenDictionary<string, string> Peoples = WordTable.Map(
        ("Germany", "german deutsche deutscher deutschen allemand allemande allemandes allemands aleman alemana alemanas"), ("Austria", "austrian osterreichische"),
        ("Switzerland", "swiss schweizer suisse suisses"), ("France", "french franzosische francaise francaises"), ("Netherlands", "dutch niederlandische neerlandais"),
        ("Belgium", "belgian belge belges"), ("Italy", "italian italienische"), ("Spain", "spanish spanische espanolas espanola"), ("Portugal", "portuguese"), ("Ireland", "irish"),
        ("United Kingdom", "british uk's"), ("Denmark", "danish"), ("Sweden", "swedish"), ("Norway", "norwegian"), ("Finland", "finnish"), ("Poland", "polish polnische"),
        ("Czechia", "czech"), ("Hungary", "hungarian"), ("Romania", "romanian"), ("Greece", "greek"), ("United States", "american americans"), ("Canada", "canadian"),
        ("Mexico", "mexican"), ("Brazil", "brazilian"), ("India", "indian"), ("Japan", "japanese"), ("China", "chinese"), ("Australia", "australian"),
        ("Europe", "european europaische europeennes"), ("Scandinavia", "scandinavian"), ("Nordics", "nordic nordics"), ("Baltics", "baltic baltics"), ("Africa", "african"), ("Asia Pacific", "asian"));

    public static IEnumerable<IcpCriterion> Read(SentenceWords words)
    {
        var found = new List<(string, CriterionRequirement)>();
        for (var i = 0; i < words.Count; i++)
        {
            if (words.IsFree(i) && NameAt(words, i) is var (name, length) && length > 0)
            {
                found.Add((name, IcpSentence.RequirementAt(words, i)));
                words.Use(i, i + length);
                i += length - 1;
            }
        }

        return IcpSentence.Group(CriterionKind.Country, 15, found);
    }

    private static (string Name, int Length) NameAt(SentenceWords words, int at)
    {
        for (var length = Math.Min(LongestName, words.Count - at); length > 1; length--)
        {
            var run = words.Run(at, length);
            if (run.Count == length && run[0] is not ("the" or "in") && CountryGroups.Codes(string.Join(' ', run)).Count > 0 && run.TrueForAll(w => w.Length > 1))
                return (CountryGroups.Name(string.Join(' ', run)), length);
        }

        var (text, word) = (words[at].Text, words[at].Folded);
        if (Capitals.Contains(text.TrimEnd('.')))
            return (CountryGroups.Name(text.Replace(".", "", StringComparison.Ordinal)), 1);
        if (Peoples.Get(word) is { } people)
            return (CountryGroups.Name(people), 1);
        return word.Length > 3 && (!Ambiguous.Contains(word) || char.IsUpper(text[0])) && CountryGroups.Codes(word).Count > 0 ? (CountryGroups.Name(word), 1) : ("", 0);
    }
}
