using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Matching;

namespace LeadGen.Pipeline.Scoring;

/// <summary>
/// Says what the model may see of a lead. Never: names, addresses, phone numbers, city, prose, external ids,
/// the outcome, and anything that became known after it.
/// </summary>
public static class FeatureBuilder
{
    private static readonly IntentKind[] Kinds = [.. Enum.GetValues<IntentKind>().Where(kind => kind != IntentKind.Other)];
    private static readonly string[] KindNames = [.. Kinds.Select(kind => FeatureNames.IntentPrefix + kind)];

    /// <summary>
    /// The moment whose knowledge counts: now, or, for a lead whose deal ended, the end. An ended deal without a date
    /// counts as it was created.
    /// </summary>
    public static DateTime AsOf(Lead lead, DateTime now)
    {
        if (lead.Outcome is null)
            return now;
        var end = lead.OutcomeAt ?? lead.CreatedAt;
        return end < now ? end : now;
    }

    /// <summary>Features of a lead as of <see cref="AsOf"/>.</summary>
    /// <param name="lead">The lead.</param>
    /// <param name="match">Its best profile; null when there is none.</param>
    /// <param name="intents">All that was ever found; what is written after the moment is left out, older words weigh less.</param>
    /// <param name="engagement">Counted by <see cref="Engagement.From"/> with the same moment.</param>
    /// <param name="now">UTC.</param>
    public static LeadFeatures Build(
        Lead lead, IcpMatch? match, IReadOnlyList<IntentSignal> intents, Engagement engagement, DateTime now)
    {
        var values = new Dictionary<string, FeatureValue>(40 + lead.Custom.Count, StringComparer.OrdinalIgnoreCase);
        if (match is not null)
        {
            values[FeatureNames.IcpMatch] = FeatureValue.Of(match.Score);
            values[FeatureNames.IcpExcluded] = YesNo(match.Criteria.Any(Excludes));
        }

        AddIntents(values, intents, AsOf(lead, now));
        AddPerson(values, lead);
        AddCompany(values, lead);
        values[FeatureNames.MessageLength] = FeatureValue.Of(lead.Message?.Length ?? 0);
        values[FeatureNames.Visits] = FeatureValue.Of(engagement.Visits);
        values[FeatureNames.Forms] = FeatureValue.Of(engagement.Forms);
        values[FeatureNames.Clicks] = FeatureValue.Of(engagement.Clicks);
        values[FeatureNames.Replies] = FeatureValue.Of(engagement.Replies);
        values[FeatureNames.Meetings] = FeatureValue.Of(engagement.Meetings);
        foreach (var (name, text) in lead.Custom)
        {
            if (FeatureText.Read(text) is { } value)
                values[FeatureNames.CustomPrefix + name] = value;
        }

        return new LeadFeatures(values);
    }

    private static bool Excludes(CriterionMatch criterion) =>
        criterion.Requirement != CriterionRequirement.Should && criterion.Outcome == CriterionOutcome.NotMet;

    private static void AddIntents(Dictionary<string, FeatureValue> values, IReadOnlyList<IntentSignal> intents, DateTime asOf)
    {
        for (var k = 0; k < Kinds.Length; k++)
        {
            var strength = 0.0;
            foreach (var signal in intents)
            {
                if (signal.Kind == Kinds[k])
                    strength = Math.Max(strength, IntentDecay.StrengthAt(signal, asOf));
            }

            values[KindNames[k]] = FeatureValue.Of(strength);
        }
    }

    private static void AddPerson(Dictionary<string, FeatureValue> values, Lead lead)
    {
        if (lead.Seniority != Seniority.Unknown)
            values[FeatureNames.Seniority] = FeatureValue.Of(lead.Seniority.ToString());
        if (lead.Department != Department.Unknown)
            values[FeatureNames.Department] = FeatureValue.Of(lead.Department.ToString());
        values[FeatureNames.HasPhone] = YesNo(!string.IsNullOrWhiteSpace(lead.Phone));
        values[FeatureNames.HasLinkedIn] = YesNo(!string.IsNullOrWhiteSpace(lead.LinkedInUrl));
        var hasEmail = !string.IsNullOrWhiteSpace(lead.Email);
        values[FeatureNames.HasEmail] = YesNo(hasEmail);
        if (hasEmail)
            values[FeatureNames.FreeMail] = YesNo(FreeMail.IsFree(lead.Email!));
    }

    private static void AddCompany(Dictionary<string, FeatureValue> values, Lead lead)
    {
        AddWord(values, FeatureNames.Country, lead.Country);
        AddWord(values, FeatureNames.Industry, lead.Industry);
        AddWord(values, FeatureNames.Source, lead.Source);
        AddWord(values, FeatureNames.Campaign, lead.Campaign);
        if (lead.EmployeeCount is { } employees)
            values[FeatureNames.EmployeeCount] = FeatureValue.Of(employees);
        if (lead.AnnualRevenue is { } revenue)
            values[FeatureNames.AnnualRevenue] = FeatureValue.Of(revenue);
        values[FeatureNames.Technologies] = FeatureValue.Of(lead.Technologies.Count);
    }

    private static void AddWord(Dictionary<string, FeatureValue> values, string name, string? text)
    {
        if (!string.IsNullOrWhiteSpace(text) && text.Length <= FeatureText.LongestWord)
            values[name] = FeatureValue.Of(FeatureText.Word(text));
    }

    private static FeatureValue YesNo(bool yes) => FeatureValue.Of(yes ? 1 : 0);
}
