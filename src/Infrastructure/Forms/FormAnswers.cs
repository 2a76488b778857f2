using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Ingestion;

namespace LeadGen.Infrastructure.Forms;

/// <summary>What a visitor sent, as the form asks for it. What is wrong is said in words for visitors.</summary>
/// <param name="Values">By lead field, with what the form itself adds (source, tags, consent).</param>
/// <param name="Problems">By name of the input; empty when it can be taken.</param>
public sealed record FormAnswers(IReadOnlyDictionary<string, string> Values, IReadOnlyDictionary<string, string> Problems)
{
    /// <summary>Name of the consent box.</summary>
    public const string ConsentBox = "consent";

    private const string Ticked = "consent";

    /// <param name="form">As it is live.</param>
    /// <param name="posted">By name of the input. What the form does not ask for is left out.</param>
    /// <param name="now">UTC.</param>
    public static FormAnswers Read(FormDefinition form, IReadOnlyDictionary<string, string> posted, DateTime now)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in form.Fields)
        {
            var text = field.Kind == "hidden" ? field.Value : (posted.GetValueOrDefault(field.Field) ?? "").Trim();
            if (Problem(field, text) is { } problem)
            {
                problems[field.Field] = problem;
            }

            if (text.Length > 0)
            {
                // Bounded also where it is wrong: it may be kept for a person to look at.
                values[field.Field] = text[..Math.Min(text.Length, LeadFields.Find(field.Field)?.MaxLength ?? LeadFields.MaxCustomValue)];
            }
        }

        if (form.Consent.Length > 0)
        {
            if (string.IsNullOrEmpty(posted.GetValueOrDefault(ConsentBox)))
            {
                problems[ConsentBox] = "Tick this box to go on.";
            }
            else
            {
                values["consent.basis"] = Ticked;
                values["consent.at"] = now.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
                values["consent.text"] = form.Consent;
            }
        }

        values.TryAdd("source", form.Name);
        if (form.Tags.Count > 0)
        {
            values["tags"] = string.Join(';', form.Tags);
        }

        return new FormAnswers(values, problems);
    }

    /// <summary>The address in its stored form, or null.</summary>
    public static string? Email(IReadOnlyDictionary<string, string> values) =>
        values.TryGetValue("email", out var text) && EmailAddress.TryRead(text, out var email, out _) ? email : null;

    private static string? Problem(FormField field, string text)
    {
        if (text.Length == 0)
        {
            return !field.Required ? null : field.Kind == "choice" ? "Choose an answer." : "Fill this in.";
        }

        if (text.Length > (LeadFields.Find(field.Field)?.MaxLength ?? LeadFields.MaxCustomValue))
        {
            return $"This is too long: {LeadFields.Find(field.Field)?.MaxLength ?? LeadFields.MaxCustomValue} characters are the most.";
        }

        return field.Kind switch
        {
            "email" when !EmailAddress.TryRead(text, out _, out _) => "Enter an e-mail address such as name@company.com.",
            "url" when !IsUrl(text) => "Enter a web address such as https://www.company.com.",
            "number" when !text.Any(char.IsAsciiDigit) => "Enter a number.",
            "tel" when text.Count(char.IsAsciiDigit) < 4 => "Enter a phone number with its digits.",
            "choice" when !field.Choices.Contains(text, StringComparer.Ordinal) => "Choose one of the answers.",
            _ => null,
        };
    }

    private static bool IsUrl(string text) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text, UriKind.Absolute, out var url)
        && url.Scheme is "https" or "http" && url.Host.Contains('.', StringComparison.Ordinal);
}
