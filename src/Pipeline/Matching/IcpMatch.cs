namespace LeadGen.Pipeline.Matching;

/// <summary>How well a lead fits a profile.</summary>
/// <param name="IcpId">The profile.</param>
/// <param name="IcpVersion">Its published version.</param>
/// <param name="Score">0-100: the points reached of those possible; 0 when a Must fails or a MustNot applies.</param>
/// <param name="Criteria">A line for every criterion, in the profile's order.</param>
public sealed record IcpMatch(Guid IcpId, int IcpVersion, double Score, IReadOnlyList<CriterionMatch> Criteria);

/// <summary>One criterion's line.</summary>
/// <param name="Name">As people read it.</param>
/// <param name="Requirement">Must, Should or MustNot.</param>
/// <param name="Outcome">
/// Whether it is met. A MustNot is met when the lead does not have the thing, and not met when it has: then the score is 0.
/// </param>
/// <param name="Points">Points reached, of 100 for all Should criteria together; 0 for Must and MustNot.</param>
/// <param name="MaxPoints">Points that were possible.</param>
/// <param name="Found">What the lead has there, in words; null when nothing is known.</param>
public sealed record CriterionMatch(
    string Name,
    CriterionRequirement Requirement,
    CriterionOutcome Outcome,
    double Points,
    double MaxPoints,
    string? Found);

public enum CriterionOutcome
{
    Met,
    Partly,
    NotMet,

    /// <summary>The lead does not say; a Must that is unknown does not exclude, and gives half of what it would.</summary>
    Unknown,
}
