using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Matching;
using LeadGen.Pipeline.Preprocessing;
using LeadGen.Pipeline.Scoring;
using LeadGen.Portal.Leads;

namespace LeadGen.Portal.Api;

/// <summary>What became of a lead that was sent.</summary>
/// <param name="IsNew">False when it was merged into a lead that was there.</param>
public sealed record TakenLead(Guid Id, LeadStage Stage, bool IsNew);

/// <summary>What became of one item of a batch: an id, or a problem.</summary>
public sealed record BatchResult(int Index)
{
    public Guid? Id { get; init; }
    public bool? IsNew { get; init; }
    public BatchProblem? Problem { get; init; }
}

public sealed record BatchProblem(int Status, string Detail, IReadOnlyDictionary<string, string[]>? Errors);

/// <summary>One result for each item, in order.</summary>
public sealed record BatchResults(IReadOnlyList<BatchResult> Results);

/// <summary>A page of leads; <paramref name="NextCursor"/> is null at the end.</summary>
public sealed record LeadList(IReadOnlyList<LeadListItem> Items, string? NextCursor);

/// <summary>A line of the list.</summary>
public sealed record LeadListItem(
    Guid Id,
    string? Email,
    string? FullName,
    string? JobTitle,
    string? CompanyName,
    string? Country,
    string? Source,
    LeadStage Stage,
    Outcome? Outcome,
    ShortScore? Score,
    IntentKind? TopIntent,
    double? IcpMatch,
    DateTime CreatedAt)
{
    internal static LeadListItem Of(LeadRow l) => new(
        l.Id, l.Email, l.FullName, l.JobTitle, l.CompanyName, l.Country, l.Source, l.Stage, l.Outcome,
        l is { ScoreValue: { } value, Probability: { } probability, Grade: { } grade, ModelVersion: { } model }
            ? new ShortScore(value, probability, grade, model)
            : null,
        l.TopIntent, l.FitValue, l.CreatedAt);
}

/// <summary>A score without its reasons.</summary>
public sealed record ShortScore(double Value, double Probability, Grade Grade, int ModelVersion);

/// <summary>A lead in full.</summary>
public sealed record LeadBody
{
    public required Guid Id { get; init; }
    public required LeadStage Stage { get; init; }

    /// <summary>Rises with every change; also the ETag.</summary>
    public required int Version { get; init; }

    public string? Email { get; init; }
    public string? FirstName { get; init; }
    public string? LastName { get; init; }
    public string? FullName { get; init; }
    public string? JobTitle { get; init; }
    public Seniority? Seniority { get; init; }
    public Department? Department { get; init; }
    public string? Phone { get; init; }
    public string? LinkedInUrl { get; init; }
    public string? Country { get; init; }
    public string? City { get; init; }
    public string? CompanyName { get; init; }
    public string? CompanyDomain { get; init; }
    public string? Industry { get; init; }
    public int? EmployeeCount { get; init; }
    public long? AnnualRevenue { get; init; }
    public required IReadOnlyList<string> Technologies { get; init; }
    public string? Message { get; init; }
    public string? Notes { get; init; }
    public string? Source { get; init; }
    public string? Campaign { get; init; }
    public required IReadOnlyList<string> Tags { get; init; }
    public Consent? Consent { get; init; }
    public string? ExternalId { get; init; }
    public required DateTime CreatedAt { get; init; }
    public required DateTime UpdatedAt { get; init; }
    public Outcome? Outcome { get; init; }
    public DateTime? OutcomeAt { get; init; }
    public required IReadOnlyDictionary<string, string> Custom { get; init; }
    public Guid? ImportId { get; init; }
    public string? Language { get; init; }

    /// <summary>Null until the first analysis; of the state before the last change while <see cref="Stage"/> is Received.</summary>
    public LeadScore? Score { get; init; }

    /// <summary>Null without a published profile.</summary>
    public IcpMatch? IcpMatch { get; init; }

    public required IReadOnlyList<IntentSignal> Intents { get; init; }

    /// <summary>Money, dates, head counts and phone numbers read in the lead's words.</summary>
    public required IReadOnlyList<TextEntity> Entities { get; init; }

    internal static LeadBody Of(LeadDetail detail)
    {
        var (l, a) = detail;
        return new LeadBody
        {
            Id = l.Id,
            Stage = l.Stage,
            Version = l.Version,
            Email = l.Email,
            FirstName = l.FirstName,
            LastName = l.LastName,
            FullName = l.FullName,
            JobTitle = l.JobTitle,
            Seniority = l.Seniority == Pipeline.Leads.Seniority.Unknown ? null : l.Seniority,
            Department = l.Department == Pipeline.Leads.Department.Unknown ? null : l.Department,
            Phone = l.Phone,
            LinkedInUrl = l.LinkedInUrl,
            Country = l.Country,
            City = l.City,
            CompanyName = l.CompanyName,
            CompanyDomain = l.CompanyDomain,
            Industry = l.Industry,
            EmployeeCount = l.EmployeeCount,
            AnnualRevenue = l.AnnualRevenue,
            Technologies = l.Technologies,
            Message = l.Message,
            Notes = l.Notes,
            Source = l.Source,
            Campaign = l.Campaign,
            Tags = l.Tags,
            Consent = l.Consent,
            ExternalId = l.ExternalId,
            CreatedAt = l.CreatedAt,
            UpdatedAt = l.UpdatedAt,
            Outcome = l.Outcome,
            OutcomeAt = l.OutcomeAt,
            Custom = l.Custom.OrderBy(c => c.Key, StringComparer.OrdinalIgnoreCase).ToDictionary(),
            ImportId = l.ImportId,
            Language = l.Language,
            Score = a?.Score,
            IcpMatch = a?.Match,
            Intents = a?.Intents ?? [],
            Entities = a?.Entities ?? [],
        };
    }
}
