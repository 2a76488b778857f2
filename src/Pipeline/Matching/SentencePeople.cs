using System.Collections.Frozen;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Matching;

/// <summary>Whom to talk to: "heads of logistics or IT", "warehouse managers", "CTOs", "decision makers", "sales teams".</summary>
internal static class SentencePeople
{
    private static readonly FrozenSet<string> Joins = WordTable.Set("and or und oder et ou y o e en of");
    private static readonly FrozenSet<string> Ofs = WordTable.Set("of for de der fur del");
    private static readonly FrozenSet<string> Groups = WordTable.Set("team teams department departments people professionals leaders leadership staff experts abteilung abteilungen teamlead");
    private static readonly FrozenSet<string> Runs = WordTable.Set("run runs lead leads leading manage manages managing for in charge head");

    private static readonly FrozenSet<string> Leading = WordTable.Set(
        "head director manager vp svp evp chief leader lead executive supervisor buyer officer president partner leiter leiterin directeur directrice responsable director directora jefe gerente");

    /// <summary>Titles that need no department beside them.</summary>
    private static readonly FrozenDictionary<string, string> Alone = WordTable.Map(
        ("CEO", "ceo ceos"), ("CTO", "cto ctos"), ("CFO", "cfo cfos"), ("COO", "coo coos"), ("CMO", "cmo cmos"), ("CIO", "cio cios"), ("CISO", "ciso cisos"), ("CRO", "cro cros"),
        ("CHRO", "chro chros"), ("CPO", "cpo cpos"), ("Founder", "founder founders grunder grunderin fondateur fondateurs fundador fundadores"), ("Owner", "owner owners inhaber inhaberin inhabern proprietaires"),
        ("Managing director", "geschaftsfuhrer geschaftsfuhrern geschaftsfuhrerin geschaftsfuhrung dirigeant dirigeants gerants"), ("President", "presidents"));

    private static readonly (WordPatterns Words, Seniority Level)[] Levels =
    [
        (new("c level|c suite|csuite"), Seniority.CLevel),
        (new("executives|senior management|senior leaders|senior leadership|direktoren|directors"), Seniority.Director),
        (new("decision makers|decision maker|decisionmakers|entscheider|entscheidern|decideurs|leaders|fuhrungskrafte*"), Seniority.Head),
        (new("managers"), Seniority.Manager),
    ];

    public static IEnumerable<IcpCriterion> Read(SentenceWords words)
    {
        var titles = new List<(string, CriterionRequirement)>();
        var levels = new List<Seniority>();
        var departments = new List<Department>();
        for (var i = 0; i < words.Count; i++)
        {
            if (!words.IsFree(i))
                continue;
            if (TitlesAt(words, i) is { Count: > 0 } read)
            {
                foreach (var title in read)
                    Take(title, IcpSentence.RequirementAt(words, i), titles, levels, departments);
            }
            else if (!words.IsDenied(i) && LevelAt(words, i) is { } level)
            {
                levels.Add(level);
            }
            else if (!words.IsDenied(i))
            {
                departments.AddRange(DepartmentsAt(words, i));
            }
        }

        var criteria = IcpSentence.Group(CriterionKind.JobTitle, 10, titles).ToList();
        if (levels.Count > 0)
            criteria.Add(new() { Kind = CriterionKind.Seniority, Min = (int)levels.Min(), Weight = 10 });
        if (departments.Count > 0)
            criteria.Add(new() { Kind = CriterionKind.Department, Values = [.. departments.Distinct().Select(d => d.ToString())], Weight = 10 });
        return criteria;
    }

    private static void Take(
        string title, CriterionRequirement requirement, List<(string, CriterionRequirement)> titles, List<Seniority> levels, List<Department> departments)
    {
        titles.Add((title, requirement));
        var (level, department) = JobTitles.Read(title);
        if (requirement == CriterionRequirement.MustNot)
            return;
        if (level >= Seniority.Manager)
            levels.Add(level);
        if (department is not (Department.Unknown or Department.Management))
            departments.Add(department);
    }

    private static List<string> TitlesAt(SentenceWords words, int at)
    {
        if (Alone.Get(words.Word(at)) is { } alone)
        {
            words.Use(at, at + 1);
            return [alone];
        }

        var titles = new List<string>();
        var single = Singular(words.Word(at));
        if (Leading.Contains(single) && Ofs.Contains(words.Word(at + 1)))
        {
            var end = at + 2;
            foreach (var (phrase, next) in Items(words, at + 2))
            {
                titles.Add($"{Capital(single)} of {phrase}");
                end = next;
            }

            if (titles.Count > 0)
                words.Use(at, end);
            return titles;
        }

        // "warehouse managers", "IT and operations directors": departments, then the word that leads.
        var items = Items(words, at).ToList();
        if (items.Count > 0 && Leading.Contains(Singular(words.Word(items[^1].Next))) && words[items[^1].Next].Break == ' ')
        {
            var (last, lead) = (items[^1].Next, Singular(words.Word(items[^1].Next)));
            if (lead is not ("leader" or "lead"))
                titles.AddRange(items.Select(i => $"{Capital(i.Phrase)} {lead}"));
            else
                titles.AddRange(items.Select(i => $"Head of {i.Phrase}"));
            words.Use(at, last + 1);
            return titles;
        }

        // "Logistikleiter": level and department in one word.
        if (words.Word(at).Length > 8 && JobTitles.Read(words.Word(at)) is { Seniority: >= Seniority.Manager, Department: not (Department.Unknown or Department.Management) })
        {
            titles.Add(Capital(words[at].Text));
            words.Use(at, at + 1);
        }

        return titles;
    }

    private static Seniority? LevelAt(SentenceWords words, int at)
    {
        var run = words.Run(at, 2);
        foreach (var (names, level) in Levels)
        {
            if (names.Find(run) != 0)
                continue;
            words.Use(at, at + (names.Find(run[..1]) == 0 ? 1 : 2));
            return level;
        }

        return null;
    }

    /// <summary>"sales teams", "people in procurement", "who run logistics".</summary>
    private static IEnumerable<Department> DepartmentsAt(SentenceWords words, int at)
    {
        var items = Items(words, at).ToList();
        if (items.Count == 0)
            return [];
        var next = words.Word(items[^1].Next);
        var before = words.Word(at - 1);
        var led = Runs.Contains(before) && (before is not ("in" or "for" or "charge") || words.Word(at - 2) is "people" or "responsible" or "work" or "works" or "working" or "in");
        if (!Groups.Contains(next) && !led)
            return [];
        words.Use(at, items[^1].Next);
        return items.Select(i => JobTitles.Read(i.Phrase).Department);
    }

    /// <summary>Departments in a row, joined by commas and "and": each as written, and where the next word is.</summary>
    private static IEnumerable<(string Phrase, int Next)> Items(SentenceWords words, int from)
    {
        var at = from;
        while (true)
        {
            var length = Math.Min(3, words.Count - at);
            while (length > 0 && !IsDepartment(words.Run(at, length), length))
                length--;
            if (length <= 0)
                yield break;
            var phrase = string.Join(' ', Enumerable.Range(at, length).Select(i => words[i].Text));
            at += length;
            yield return (phrase.Any(char.IsLower) ? phrase.ToLowerInvariant() : phrase, at);
            if (at >= words.Count || words[at].Break == '.' || (words[at].Break == ' ' && !Joins.Contains(words.Word(at))))
                yield break;
            if (Joins.Contains(words.Word(at)) || words.Word(at) == "&")
                at++;
        }
    }

    /// <summary>A department in so many words and no more: one that is named without the first or last of them is shorter.</summary>
    private static bool IsDepartment(List<string> run, int length)
    {
        if (run.Count != length || run.Exists(w => Joins.Contains(w) || Leading.Contains(Singular(w)) || Groups.Contains(w) || Alone.Get(w) is not null))
            return false;

        var department = Of(run);
        return department is not (Department.Unknown or Department.Management or Department.Education or Department.Health)
            && (length == 1 || !(Of(run[..^1]) == department && Of([run[^1]]) == Department.Unknown) && !(Of(run[1..]) == department && Of([run[0]]) == Department.Unknown));

        static Department Of(List<string> words) => JobTitles.Read(string.Join(' ', words)).Department;
    }

    private static string Singular(string word) => word switch
    {
        "directeurs" => "directeur",
        "directores" => "director",
        "vps" => "vp",
        _ => word.Length > 3 && word[^1] == 's' ? word[..^1] : word,
    };

    private static string Capital(string text) => text.Length == 0 ? text : text is "vp" or "svp" or "evp" ? text.ToUpperInvariant() : char.ToUpperInvariant(text[0]) + text[1..];
}
