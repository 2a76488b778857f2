using LeadGen.Pipeline.Embedding;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Matching;

/// <summary>What the criteria ask of a lead, each worked out once and only when asked.</summary>
internal sealed class LeadFacts(Lead lead, LeadText text, LeadVector? vector)
{
    private string? words;
    private string? country;
    private bool countryRead;
    private (Seniority Seniority, Department Department)? title;
    private List<string>? titleWords;
    private Industry? industry;

    public Lead Lead => lead;
    public LeadText Text => text;
    public LeadVector? Vector => vector;

    /// <summary>Alpha-2 code, or null when the country is not known by any.</summary>
    public string? Country
    {
        get
        {
            if (!countryRead)
                (country, countryRead) = (Countries.Normalize(lead.Country), true);
            return country;
        }
    }

    public Industry Industry => industry ??= Industry.Of(lead.Industry ?? "");

    public Seniority Seniority => lead.Seniority != Seniority.Unknown ? lead.Seniority : Title.Seniority;

    public Department Department => lead.Department != Department.Unknown ? lead.Department : Title.Department;

    public List<string> TitleWords => titleWords ??= string.IsNullOrWhiteSpace(lead.JobTitle) ? [] : TitleForms.Words(lead.JobTitle);

    /// <summary>Folded message, notes, profile, company name and custom values, a line each.</summary>
    public string Words => words ??= string.Join(
        '\n', new[] { text.Message, text.Notes, text.Profile, lead.CompanyName ?? "" }.Concat(lead.Custom.Values).Select(TextFold.Fold));

    private (Seniority Seniority, Department Department) Title => title ??= JobTitles.Read(lead.JobTitle);
}
