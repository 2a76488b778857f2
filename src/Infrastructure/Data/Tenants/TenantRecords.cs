using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Matching;
using LeadGen.Pipeline.Outreach;
using LeadGen.Pipeline.Preprocessing;
using LeadGen.Pipeline.Scoring;

namespace LeadGen.Infrastructure.Data.Tenants;

/// <summary>The one row that says whose database this is, and the counters that tell in-memory copies their age.</summary>
public sealed class TenantMeta
{
    public const int TheRow = 1;

    public int Id { get; init; } = TheRow;

    /// <summary>Checked whenever a connection opens.</summary>
    public required Guid TenantId { get; init; }

    /// <summary>Secret of this tenant's keyed hashes (tombstones of erased people), 32 random bytes, protected.</summary>
    public required string HashKey { get; init; }

    /// <summary>Rises when an ICP or model goes live; leads scored under a lower one are due again.</summary>
    public int ScoringEpoch { get; set; } = 1;

    /// <summary>Rises with every stored vector.</summary>
    public long VectorVersion { get; set; }

    /// <summary>Rises with every deleted vector.</summary>
    public long VectorDeletions { get; set; }

    /// <summary>Rises with every change of the knowledge: copies in memory of a lower one are stale.</summary>
    public long KnowledgeVersion { get; set; }

    public TenantSettings Settings { get; set; } = new();
}

/// <summary>What a tenant may set for itself.</summary>
public sealed record TenantSettings
{
    public GradeBounds Grades { get; init; } = new();

    /// <summary>IANA time zone in which dates are shown and nights begin.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Culture for numbers and dates on screen.</summary>
    public string Culture { get; init; } = "en-GB";

    /// <summary>Accent colour, <c>#rrggbb</c>; null for LeadGen's own.</summary>
    public string? Colour { get; init; }

    /// <summary>The company's sign as a <c>data:</c> URI (PNG, JPEG or WebP, at most 100 kB), or null.</summary>
    public string? Logo { get; init; }

    /// <summary>The model that writes mails; null for the installation's.</summary>
    public ModelSettings? Writing { get; init; }

    /// <summary>Days on which no outreach leaves, besides those that a sequence's window shuts.</summary>
    public IReadOnlyList<DateOnly> Holidays { get; init; } = [];

    /// <summary>What mails can be about; receivers choose among them.</summary>
    public IReadOnlyList<MailTopic> Topics { get; init; } = [];

    /// <summary>Clicks on links of outreach mail go through us and are counted.</summary>
    public bool TracksClicks { get; init; }

    /// <summary>Outreach mail carries a picture that tells us, not reliably, that it was opened.</summary>
    public bool TracksOpens { get; init; }

    /// <summary>The three first steps are done or were put away.</summary>
    public bool FirstStepsDone { get; init; }

    /// <summary>The model of the demo tenant has learned from the sample, and mails to its best leads were written; false for everybody else.</summary>
    public bool SampleIsLearned { get; init; }

    /// <summary>First steps that were skipped or looked at, by name.</summary>
    public IReadOnlyList<string> FirstStepsSkipped { get; init; } = [];
}

/// <summary>A tenant's own model for writing, or how far it may use the installation's.</summary>
public sealed record ModelSettings
{
    /// <summary>No model is asked for this tenant.</summary>
    public bool Off { get; init; }

    /// <summary>Beginning of the addresses of an OpenAI-compatible server; empty for the installation's model.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>Protected for this tenant; null without one.</summary>
    public string? Key { get; init; }

    public string Model { get; init; } = "";

    /// <summary>0 to 2.</summary>
    public double Temperature { get; init; } = 0.3;

    /// <summary>For 1,000 tokens that are read.</summary>
    public decimal InputPrice { get; init; }

    /// <summary>For 1,000 tokens that are written.</summary>
    public decimal OutputPrice { get; init; }

    /// <summary>Most tokens on one day, UTC.</summary>
    public long DailyTokens { get; init; } = 200_000;

    /// <summary>Most cost on one day, in the currency of the prices.</summary>
    public decimal DailyCost { get; init; } = 10;
}

/// <summary>What the pipeline understood of a lead, as of its last analysis; one row a lead, replaced as a whole.</summary>
public sealed class LeadAnalysisRow
{
    public required Guid LeadId { get; init; }
    public required int LeadVersion { get; set; }
    public required DateTime At { get; set; }
    public required LeadScore Score { get; set; }
    public IcpMatch? Match { get; set; }
    public required List<IntentSignal> Intents { get; set; }
    public required List<TextEntity> Entities { get; set; }
}

/// <summary>Every score a lead ever had, with the reason for the new one; append-only.</summary>
public sealed class ScoreChange
{
    public long Id { get; init; }
    public required Guid LeadId { get; init; }
    public required int LeadVersion { get; init; }
    public required int Epoch { get; init; }
    public required double Value { get; init; }
    public required Grade Grade { get; init; }
    public required int ModelVersion { get; init; }
    public int? IcpVersion { get; init; }
    public required DateTime At { get; init; }
    public required ScoreReason Reason { get; init; }
}

public enum ScoreReason
{
    First,
    LeadChanged,
    ProfileOrModelChanged,
    Feedback,
}

/// <summary>An intent read in a text of a lead; append-only, one row for a text and kind.</summary>
public sealed class IntentRow
{
    public long Id { get; init; }
    public required Guid LeadId { get; init; }
    public required IntentKind Kind { get; init; }
    public required double Strength { get; init; }
    public required DateTime ObservedAt { get; init; }
    public required string Evidence { get; init; }

    /// <summary><c>message</c>, <c>notes</c>, <c>reply</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Start of the SHA-256 of the text, so that the same words are one observation.</summary>
    public required string TextHash { get; init; }
}

/// <summary>A lead's vector: little-endian float32, unit length; empty when the lead has no words.</summary>
public sealed class LeadVectorRow
{
    public required Guid LeadId { get; init; }
    public required string EncoderId { get; set; }
    public required byte[] Values { get; set; }

    /// <summary>Start of the SHA-256 of the words that were read; equal words are not read again.</summary>
    public required string TextHash { get; set; }

    /// <summary><see cref="TenantMeta.VectorVersion"/> when it was stored.</summary>
    public required long Version { get; set; }
}

/// <summary>A profile: its draft, and the version that is live.</summary>
public sealed class IcpRow
{
    public required Guid Id { get; init; }
    public required Icp Draft { get; set; }
    public Icp? Live { get; set; }
    public required DateTime CreatedAt { get; init; }
    public required DateTime ChangedAt { get; set; }
    public DateTime? PublishedAt { get; set; }

    /// <summary>Rises with every save; a save that names an older one is refused.</summary>
    public int Revision { get; set; } = 1;
}

/// <summary>A published version of a profile, kept for history.</summary>
public sealed class IcpVersionRow
{
    public required Guid IcpId { get; init; }
    public required int Version { get; init; }
    public required Icp Icp { get; init; }
    public required DateTime PublishedAt { get; init; }
    public required string Actor { get; init; }
}

/// <summary>A scoring model; the one with <see cref="ModelState.Champion"/> serves.</summary>
public sealed class ModelRow
{
    public required int Version { get; init; }

    /// <summary>The JSON of Pipeline's ScoringModel.</summary>
    public required string Json { get; init; }

    public required ModelState State { get; set; }
    public required DateTime TrainedAt { get; init; }
    public DateTime? PromotedAt { get; set; }

    /// <summary>The comparison that decided, as JSON for people and pages; null for the starter.</summary>
    public string? Report { get; init; }
}

public enum ModelState
{
    Champion,

    /// <summary>Trained, did not pass the gate.</summary>
    Rejected,

    /// <summary>Was champion; can be brought back.</summary>
    Retired,
}

/// <summary>Keyed hash of an erased person's identity: no door lets them back in.</summary>
public sealed class Tombstone
{
    public required byte[] Hash { get; init; }
    public required DateTime At { get; init; }
}

/// <summary>The stored answer to a request with an idempotency key.</summary>
public sealed class IdempotencyRecord
{
    public required Guid ApiKeyId { get; init; }

    /// <summary>Method and path.</summary>
    public required string Operation { get; init; }

    public required string Key { get; init; }
    public required byte[] Fingerprint { get; init; }

    /// <summary>Zero while the request runs.</summary>
    public int Status { get; set; }

    public string Body { get; set; } = "";

    /// <summary>When it was answered; while it runs, when it began.</summary>
    public required DateTime At { get; set; }

    /// <summary>Of the request that runs under this key; null once it is answered.</summary>
    public Guid? RunToken { get; set; }
}
