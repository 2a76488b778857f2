using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Ingestion;

namespace LeadGen.Portal.Forms.Open;

/// <summary>A form as it is drawn: what it asks, what was typed, and what is wrong with that.</summary>
/// <param name="Token">Empty in the builder's preview.</param>
public sealed record FormSheet(FormDefinition Form, string Token)
{
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Problems { get; init; } = new Dictionary<string, string>();

    /// <summary>Above the fields; null when nothing happened yet.</summary>
    public string? Notice { get; init; }

    /// <summary>Sent along unseen.</summary>
    public IReadOnlyDictionary<string, string> Hidden { get; init; } = new Dictionary<string, string>();

    /// <summary>What stands in the field.</summary>
    public string ValueOf(FormField field) => Values.TryGetValue(field.Field, out var typed) ? typed : field.Value;

    /// <summary>The first wrong field, which gets the focus.</summary>
    public string? FirstWrong => Form.Fields.Select(f => f.Field).Append(Infrastructure.Forms.FormAnswers.ConsentBox).FirstOrDefault(Problems.ContainsKey);

    public static int MostOf(string field) => LeadFields.Find(field)?.MaxLength ?? LeadFields.MaxCustomValue;

    public static string? AutocompleteOf(string field) => field switch
    {
        "email" => "email",
        "fullName" => "name",
        "firstName" => "given-name",
        "lastName" => "family-name",
        "companyName" => "organization",
        "jobTitle" => "organization-title",
        "phone" => "tel",
        "country" => "country-name",
        "city" => "address-level2",
        _ => null,
    };

    /// <summary>Type of an input element.</summary>
    public static string TypeOf(string kind) => kind switch
    {
        "email" => "email",
        "tel" => "tel",
        "url" => "url",
        _ => "text",
    };
}
