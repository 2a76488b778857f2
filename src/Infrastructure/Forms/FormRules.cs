using System.Text.RegularExpressions;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Ingestion;

namespace LeadGen.Infrastructure.Forms;

/// <summary>What a form may be. Problems name their field as in <see cref="FormDefinition"/>: <c>name</c>, <c>fields[2].label</c>.</summary>
public static partial class FormRules
{
    public const int MostFields = 30;
    public const int LongestName = 80;
    public const int LongestLabel = 200;
    public const int LongestText = 1_000;
    private const int MostChoices = 50;
    private const int MostOrigins = 20;
    private const int MostTags = 10;
    private const int MostSeconds = 30;

    /// <summary>Fields of a lead that a visitor can tell about, in the order in which they are offered.</summary>
    public static readonly IReadOnlyList<string> LeadFieldNames =
    [
        "email", "fullName", "firstName", "lastName", "companyName", "jobTitle", "phone", "message", "country", "city", "companyDomain", "industry",
        "employeeCount", "annualRevenue", "technologies", "linkedInUrl", "source", "campaign",
    ];

    /// <summary>Kinds of questions, the usual first.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["text", "long", "email", "tel", "url", "number", "choice", "hidden"];

    /// <summary>The kind that a field usually has.</summary>
    public static string KindOf(string field) => field switch
    {
        "email" => "email",
        "phone" => "tel",
        "message" => "long",
        "linkedInUrl" => "url",
        "employeeCount" or "annualRevenue" => "number",
        _ => "text",
    };

    /// <summary>What is wrong with a form; empty when it can be published.</summary>
    public static IReadOnlyList<FieldProblem> Check(FormDefinition form)
    {
        var problems = new List<FieldProblem>();
        Text(problems, "name", form.Name, 1, LongestName, "Give the form a name that colleagues know it by.");
        Text(problems, "title", form.Title, 0, 120);
        Text(problems, "intro", form.Intro, 0, LongestText);
        Text(problems, "button", form.Button, 1, 40, "Say what the button does, such as “Send”.");
        Text(problems, "consent", form.Consent, 0, LongestText);
        Text(problems, "thanks", form.Thanks, 1, 500, "Say something after the form was sent.");
        if (form.RedirectUrl is { } redirect && !IsHttps(redirect))
        {
            problems.Add(new("redirectUrl", "Enter an address that begins with https://, or leave it empty."));
        }

        if (form.Colour is { } colour && !Hex().IsMatch(colour))
        {
            problems.Add(new("colour", "Enter a colour as # and six digits, such as #0b6b50."));
        }

        if (form.Scheme is not ("auto" or "light" or "dark"))
        {
            problems.Add(new("scheme", "Choose a scheme from the list."));
        }

        if (form.LeastSeconds is < 0 or > MostSeconds)
        {
            problems.Add(new("leastSeconds", $"Between 0 and {MostSeconds} seconds."));
        }

        Origins(problems, form.Origins);
        if (form.Tags.Count > MostTags || form.Tags.Any(t => t.Length is 0 or > 50 || t.Contains(';', StringComparison.Ordinal)))
        {
            problems.Add(new("tags", $"At most {MostTags} tags of at most 50 characters, without semicolons."));
        }

        Fields(problems, form);
        return problems;
    }

    /// <summary>An origin in the form in which browsers send it; null when the text is none. Plain http is for this machine alone.</summary>
    public static string? OriginOf(string text)
    {
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url) || url.AbsolutePath != "/" || url.Query.Length > 0 || url.UserInfo.Length > 0 || url.Fragment.Length > 0)
        {
            return null;
        }

        var fine = url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback);
        return fine ? url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped).ToLowerInvariant() : null;
    }

    private static void Fields(List<FieldProblem> problems, FormDefinition form)
    {
        if (form.Fields.Count is 0 or > MostFields)
        {
            problems.Add(new("fields", form.Fields.Count == 0 ? "Ask for something: add a field." : $"A form has at most {MostFields} fields."));
        }

        for (var i = 0; i < form.Fields.Count; i++)
        {
            Field(problems, form, i);
        }

        var asked = form.Fields.Where(f => f.Required || f.Kind == "hidden").Select(f => f.Field).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (form.DoubleOptIn && !form.Fields.Any(f => f is { Field: "email", Required: true, Kind: "email" }))
        {
            problems.Add(new("doubleOptIn", "A confirmation goes by e-mail: ask for the e-mail address and mark it as required."));
        }
        else if (!asked.Overlaps(["email", "companyName", "companyDomain"]))
        {
            problems.Add(new("fields", "Ask for the e-mail address or the company and mark it as required: without one of them nobody can be found again."));
        }
    }

    private static void Field(List<FieldProblem> problems, FormDefinition form, int index)
    {
        var (field, at) = (form.Fields[index], $"fields[{index}]");
        if (LeadFields.Find(field.Field) is not { } known || (!IsOwn(field.Field) && !LeadFieldNames.Contains(known.Name)))
        {
            problems.Add(new($"{at}.field", "Choose a field from the list, or give your own a name of at most 100 characters."));
        }
        else if (form.Fields.Take(index).Any(f => f.Field.Equals(field.Field, StringComparison.OrdinalIgnoreCase)))
        {
            problems.Add(new($"{at}.field", "This field is asked for already."));
        }

        if (!Kinds.Contains(field.Kind) || (field.Field == "email" && field.Kind is not ("email" or "hidden")))
        {
            problems.Add(new($"{at}.kind", "Choose a kind that fits the field."));
        }

        if (field.Kind == "hidden")
        {
            Text(problems, $"{at}.value", field.Value, 1, LongestText, "Say what the hidden field holds.");
            return;
        }

        Text(problems, $"{at}.label", field.Label, 1, LongestLabel, "Say what the visitor reads.");
        Text(problems, $"{at}.hint", field.Hint, 0, 300);
        Text(problems, $"{at}.value", field.Value, 0, LongestText);
        if (field.Kind == "choice" && (field.Choices.Count is 0 or > MostChoices || field.Choices.Any(c => c.Length is 0 or > LongestLabel)
            || field.Choices.Distinct(StringComparer.Ordinal).Count() != field.Choices.Count))
        {
            problems.Add(new($"{at}.choices", $"Give 1 to {MostChoices} different answers to choose from, one on each line."));
        }
    }

    private static void Origins(List<FieldProblem> problems, IReadOnlyList<string> origins)
    {
        if (origins.Count > MostOrigins)
        {
            problems.Add(new("origins", $"At most {MostOrigins} websites."));
        }
        else if (origins.FirstOrDefault(o => OriginOf(o) != o) is { } wrong)
        {
            problems.Add(new("origins", $"“{wrong}” is no website. Enter its beginning only, such as https://www.example.com."));
        }
    }

    private static void Text(List<FieldProblem> problems, string field, string text, int least, int most, string? missing = null)
    {
        if (text.Trim().Length < least)
        {
            problems.Add(new(field, missing ?? "Fill this in."));
        }
        else if (text.Length > most)
        {
            problems.Add(new(field, $"Use at most {most} characters."));
        }
    }

    private static bool IsOwn(string field) => field.StartsWith(LeadFields.CustomPrefix, StringComparison.OrdinalIgnoreCase);

    private static bool IsHttps(string text) =>
        text.Length <= 500 && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps && url.UserInfo.Length == 0;

    [GeneratedRegex("^#[0-9a-fA-F]{6}$")]
    private static partial Regex Hex();
}
