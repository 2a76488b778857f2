using System.Text.Json;
using LeadGen.Infrastructure.Data;
using LeadGen.Pipeline.Outreach;

namespace LeadGen.Portal.Templates;

/// <summary>A template while somebody writes it.</summary>
public sealed class TemplateDraft
{
    public string Name { get; set; } = "";
    public string Goal { get; set; } = "";
    public List<VariantDraft> Variants { get; } = [];

    public static TemplateDraft From(TemplateContent content)
    {
        var draft = new TemplateDraft { Name = content.Name, Goal = content.Goal };
        draft.Variants.AddRange(content.Variants.Select(VariantDraft.From));
        return draft;
    }

    public TemplateContent To() => new() { Name = Name.Trim(), Goal = Goal.Trim(), Variants = [.. Variants.Select(v => v.To())] };

    public static bool Same(TemplateContent? one, TemplateContent? other) => Text(one) == Text(other);

    private static string Text(TemplateContent? content) => JsonSerializer.Serialize(content, StoredJson.Options);
}

/// <summary>A variant while somebody writes it.</summary>
public sealed class VariantDraft
{
    public string Name { get; set; } = "A";
    public string Subject { get; set; } = "";
    public BodyKind Kind { get; set; }
    public List<BlockDraft> Blocks { get; } = [];
    public string Html { get; set; } = "";
    public string Text { get; set; } = "";

    public static VariantDraft From(TemplateVariant variant)
    {
        var draft = new VariantDraft { Name = variant.Name, Subject = variant.Subject, Kind = variant.Kind, Html = variant.Html, Text = variant.Text };
        draft.Blocks.AddRange(variant.Blocks.Select(b => new BlockDraft { Kind = b.Kind, Text = b.Text, Url = b.Url }));
        return draft;
    }

    public TemplateVariant To() => new()
    {
        Name = Name,
        Subject = Subject.Trim(),
        Kind = Kind,
        Blocks = [.. Blocks.Select(b => new TemplateBlock { Kind = b.Kind, Text = b.Text.ReplaceLineEndings("\n"), Url = b.Kind == BlockKind.Button ? b.Url.Trim() : "" })],
        Html = Html.ReplaceLineEndings("\n"),
        Text = Text.ReplaceLineEndings("\n"),
    };
}

/// <summary>A block while somebody writes it.</summary>
public sealed class BlockDraft
{
    /// <summary>Tells blocks apart while they move.</summary>
    public Guid Key { get; } = Guid.NewGuid();

    public BlockKind Kind { get; set; }
    public string Text { get; set; } = "";
    public string Url { get; set; } = "";
}
