using System.Text.Json;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Forms;

namespace LeadGen.Portal.Forms;

/// <summary>A form while somebody builds it.</summary>
public sealed class FormDraft
{
    public string Name { get; set; } = "";
    public string Title { get; set; } = "";
    public string Intro { get; set; } = "";
    public List<QuestionDraft> Questions { get; } = [];
    public string Button { get; set; } = "";
    public string Consent { get; set; } = "";
    public string Thanks { get; set; } = "";
    public string Redirect { get; set; } = "";
    public string Colour { get; set; } = "";
    public string Scheme { get; set; } = "auto";

    /// <summary>One on each line.</summary>
    public string Origins { get; set; } = "";

    public bool DoubleOptIn { get; set; }
    public bool ProofOfWork { get; set; }
    public int LeastSeconds { get; set; } = 2;

    /// <summary>Between commas.</summary>
    public string Tags { get; set; } = "";

    public static FormDraft From(FormDefinition form)
    {
        var draft = new FormDraft
        {
            Name = form.Name,
            Title = form.Title,
            Intro = form.Intro,
            Button = form.Button,
            Consent = form.Consent,
            Thanks = form.Thanks,
            Redirect = form.RedirectUrl ?? "",
            Colour = form.Colour ?? "",
            Scheme = form.Scheme,
            Origins = string.Join('\n', form.Origins),
            DoubleOptIn = form.DoubleOptIn,
            ProofOfWork = form.ProofOfWork,
            LeastSeconds = form.LeastSeconds,
            Tags = string.Join(", ", form.Tags),
        };
        draft.Questions.AddRange(form.Fields.Select(QuestionDraft.From));
        return draft;
    }

    public FormDefinition To() => new()
    {
        Name = Name.Trim(),
        Title = Title.Trim(),
        Intro = Intro.Trim(),
        Fields = [.. Questions.Select(q => q.To())],
        Button = Button.Trim(),
        Consent = Consent.Trim(),
        Thanks = Thanks.Trim(),
        RedirectUrl = Redirect.Trim().Length == 0 ? null : Redirect.Trim(),
        Colour = Colour.Trim().Length == 0 ? null : Colour.Trim().ToLowerInvariant(),
        Scheme = Scheme,
        Origins = [.. Parts(Origins, '\n', ',', ' ').Select(o => FormRules.OriginOf(o) ?? o).Distinct(StringComparer.Ordinal)],
        DoubleOptIn = DoubleOptIn,
        ProofOfWork = ProofOfWork,
        LeastSeconds = LeastSeconds,
        Tags = [.. Parts(Tags, ',', '\n').Distinct(StringComparer.OrdinalIgnoreCase)],
    };

    public static bool Same(FormDefinition? one, FormDefinition? other) => Text(one) == Text(other);

    internal static string[] Parts(string text, params char[] between) =>
        text.Split(between, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Text(FormDefinition? form) => JsonSerializer.Serialize(form, StoredJson.Options);
}

/// <summary>A question while somebody builds it.</summary>
public sealed class QuestionDraft
{
    /// <summary>Tells rows apart while they move.</summary>
    public Guid Key { get; } = Guid.NewGuid();

    public string Field { get; set; } = "";
    public string Label { get; set; } = "";
    public string Kind { get; set; } = "text";
    public bool Required { get; set; }
    public string Hint { get; set; } = "";

    /// <summary>One on each line.</summary>
    public string Choices { get; set; } = "";

    public string Value { get; set; } = "";
    public bool IsOpen { get; set; }

    public static QuestionDraft From(FormField field) => new()
    {
        Field = field.Field,
        Label = field.Label,
        Kind = field.Kind,
        Required = field.Required,
        Hint = field.Hint,
        Choices = string.Join('\n', field.Choices),
        Value = field.Value,
    };

    /// <summary>What the kind does not have is left out, so that changing the kind leaves no remains.</summary>
    public FormField To() => new(Field, Kind == "hidden" ? "" : Label.Trim(), Kind, Required && Kind != "hidden")
    {
        Hint = Kind == "hidden" ? "" : Hint.Trim(),
        Choices = Kind == "choice" ? FormDraft.Parts(Choices, '\n') : [],
        Value = Kind == "choice" ? "" : Value.Trim(),
    };
}
