namespace LeadGen.Pipeline.Outreach;

/// <summary>Words that mails are written from: what is being worked on, and what is in use.</summary>
public sealed class Template
{
    public required Guid Id { get; init; }

    public required TemplateContent Draft { get; set; }

    /// <summary>What mails are written from; null until it was published, or once it was put away.</summary>
    public TemplateContent? Live { get; set; }

    /// <summary>The version that was published last; 0 for none.</summary>
    public int Version { get; set; }

    public required DateTime CreatedAt { get; init; }
    public required DateTime ChangedAt { get; set; }
    public DateTime? PublishedAt { get; set; }

    /// <summary>Rises with every save; a save that names an older one is refused.</summary>
    public int Revision { get; set; } = 1;
}

/// <summary>A published version of a template; never changed, so that every mail can be traced to its words.</summary>
public sealed class TemplateVersion
{
    public required Guid TemplateId { get; init; }
    public required int Version { get; init; }
    public required TemplateContent Content { get; init; }
    public required DateTime PublishedAt { get; init; }

    /// <summary>See <see cref="Leads.LeadChange.Actor"/>.</summary>
    public required string Actor { get; init; }
}

/// <summary>What a template says.</summary>
public sealed record TemplateContent
{
    /// <summary>1 to 80 characters, shown to members only.</summary>
    public required string Name { get; init; }

    /// <summary>What the mail is to reach, in plain words; facts are chosen by it.</summary>
    public string Goal { get; init; } = "";

    /// <summary>One, or several that are compared: <c>A</c>, <c>B</c> …</summary>
    public IReadOnlyList<TemplateVariant> Variants { get; init; } = [];
}

/// <summary>One wording of a template.</summary>
public sealed record TemplateVariant
{
    /// <summary><c>A</c>, <c>B</c> …</summary>
    public required string Name { get; init; }

    public string Subject { get; init; } = "";

    public BodyKind Kind { get; init; }

    /// <summary>For <see cref="BodyKind.Blocks"/>: HTML and plain text are made of them.</summary>
    public IReadOnlyList<TemplateBlock> Blocks { get; init; } = [];

    /// <summary>For <see cref="BodyKind.Html"/>.</summary>
    public string Html { get; init; } = "";

    /// <summary>For <see cref="BodyKind.Html"/>: the plain text beside it; made of the HTML when empty.</summary>
    public string Text { get; init; } = "";
}

public enum BodyKind
{
    Blocks,

    /// <summary>The tenant's own HTML.</summary>
    Html,
}

/// <summary>A piece of a mail's body.</summary>
public sealed record TemplateBlock
{
    public required BlockKind Kind { get; init; }

    /// <summary>
    /// Words with places for values; <c>**strong**</c> and <c>[words](https://…)</c> are understood. A list has a line for each point. A fact
    /// place holds the sentence that stands there when no fact fits; empty leaves the place out.
    /// </summary>
    public string Text { get; init; } = "";

    /// <summary>For <see cref="BlockKind.Button"/>.</summary>
    public string Url { get; init; } = "";
}

public enum BlockKind
{
    Paragraph,
    Heading,
    List,
    Button,
    Divider,

    /// <summary>A fact of the tenant's knowledge that fits the lead.</summary>
    Fact,
}
