using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Scoring;

namespace LeadGen.Portal.Leads;

/// <summary>A line of the list.</summary>
public sealed record LeadRow(
    Guid Id,
    string? Email,
    string? FullName,
    string? JobTitle,
    string? CompanyName,
    string? Country,
    string? Source,
    LeadStage Stage,
    Outcome? Outcome,
    double? ScoreValue,
    double? Probability,
    Grade? Grade,
    int? ModelVersion,
    double? FitValue,
    double? IntentValue,
    IntentKind? TopIntent,
    DateTime CreatedAt,
    Guid? OwnerId = null);

/// <summary>A page of the list.</summary>
/// <param name="NextCursor">Where the next page begins; null at the end.</param>
public sealed record LeadPage(IReadOnlyList<LeadRow> Items, string? NextCursor);

/// <summary>How many leads pass a filter; <paramref name="IsMore"/> when counting stopped there.</summary>
public sealed record LeadCount(int Value, bool IsMore);

/// <summary>A lead and its last analysis (score with contributions, match, intents, entities), which is null until there was one.</summary>
public sealed record LeadDetail(Lead Lead, LeadAnalysisRow? Analysis);

/// <summary>The leads before and behind one in a list.</summary>
public sealed record LeadNeighbours(Guid? Previous, Guid? Next);

/// <summary>A value and how many leads have it.</summary>
public sealed record LeadFacet(string Value, int Count);
