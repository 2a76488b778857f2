namespace LeadGen.Pipeline.Knowledge;

/// <summary>A document that mails may take facts from.</summary>
public sealed class KnowledgeDocument
{
    public required Guid Id { get; init; }

    /// <summary>1 to 200 characters; what a citation calls it.</summary>
    public required string Title { get; set; }

    public required string FileName { get; set; }
    public required DocumentKind Kind { get; set; }

    /// <summary>Size of the file.</summary>
    public required long Bytes { get; set; }

    /// <summary>SHA-256 of the file, in hex.</summary>
    public required string Hash { get; set; }

    public DocumentState State { get; set; } = DocumentState.Waiting;

    /// <summary>Why it failed, in plain words.</summary>
    public string? Problem { get; set; }

    /// <summary>Pieces it was split into.</summary>
    public int Chunks { get; set; }

    /// <summary>Pieces that have their vector.</summary>
    public int Embedded { get; set; }

    public required DateTime CreatedAt { get; init; }
    public required DateTime ChangedAt { get; set; }

    /// <summary>See <see cref="Leads.LeadChange.Actor"/>.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>Rises with every replacement; vectors of an older one are not stored.</summary>
    public int Revision { get; set; } = 1;
}

public enum DocumentKind
{
    Text,
    Markdown,
    Html,
    Pdf,
    Docx,
}

public enum DocumentState
{
    /// <summary>Its pieces wait for their vectors.</summary>
    Waiting,

    /// <summary>Searched and cited.</summary>
    Ready,

    /// <summary>See <see cref="KnowledgeDocument.Problem"/>.</summary>
    Failed,
}

/// <summary>A piece of a document, small enough to be cited.</summary>
public sealed class KnowledgeChunk
{
    public required Guid Id { get; init; }
    public required Guid DocumentId { get; init; }

    /// <summary>From 0, in reading order.</summary>
    public required int Position { get; init; }

    /// <summary>Headings above it, outermost first, joined with “ › ”; empty for none.</summary>
    public required string Heading { get; init; }

    public required string Text { get; init; }

    /// <summary>The encoder that made <see cref="Vector"/>; null while it waits.</summary>
    public string? EncoderId { get; set; }

    /// <summary>Numbers of the unit vector, four bytes each.</summary>
    public byte[]? Vector { get; set; }
}
