namespace LeadGen.Pipeline.Matching;

/// <summary>
/// Reads an ideal customer out of a sentence in plain words: trades, places, company sizes, jobs, tools and quoted words become criteria,
/// the sentence itself the description that leads are compared with. Rules, no model: the same sentence gives the same draft. What it does
/// not understand stays in the description.
/// </summary>
public static class IcpSentence
{
    /// <summary>Only so much of a text is read.</summary>
    public const int MostCharacters = 2_000;

    private const int LongestName = 80;

    /// <param name="sentence">One sentence or a few, English best; German, French and Spanish in their most usual words.</param>
    /// <param name="id">Id of the draft.</param>
    /// <returns>A draft that <see cref="IcpRules"/> accepts unless the sentence is blank; every criterion can be taken out by itself.</returns>
    public static Icp Read(string sentence, Guid id)
    {
        var text = sentence.Trim();
        text = text.Length <= MostCharacters ? text : text[..MostCharacters];
        var words = new SentenceWords(text);
        var criteria = new List<IcpCriterion>();
        criteria.AddRange(SentenceSizes.Read(words));
        criteria.AddRange(SentencePlaces.Read(words));
        criteria.AddRange(SentenceTools.Read(words));
        criteria.AddRange(SentencePeople.Read(words));
        criteria.AddRange(SentenceTrades.Read(words));
        var ordered = criteria.OrderBy(c => c.Requirement == CriterionRequirement.MustNot).ThenBy(c => c.Kind).ToList();
        var name = NameOf(ordered, text);
        if (text.Length > 0)
            ordered.Add(new() { Kind = CriterionKind.Description, Weight = 20 });
        return new Icp { Id = id, Name = name, Description = text, Criteria = ordered };
    }

    /// <summary>"Wholesale, Logistics in DACH", or the sentence's beginning.</summary>
    private static string NameOf(List<IcpCriterion> criteria, string text)
    {
        var trades = Values(CriterionKind.Industry);
        var places = Values(CriterionKind.Country);
        var what = trades.Length > 0 ? trades : criteria.Find(c => c.Kind == CriterionKind.EmployeeCount) is { } size ? $"Companies with {CriterionNames.Of(size)}" : "Companies";
        var name = places.Length > 0 ? $"{what} in {places}" : what;
        if (trades.Length == 0 && places.Length == 0)
            name = text;
        return name.Length <= LongestName ? name : name[..LongestName].TrimEnd() + "…";

        string Values(CriterionKind kind) => string.Join(", ", criteria.Where(c => c.Kind == kind && c.Requirement != CriterionRequirement.MustNot).SelectMany(c => c.Values).Take(3));
    }

    /// <summary>Findings of one kind as up to three criteria: wanted, insisted on, and refused.</summary>
    internal static IEnumerable<IcpCriterion> Group(CriterionKind kind, double weight, IEnumerable<(string Value, CriterionRequirement Requirement)> found) =>
        found.GroupBy(f => f.Requirement).Select(g => new IcpCriterion
        {
            Kind = kind,
            Requirement = g.Key,
            Weight = weight,
            Values = [.. g.Select(f => f.Value).Distinct(StringComparer.OrdinalIgnoreCase)],
        });

    /// <summary>What the sentence says of a word: wanted, insisted on, or refused.</summary>
    internal static CriterionRequirement RequirementAt(SentenceWords words, int at) =>
        words.IsDenied(at) ? CriterionRequirement.MustNot : words.IsInsisted(at) ? CriterionRequirement.Must : CriterionRequirement.Should;
}
