using System.Collections.Frozen;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Matching;

/// <summary>Titles as sets of words: short forms written out, words without meaning left out.</summary>
internal static class TitleForms
{
    private static readonly FrozenSet<string> Empty = WordTable.Set("of the for and a an in at to de la le du des d l von der die das und für fur et y e del di van het en");

    private static readonly FrozenDictionary<string, string> Long = WordTable.Map(
        ("vice president", "vp"), ("senior vice president", "svp"), ("executive vice president", "evp"), ("operations", "ops"), ("information technology", "it"),
        ("chief executive officer", "ceo"), ("chief technology officer", "cto"), ("chief financial officer", "cfo"), ("chief operating officer", "coo"),
        ("chief marketing officer", "cmo"), ("chief information officer", "cio"), ("human resources", "hr"), ("senior", "sr"), ("junior", "jr"),
        ("chief revenue officer", "cro"), ("business development", "bizdev"), ("supply chain management", "scm"));

    /// <summary>Words that name a level: two titles that share nothing else are not alike.</summary>
    public static readonly FrozenSet<string> Levels = WordTable.Set(
        "head manager director vice president chief officer lead leader senior junior executive leiter leiterin directeur directrice responsable gerente jefe chef specialist");

    public static List<string> Words(string title) =>
        [.. JobTitles.Tokens(title).SelectMany(w => (Long.Get(w) ?? w).Split(' ')).Where(w => !Empty.Contains(w))];
}

/// <summary>The title has all words of one of these, in any order; half of them, and not only a level's word, is partly.</summary>
internal sealed class JobTitleReader(IReadOnlyList<string> values) : CriterionReader
{
    private readonly List<List<string>> wanted = [.. values.Select(TitleForms.Words).Where(w => w.Count > 0)];

    public override CriterionReading Read(LeadFacts lead)
    {
        if (lead.TitleWords.Count == 0)
            return CriterionReading.Unknown;

        var partly = false;
        foreach (var words in wanted)
        {
            var shared = words.Where(w => lead.TitleWords.Exists(t => t == w || (w.Length >= 4 && t == w + "s") || (t.Length >= 4 && w == t + "s"))).ToList();
            if (shared.Count == words.Count)
                return CriterionReading.Met(lead.Lead.JobTitle);
            partly |= shared.Count * 2 >= words.Count && shared.Exists(w => !TitleForms.Levels.Contains(w));
        }

        return partly ? CriterionReading.Partly(lead.Lead.JobTitle) : CriterionReading.NotMet(lead.Lead.JobTitle);
    }
}

/// <summary>The level is one of these or in the range; one level below the lowest is partly, for a Should.</summary>
internal sealed class SeniorityReader : CriterionReader
{
    private readonly HashSet<Seniority> levels = [];
    private readonly bool near;

    public SeniorityReader(IcpCriterion criterion)
    {
        foreach (var value in criterion.Values)
        {
            if (TryLevel(value, out var level, out var above))
                Add(level, above ? Seniority.Owner : level);
        }

        var (min, max) = (Bound(criterion.Min), Bound(criterion.Max));
        if (min is not null || max is not null)
            Add(min ?? Seniority.Intern, max ?? Seniority.Owner);
        near = criterion.Requirement == CriterionRequirement.Should;
    }

    public override CriterionReading Read(LeadFacts lead)
    {
        if (lead.Seniority == Seniority.Unknown)
            return CriterionReading.Unknown;
        var words = JobTitles.Words(lead.Seniority);
        if (levels.Contains(lead.Seniority))
            return CriterionReading.Met(words);
        return near && levels.Count > 0 && lead.Seniority + 1 == levels.Min() ? CriterionReading.Partly(words) : CriterionReading.NotMet(words);
    }

    /// <summary>A level by its number in <see cref="Seniority"/>.</summary>
    public static Seniority? Bound(double? value) =>
        value is { } number && number >= (int)Seniority.Intern && number <= (int)Seniority.Owner ? (Seniority)(int)number : null;

    /// <summary>"Head", "VicePresident", "C-level", "Head or above", "Director+".</summary>
    public static bool TryLevel(string text, out Seniority level, out bool above)
    {
        var folded = TextFold.Fold(text);
        above = false;
        foreach (var suffix in new[] { " or above", " and above", " or higher", " or up", "+", " +" })
        {
            if (!folded.EndsWith(suffix, StringComparison.Ordinal))
                continue;
            above = true;
            folded = folded[..^suffix.Length].Trim();
            break;
        }

        var compact = folded.Replace(" ", "", StringComparison.Ordinal);
        foreach (var candidate in Enum.GetValues<Seniority>())
        {
            if (candidate == Seniority.Unknown || !candidate.ToString().Equals(compact, StringComparison.OrdinalIgnoreCase))
                continue;
            level = candidate;
            return true;
        }

        level = JobTitles.Read(folded).Seniority;
        if (level == Seniority.Unknown && compact is "csuite" or "executive")
            level = Seniority.CLevel;
        return level != Seniority.Unknown;
    }

    /// <summary>"Logistics", "HR", "Human resources", "InformationTechnology".</summary>
    public static bool TryDepartment(string text, out Department department)
    {
        var compact = TextFold.Fold(text).Replace(" ", "", StringComparison.Ordinal);
        foreach (var candidate in Enum.GetValues<Department>())
        {
            if (candidate == Department.Unknown || !candidate.ToString().Equals(compact, StringComparison.OrdinalIgnoreCase))
                continue;
            department = candidate;
            return true;
        }

        department = JobTitles.Read(text).Department;
        return department != Department.Unknown;
    }

    private void Add(Seniority from, Seniority to)
    {
        for (var level = from; level <= to; level++)
            levels.Add(level);
    }
}

/// <summary>The job belongs to one of these departments.</summary>
internal sealed class DepartmentReader(IReadOnlyList<string> values) : CriterionReader
{
    private readonly HashSet<Department> wanted =
        [.. values.Select(v => SeniorityReader.TryDepartment(v, out var department) ? department : Department.Unknown).Where(d => d != Department.Unknown)];

    public override CriterionReading Read(LeadFacts lead)
    {
        if (lead.Department == Department.Unknown)
            return CriterionReading.Unknown;
        var words = JobTitles.Words(lead.Department);
        return wanted.Contains(lead.Department) ? CriterionReading.Met(words) : CriterionReading.NotMet(words);
    }
}
