using System.Globalization;
using DotLiquid;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Matching;
using LeadGen.Pipeline.Outreach.Grounding;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Outreach;

/// <summary>The values of one mail: plain texts and numbers in tables, nothing that could be called or walked into.</summary>
public sealed class MergeValues
{
    /// <summary>Longest value that a mail takes in, in characters; the rest is cut off.</summary>
    public const int Longest = 2_000;

    // A name that is an address was put there to be sent to somebody in our name.
    private static readonly string[] LinkSigns = ["://", "www.", "http:", "https:"];

    private readonly List<string> refused = [];

    private MergeValues()
    {
    }

    internal Hash Root { get; } = [];

    /// <summary>Paths of values that were left out because they hold a link or an order to a machine where a name belongs.</summary>
    public IReadOnlyList<string> Refused => refused;

    /// <param name="lead">Whom the mail is for.</param>
    /// <param name="sender">Who writes; null while nobody does.</param>
    /// <param name="workspace">Name of the tenant.</param>
    /// <param name="icp">The profile in use; null for none.</param>
    /// <param name="facts">Facts for the mail's places, at most <see cref="MergePalette.MostFacts"/> are used.</param>
    /// <param name="culture">In which numbers are written.</param>
    public static MergeValues Of(Lead lead, Sender? sender, string workspace, Icp? icp, IReadOnlyList<string> facts, CultureInfo culture)
    {
        var values = new MergeValues();
        var person = new Hash();
        values.Set(person, "lead.", "firstName", lead.FirstName, name: true);
        values.Set(person, "lead.", "lastName", lead.LastName, name: true);
        values.Set(person, "lead.", "fullName", lead.FullName, name: true);
        values.Set(person, "lead.", "jobTitle", lead.JobTitle, name: true);
        values.Set(person, "lead.", "email", lead.Email);
        values.Set(person, "lead.", "phone", lead.Phone);
        values.Set(person, "lead.", "city", lead.City, name: true);
        values.Set(person, "lead.", "country", lead.Country is { } code ? Countries.EnglishName(code) : null, name: true);
        values.Set(person, "lead.", "source", lead.Source, name: true);
        values.Set(person, "lead.", "campaign", lead.Campaign, name: true);
        values.Set(person, "lead.", "message", lead.Message);
        var custom = new Hash();
        foreach (var (key, text) in lead.Custom)
            values.Set(custom, "lead.custom.", key, text);
        person["custom"] = custom;

        var company = new Hash();
        values.Set(company, "company.", "name", lead.CompanyName, name: true);
        values.Set(company, "company.", "domain", lead.CompanyDomain);
        values.Set(company, "company.", "industry", lead.Industry, name: true);
        values.Set(company, "company.", "technologies", lead.Technologies.Count > 0 ? string.Join(", ", lead.Technologies) : null, name: true);
        if (lead.EmployeeCount is { } people)
            company["employees"] = people;
        if (lead.AnnualRevenue is { } revenue)
            company["revenue"] = revenue;

        var from = new Hash();
        values.Set(from, "sender.", "name", sender?.Name);
        values.Set(from, "sender.", "firstName", sender?.Name.Split(' ', 2)[0]);
        values.Set(from, "sender.", "email", sender?.Email);
        values.Set(from, "sender.", "signature", sender?.Signature);
        var profile = new Hash();
        values.Set(profile, "icp.", "name", icp?.Name);
        values.Set(profile, "icp.", "description", icp?.Description);
        var known = new Hash();
        for (var i = 0; i < Math.Min(facts.Count, MergePalette.MostFacts); i++)
            values.Set(known, "fact.", MergePalette.Fact(i + 1)["fact.".Length..], facts[i]);

        var own = new Hash();
        values.Set(own, "workspace.", "name", workspace);
        (values.Root["lead"], values.Root["company"], values.Root["sender"]) = (person, company, from);
        (values.Root["workspace"], values.Root["icp"], values.Root["fact"]) = (own, profile, known);
        values.Culture = culture;
        return values;
    }

    internal CultureInfo Culture { get; private set; } = CultureInfo.InvariantCulture;

    private void Set(Hash hash, string group, string key, string? text, bool name = false)
    {
        if (string.IsNullOrWhiteSpace(text))
            return;
        var clean = CharacterCleaner.Clean(text.Length > Longest ? text[..Longest] : text);
        if (name && (LinkSigns.Any(sign => clean.Contains(sign, StringComparison.OrdinalIgnoreCase)) || Injections.Suspicious(clean)))
            refused.Add(group + key);
        else if (clean.Length > 0)
            hash[key] = clean;
    }
}
