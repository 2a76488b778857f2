using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Feedback;

/// <summary>What an answer calls for.</summary>
public enum AnswerStep
{
    /// <summary>A person reads it and answers.</summary>
    Person,

    /// <summary>They asked for no more mail: it was done.</summary>
    Suppress,

    /// <summary>They named a day: outreach waits until then.</summary>
    Snooze,

    /// <summary>They named a colleague.</summary>
    SuggestLead,
}

/// <summary>What was read in an answer and what it calls for.</summary>
/// <param name="Kind">What they want.</param>
/// <param name="Strength">Calibrated probability, 0-1.</param>
/// <param name="Evidence">The words it rests on.</param>
/// <param name="Step">What it calls for.</param>
/// <param name="Until">For <see cref="AnswerStep.Snooze"/>: the day they named.</param>
/// <param name="Referred">For <see cref="AnswerStep.SuggestLead"/>: whom they named.</param>
public sealed record AnswerPlan(IntentKind Kind, double Strength, string Evidence, AnswerStep Step, DateOnly? Until, ReferredPerson? Referred)
{
    /// <summary>From this probability on something is done without a person; below it a person decides.</summary>
    public const double SureEnough = 0.5;

    /// <summary>Nobody waits longer for a day that somebody named.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromDays(550);

    /// <param name="lead">Whose answer it is.</param>
    /// <param name="words">Cleaned.</param>
    /// <param name="reading">Of the words.</param>
    /// <param name="from">The answer's own address, canonical.</param>
    /// <param name="ours">Addresses of our side, canonical: nobody refers us to ourselves.</param>
    /// <param name="writtenAt">UTC.</param>
    public static AnswerPlan Of(Lead lead, string words, IntentReading reading, string? from, IReadOnlySet<string> ours, DateTime writtenAt)
    {
        var strength = reading.Probabilities[reading.Kind];
        var evidence = reading.Evidence.GetValueOrDefault(reading.Kind, "");
        var sure = strength >= SureEnough;
        return reading.Kind switch
        {
            IntentKind.Unsubscribe when sure => new(reading.Kind, strength, evidence, AnswerStep.Suppress, null, null),
            IntentKind.NotNow or IntentKind.OutOfOffice when DayNamed(lead, words, writtenAt) is { } day => new(reading.Kind, strength, evidence, AnswerStep.Snooze, day, null),
            _ when reading.Probabilities[IntentKind.Referral] >= IntentClassifier.Shown && ReferralReader.Find(words, from, lead.Email, ours) is { } referred
                => new(IntentKind.Referral, reading.Probabilities[IntentKind.Referral], reading.Evidence.GetValueOrDefault(IntentKind.Referral, evidence), AnswerStep.SuggestLead, null, referred),
            _ => new(reading.Kind, strength, evidence, AnswerStep.Person, null, null),
        };
    }

    /// <summary>The first day in the words that is still to come, and not too far away.</summary>
    private static DateOnly? DayNamed(Lead lead, string words, DateTime writtenAt)
    {
        var entities = new List<TextEntity>();
        EntityReader.Read(words, "reply", writtenAt, Countries.Normalize(lead.Country), entities);
        var today = DateOnly.FromDateTime(writtenAt);
        var last = today.AddDays((int)LongestWait.TotalDays);
        foreach (var entity in entities.Where(e => e.Kind == TextEntityKind.Date))
        {
            if (DateOnly.TryParseExact(entity.Value, "yyyy-MM-dd", out var day) && day > today && day <= last)
            {
                return day;
            }
        }

        return null;
    }
}
