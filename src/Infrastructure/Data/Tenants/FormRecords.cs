namespace LeadGen.Infrastructure.Data.Tenants;

/// <summary>A web form: what is being built, and what the public sees.</summary>
public sealed class WebForm
{
    public required Guid Id { get; init; }

    /// <summary>Random part of its public address.</summary>
    public required string Key { get; init; }

    public required FormDefinition Draft { get; set; }

    /// <summary>What the public sees; null until it was published or when it was taken down.</summary>
    public FormDefinition? Live { get; set; }

    public required DateTime CreatedAt { get; init; }
    public required DateTime ChangedAt { get; set; }
    public DateTime? PublishedAt { get; set; }
    public int Revision { get; set; } = 1;
}

/// <summary>What a form asks, says and allows.</summary>
public sealed record FormDefinition
{
    /// <summary>1 to 80 characters, shown to members only.</summary>
    public required string Name { get; init; }

    public string Title { get; init; } = "";
    public string Intro { get; init; } = "";
    public IReadOnlyList<FormField> Fields { get; init; } = [];
    public string Button { get; init; } = "Send";

    /// <summary>The sentence beside the consent box; empty for a form without one.</summary>
    public string Consent { get; init; } = "";

    /// <summary>Shown after sending, unless <see cref="RedirectUrl"/> is given.</summary>
    public string Thanks { get; init; } = "Thank you. We will be in touch.";

    public string? RedirectUrl { get; init; }

    /// <summary>Accent colour <c>#rrggbb</c>; null for the workspace's.</summary>
    public string? Colour { get; init; }

    /// <summary><c>auto</c>, <c>light</c> or <c>dark</c>.</summary>
    public string Scheme { get; init; } = "auto";

    /// <summary>Origins whose pages may send it (<c>https://example.com</c>); empty for its own page alone.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>The lead is taken in only after a click in a letter to the address given.</summary>
    public bool DoubleOptIn { get; init; }

    /// <summary>The browser must do a little arithmetic first.</summary>
    public bool ProofOfWork { get; init; }

    /// <summary>Least seconds between showing and sending.</summary>
    public int LeastSeconds { get; init; } = 2;

    public IReadOnlyList<string> Tags { get; init; } = [];
}

/// <summary>One question of a form.</summary>
/// <param name="Field">As in LeadFields, <c>custom.name</c> for the tenant's own.</param>
/// <param name="Label">What the visitor reads.</param>
/// <param name="Kind"><c>text</c>, <c>email</c>, <c>tel</c>, <c>url</c>, <c>number</c>, <c>long</c>, <c>choice</c>, <c>hidden</c>.</param>
/// <param name="Required">Must be filled.</param>
public sealed record FormField(string Field, string Label, string Kind, bool Required)
{
    public string Hint { get; init; } = "";
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Value of a hidden field, or the first value of a shown one.</summary>
    public string Value { get; init; } = "";
}

/// <summary>One sending of a form.</summary>
public sealed class FormSubmission
{
    public required Guid Id { get; init; }
    public required Guid FormId { get; init; }
    public required DateTime At { get; init; }
    public required SubmissionState State { get; set; }

    /// <summary>The lead it became.</summary>
    public Guid? LeadId { get; set; }

    /// <summary>Canonical address given, so that an erasure finds it.</summary>
    public string? Email { get; set; }

    /// <summary>What was sent, by lead field.</summary>
    public Dictionary<string, string> Values { get; set; } = [];

    /// <summary>Page, referrer and campaign parameters.</summary>
    public Dictionary<string, string> Origin { get; set; } = [];

    /// <summary>SHA-256 of the token in the confirmation letter.</summary>
    public string? TokenHash { get; set; }

    public DateTime? ConfirmedAt { get; set; }

    /// <summary>Why it was not taken in, in plain words.</summary>
    public string? Reason { get; set; }
}

public enum SubmissionState
{
    /// <summary>It is a lead.</summary>
    Taken,

    /// <summary>Waits for the click in the letter.</summary>
    Unconfirmed,

    /// <summary>Looked like a machine.</summary>
    Spam,

    /// <summary>Not usable, or not wanted.</summary>
    Refused,
}
