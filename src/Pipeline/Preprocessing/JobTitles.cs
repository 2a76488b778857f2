using System.Collections.Frozen;
using LeadGen.Pipeline.Leads;

namespace LeadGen.Pipeline.Preprocessing;

/// <summary>Reads level and department out of a job title in English, German, French, Spanish, Italian, Dutch or Portuguese.</summary>
public static class JobTitles
{
    private const int MostCharacters = 200;

    private static readonly (Seniority Level, WordPatterns Words)[] Levels =
        [.. JobTitleWords.Levels.Select(row => (row.Level, new WordPatterns(row.Words)))];

    private static readonly (int Rank, Department Department, WordPatterns Words)[] Departments =
        [.. JobTitleWords.Departments.Select(row => (row.Rank, row.Department, new WordPatterns(row.Words)))];

    private static readonly WordPatterns NoLevel = new(string.Join('|', JobTitleWords.NoLevel));
    private static readonly WordPatterns Assistants = new("assistant|assistenz|assistent*|assistante|asistente|assistente|pa|secretary|sekretar*|secretaire|secretaria|secretaresse|segretaria");

    private static readonly FrozenDictionary<string, string> ShortForms = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["dir"] = "director",
        ["mgr"] = "manager",
        ["mngr"] = "manager",
        ["eng"] = "engineer",
        ["mktg"] = "marketing",
        ["md"] = "managing director",
        ["gf"] = "geschaftsfuhrer",
        ["gm"] = "general manager",
        ["resp"] = "responsable",
        ["ltg"] = "leitung",
        ["ing"] = "ingenieur",
        ["geschaeftsfuehrerin"] = "geschaftsfuhrerin",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Level and department; <c>Unknown</c> where the title does not tell. Only the first 200 characters are read.</summary>
    public static (Seniority Seniority, Department Department) Read(string? title)
    {
        if (string.IsNullOrWhiteSpace(title))
            return (Seniority.Unknown, Department.Unknown);

        var segments = Segments(title.Length <= MostCharacters ? title : title[..MostCharacters]);
        var level = Seniority.Unknown;
        foreach (var segment in segments)
        {
            var read = LevelOf(segment);
            if (read == Seniority.Intern)
            {
                level = read;
                break;
            }

            level = (Seniority)Math.Max((int)level, (int)read);
        }

        return (level, DepartmentOf(segments));
    }

    /// <summary>A department as people say it: <c>Human resources</c>.</summary>
    public static string Words(Department department) => department switch
    {
        Department.InformationTechnology => "Information technology",
        Department.HumanResources => "Human resources",
        Department.CustomerService => "Customer service",
        _ => department.ToString(),
    };

    /// <summary>A level as people say it: <c>Vice president</c>.</summary>
    public static string Words(Seniority seniority) => seniority switch
    {
        Seniority.VicePresident => "Vice president",
        Seniority.CLevel => "C-level",
        _ => seniority.ToString(),
    };

    /// <summary>The title's words in folded form, short forms written out: what title criteria are compared with.</summary>
    internal static List<string> Tokens(string title) =>
        [.. Segments(title.Length <= MostCharacters ? title : title[..MostCharacters]).SelectMany(s => s)];

    private static List<List<string>> Segments(string title)
    {
        var folded = TextFold.Fold(title).Replace("r&d", "research", StringComparison.Ordinal).Replace("r & d", "research", StringComparison.Ordinal)
            .Replace("p&o", "personeel", StringComparison.Ordinal).Replace("fp&a", "finance", StringComparison.Ordinal).Replace("m&a", "finance", StringComparison.Ordinal)
            .Replace("c.e.o", "ceo", StringComparison.Ordinal).Replace("c.t.o", "cto", StringComparison.Ordinal).Replace("c.f.o", "cfo", StringComparison.Ordinal)
            .Replace("v.p", "vp", StringComparison.Ordinal).Replace(":in", "in", StringComparison.Ordinal).Replace("*in", "in", StringComparison.Ordinal)
            .Replace("/in", "in", StringComparison.Ordinal).Replace("(in)", "in", StringComparison.Ordinal).Replace("(m/w/d)", "", StringComparison.Ordinal);
        var segments = new List<List<string>>();
        foreach (var part in folded.Split([',', '/', '|', '&', ';', '+', '•', '·', '(', ')', '@'], StringSplitOptions.RemoveEmptyEntries))
        {
            var words = TextFold.Words(part).SelectMany(w => ShortForms.GetValueOrDefault(w, w).Split(' ')).ToList();
            JoinVicePresident(words);
            if (words.Count > 0 && words[0] is not ("ex" or "former" or "formerly" or "ehemaliger" or "ehemalige" or "ancien" or "ancienne" or "retired"))
                segments.Add(words);
        }

        return segments;
    }

    private static Seniority LevelOf(List<string> words)
    {
        // What stands behind "to" is somebody else: "Assistant to the CEO", "Chief of Staff to the President".
        var to = words.FindIndex(1, Math.Max(0, words.Count - 1), w => w is "to" or "reporting");
        var own = to > 0 ? words[..to] : words;
        var assistant = Assistants.Find(own) is >= 0 and var at ? at : -1;
        if (assistant >= 0)
            return AssistantLevel(own, assistant, to > 0);

        own = NoLevel.Without(own);
        var highest = Seniority.Unknown;
        foreach (var (level, patterns) in Levels)
        {
            if (patterns.Find(own) < 0)
                continue;
            if (level == Seniority.Intern)
                return level;
            if (highest == Seniority.Unknown || level > highest)
                highest = level;
        }

        if (highest is Seniority.Head or Seniority.CLevel && own is ["chief", "of", "staff", ..])
            return Seniority.Head;
        if (highest == Seniority.Head && IsProjectLevel(own))
            return Seniority.Manager;
        if (highest == Seniority.Manager && own.Exists(w => w is "junior" or "jr" or "jnr" or "trainee"))
            return Seniority.Junior;
        if (highest == Seniority.VicePresident && own.Exists(w => w == "associate"))
            return Seniority.Director;
        if (highest == Seniority.Director && own.Exists(w => w == "associate"))
            return Seniority.Head;
        return highest;
    }

    /// <summary>An assistant manager manages; an assistant to, of or at a manager assists.</summary>
    private static Seniority AssistantLevel(List<string> words, int at, bool hasTo)
    {
        if (hasTo || words[at] != "assistant" || at + 1 >= words.Count)
            return Seniority.Junior;
        return words[at + 1] switch
        {
            "manager" or "director" => Seniority.Manager,
            "vp" or "vice" => Seniority.Director,
            "head" => Seniority.Manager,
            _ => Seniority.Junior,
        };
    }

    /// <summary>A vice president is no president: the two words become one.</summary>
    private static void JoinVicePresident(List<string> words)
    {
        for (var i = words.Count - 2; i >= 0; i--)
        {
            if (words[i] != "vice" || !words[i + 1].StartsWith("president", StringComparison.Ordinal))
                continue;
            words[i] = "vp";
            words.RemoveAt(i + 1);
        }
    }

    /// <summary>Leaders of a team or project, whose word also names a department's leader ("Projektleiter", "chef de projet").</summary>
    private static bool IsProjectLevel(List<string> words) =>
        words.Exists(w => w is "projet" or "projets" or "produit" or "equipe" or "d'equipe" or "proyecto" or "progetto" or "chantier" or "equipo")
        || words.Exists(w => Array.Exists(TeamLeaders, leader => w.StartsWith(leader, StringComparison.Ordinal)));

    private static readonly string[] TeamLeaders = ["teamleit", "projektleit", "gruppenleit", "schichtleit", "filialleit", "bauleit"];

    private static Department DepartmentOf(List<List<string>> segments)
    {
        var best = (Rank: int.MaxValue, Segment: 0, At: 0, Department: Department.Unknown);
        for (var s = 0; s < segments.Count; s++)
        {
            foreach (var (rank, department, patterns) in Departments)
            {
                var at = patterns.Find(segments[s]);
                if (at < 0)
                    continue;

                // Management is what a title says that says nothing more; otherwise the first segment speaks.
                var weak = rank == 5;
                var bestWeak = best.Rank == 5;
                var better = best.Department == Department.Unknown
                    || (bestWeak && !weak)
                    || (bestWeak == weak && (s, rank, at).CompareTo((best.Segment, best.Rank, best.At)) < 0);
                if (better)
                    best = (rank, s, at, department);
            }
        }

        return best.Department;
    }
}
