using LeadGen.Infrastructure.Data.Tenants;

namespace LeadGen.Infrastructure.Crm;

/// <summary>A mapping to begin with: fields that bear the same name in a CRM, and new ones there for what only we know.</summary>
public static class CrmSuggestions
{
    /// <summary>Properties of ours that are laid down there on request.</summary>
    public static readonly IReadOnlyList<CrmField> Ours =
    [
        new("leadgen_score", "LeadGen score", "number", true, false),
        new("leadgen_grade", "LeadGen grade", "text", true, false),
        new("leadgen_intent", "LeadGen intent", "text", true, false),
        new("leadgen_fit", "LeadGen fit", "number", true, false),
    ];

    private static readonly Dictionary<string, string> OurFields = new()
    {
        ["leadgen_score"] = "score.value",
        ["leadgen_grade"] = "score.grade",
        ["leadgen_intent"] = "intent",
        ["leadgen_fit"] = "fit",
    };

    /// <summary>Names by which CRMs know a field, likeliest first; letters and digits only.</summary>
    private static readonly (string Field, CrmDirection Direction, bool OfCompany, string[] Names)[] Known =
    [
        ("email", CrmDirection.Push, false, ["email", "emailaddress"]),
        ("firstName", CrmDirection.Both, false, ["firstname"]),
        ("lastName", CrmDirection.Both, false, ["lastname"]),
        ("fullName", CrmDirection.Both, false, ["name", "fullname"]),
        ("jobTitle", CrmDirection.Both, false, ["jobtitle", "title"]),
        ("phone", CrmDirection.Both, false, ["phone", "phonenumber"]),
        ("city", CrmDirection.Push, false, ["city", "mailingcity"]),
        ("country", CrmDirection.Push, false, ["country", "mailingcountry"]),
        ("linkedInUrl", CrmDirection.Push, false, ["hslinkedinurl", "linkedin", "linkedinurl", "linkedinc"]),
        ("companyName", CrmDirection.Push, true, ["name", "companyname"]),
        ("companyDomain", CrmDirection.Push, true, ["domain", "website", "companydomain"]),
        ("companyName", CrmDirection.Push, false, ["company", "companyname"]),
        ("companyDomain", CrmDirection.Push, false, ["website"]),
        ("industry", CrmDirection.Push, true, ["industryname", "industrytext"]),
        ("employeeCount", CrmDirection.Push, true, ["numberofemployees", "employeecount"]),
        ("annualRevenue", CrmDirection.Push, true, ["annualrevenue"]),
    ];

    public static List<CrmFieldMapping> For(IReadOnlyList<CrmField> theirs)
    {
        var mapping = new List<CrmFieldMapping>();
        foreach (var (field, direction, ofCompany, names) in Known)
        {
            var same = theirs.Where(t => t.OfCompany == ofCompany && t.Writable && t.Choices.Count == 0)
                .Select(t => (Field: t, Rank: Array.IndexOf(names, Plain(t.Name)))).Where(t => t.Rank >= 0).OrderBy(t => t.Rank).FirstOrDefault().Field;

            // A full name is of use only where first and last are not told apart.
            if (same is null || mapping.Exists(m => m.Field == field) || field == "fullName" && mapping.Exists(m => m.Field == "lastName"))
            {
                continue;
            }

            mapping.Add(new CrmFieldMapping(field, same.Name, direction, CrmSide.Ours) { OfCompany = ofCompany });
        }

        mapping.AddRange(Ours.Select(f => new CrmFieldMapping(OurFields[f.Name], Standing(theirs, f.Name), CrmDirection.Push, CrmSide.Ours)));
        return mapping;
    }

    /// <summary>Names that our own properties were given there when they were laid down.</summary>
    public static List<CrmFieldMapping> Settle(IEnumerable<CrmFieldMapping> mapping, IReadOnlyList<CrmField> theirs) =>
        [.. mapping.Select(m => m.OfCompany || !OurFields.ContainsKey(m.Remote) ? m : m with { Remote = Standing(theirs, m.Remote) })];

    /// <summary>Stages whose end is plain from what the CRM says of them.</summary>
    public static Dictionary<string, IReadOnlyList<string>> For(IReadOnlyList<CrmStage> stages) => new()
    {
        ["Won"] = [.. stages.Where(s => s.IsWon).Select(s => s.Id)],
        ["Lost"] = [.. stages.Where(s => s.IsLost).Select(s => s.Id)],
        ["MeetingBooked"] = [.. stages.Where(s => s is { IsWon: false, IsLost: false } && Meets(s.Label)).Select(s => s.Id)],
    };

    private static bool Meets(string label) =>
        label.Contains("appointment", StringComparison.OrdinalIgnoreCase) || label.Contains("meeting", StringComparison.OrdinalIgnoreCase)
        || label.Contains("demo scheduled", StringComparison.OrdinalIgnoreCase);

    /// <summary>Vendors put marks of their own around a name they were given, or make up another one and keep the label.</summary>
    private static string Standing(IReadOnlyList<CrmField> theirs, string name) =>
        theirs.FirstOrDefault(t => !t.OfCompany && Plain(t.Name).StartsWith(Plain(name), StringComparison.Ordinal) && Plain(t.Name).Length <= Plain(name).Length + 1)?.Name
        ?? theirs.FirstOrDefault(t => !t.OfCompany && t.Label == Ours.First(o => o.Name == name).Label)?.Name ?? name;

    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
