using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Scoring;

namespace LeadGen.Pipeline.Leads;

/// <summary>A person at a company we may approach, or a company whose person is not known yet.</summary>
/// <remarks>
/// Field names are those of the HTTP API in PascalCase. Times are UTC. What the pipeline last understood
/// (language, score, grade, strongest intent) stands beside the fields so that lists need one narrow row;
/// the full analysis is kept apart.
/// </remarks>
public sealed class Lead
{
    public required Guid Id { get; init; }

    /// <summary>The key that makes two records one lead; unique in a tenant. See Ingestion/LeadIdentity.</summary>
    public required string IdentityKey { get; set; }

    /// <summary>Full name and company, so that a person known without an e-mail is found again; not unique.</summary>
    public string? PersonKey { get; set; }

    public string? Email { get; set; }
    public string? FirstName { get; set; }
    public string? LastName { get; set; }
    public string? FullName { get; set; }
    public string? JobTitle { get; set; }
    public Seniority Seniority { get; set; }
    public Department Department { get; set; }

    /// <summary>International form (E.164) where the number could be read, else as given.</summary>
    public string? Phone { get; set; }

    public string? LinkedInUrl { get; set; }

    /// <summary>ISO 3166-1 alpha-2 where the country is known by that, else as given.</summary>
    public string? Country { get; set; }

    public string? City { get; set; }
    public string? CompanyName { get; set; }

    /// <summary>Host name in lower case, without scheme and <c>www.</c>.</summary>
    public string? CompanyDomain { get; set; }

    public string? Industry { get; set; }
    public int? EmployeeCount { get; set; }

    /// <summary>Whole units of the currency that the source used.</summary>
    public long? AnnualRevenue { get; set; }

    public List<string> Technologies { get; set; } = [];

    /// <summary>The person's own words.</summary>
    public string? Message { get; set; }

    /// <summary>What our side wrote down about the lead.</summary>
    public string? Notes { get; set; }

    public string? Source { get; set; }
    public string? Campaign { get; set; }
    public List<string> Tags { get; set; } = [];
    public Consent? Consent { get; set; }
    public string? ExternalId { get; set; }
    public DateTime CreatedAt { get; set; }
    public Outcome? Outcome { get; set; }
    public DateTime? OutcomeAt { get; set; }

    /// <summary>Columns that map to no field, by their own name.</summary>
    public Dictionary<string, string> Custom { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Fields that a person edited here: no source overwrites them.</summary>
    public List<string> EditedFields { get; set; } = [];

    public LeadStage Stage { get; set; }

    /// <summary>Rises with every change of the lead's own fields; an analysis of an older version is not stored.</summary>
    public int Version { get; set; } = 1;

    /// <summary>The import that last created or changed this lead.</summary>
    public Guid? ImportId { get; set; }

    /// <summary>The member who looks after this lead, or null.</summary>
    public Guid? OwnerId { get; set; }

    /// <summary>When the fields were last changed by anyone.</summary>
    public DateTime UpdatedAt { get; set; }

    // ---- what the pipeline last understood

    /// <summary>ISO 639-1 code of the message's language, or null when there is no text to tell.</summary>
    public string? Language { get; set; }

    /// <summary>0-100, see <see cref="LeadScore.Value"/>.</summary>
    public double? ScoreValue { get; set; }

    public double? Probability { get; set; }
    public Grade? Grade { get; set; }

    /// <summary>ICP match, 0-100.</summary>
    public double? FitValue { get; set; }

    /// <summary>Strongest buying intent, 0-100.</summary>
    public double? IntentValue { get; set; }

    public IntentKind? TopIntent { get; set; }
    public int? ModelVersion { get; set; }
    public DateTime? ScoredAt { get; set; }

    /// <summary>The tenant's scoring epoch (ICP or model published) that the score belongs to.</summary>
    public int ScoringEpoch { get; set; }

    // ---- who works on it now

    /// <summary>Fencing token of the worker that holds the lead; results of any other token are refused.</summary>
    public Guid? ClaimToken { get; set; }

    public DateTime? ClaimedUntil { get; set; }

    /// <summary>How often the analysis failed; at three the lead is set aside as <see cref="LeadStage.Failed"/>.</summary>
    public int Attempts { get; set; }
}
