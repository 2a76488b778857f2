using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Scoring;

namespace LeadGen.Portal.Forms;

/// <summary>Forms in words.</summary>
internal static class FormWords
{
    public static string Field(string field) => field switch
    {
        "email" => "E-mail address",
        "fullName" => "Name",
        "companyName" => "Company",
        "companyDomain" => "Company’s web address",
        "jobTitle" => "Job title",
        "linkedInUrl" => "LinkedIn profile",
        "phone" => "Phone number",
        "employeeCount" => "Number of employees",
        "consent.basis" => "Consent",
        "consent.at" => "Consent given",
        "consent.text" => "Words of the consent",
        "tags" => "Tags",
        _ when field.StartsWith(LeadFields.CustomPrefix, StringComparison.OrdinalIgnoreCase) => field[LeadFields.CustomPrefix.Length..],
        _ => ReasonWords.NameOf(field),
    };

    public static string Kind(string kind) => kind switch
    {
        "text" => "One line",
        "long" => "Several lines",
        "email" => "E-mail address",
        "tel" => "Phone number",
        "url" => "Web address",
        "number" => "Number",
        "choice" => "Choice from a list",
        "hidden" => "Not shown, always the same",
        _ => kind,
    };

    public static string State(SubmissionState state) => state switch
    {
        SubmissionState.Taken => "Lead",
        SubmissionState.Unconfirmed => "Waits for confirmation",
        SubmissionState.Spam => "Looks like a machine",
        _ => "Not taken in",
    };

    public static string? Tone(SubmissionState state) => state switch
    {
        SubmissionState.Taken => "pine",
        SubmissionState.Spam => "warns",
        _ => null,
    };

    public static string Origin(string name) => name switch
    {
        "page" => "Page",
        "referrer" => "Came from",
        "utm_source" => "Campaign source",
        "utm_medium" => "Campaign medium",
        "utm_campaign" => "Campaign",
        "utm_term" => "Campaign term",
        "utm_content" => "Campaign content",
        _ => name,
    };

    /// <summary>Who sent it, in a few words.</summary>
    public static string Who(FormSubmission submission)
    {
        string[] names = ["email", "fullName", "firstName", "lastName", "companyName", "companyDomain"];
        var said = names.Select(submission.Values.GetValueOrDefault).Where(v => !string.IsNullOrEmpty(v)).Take(2).ToList();
        return said.Count == 0 ? "Nobody named" : string.Join(", ", said);
    }

    /// <summary>What is kept of a submission besides the answers themselves.</summary>
    public static bool IsOurs(string field) => field is "source" or "tags" or "consent.at" or "consent.basis";
}
