using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Scoring;

namespace LeadGen.Infrastructure.Outbox;

/// <summary>The body of an event: <c>{type, timestamp, data}</c>, where data is the lead as the API's list shows it. Always under 20 kB.</summary>
public static class LeadPayload
{
    private const int LongestText = 500;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="now">UTC.</param>
    public static string Of(LeadEvent happened, DateTime now) => JsonSerializer.Serialize(
        new Envelope(happened.Topic, now, happened.Lead is { } lead ? Data.Of(lead, happened.Scored ?? lead, happened.GradeBefore) : new Data(happened.LeadId)), Options);

    /// <summary>What a test sends.</summary>
    public static string Test(DateTime now) => JsonSerializer.Serialize(
        new { type = LeadTopics.Test, timestamp = now, data = new { message = "A test from LeadGen. If you can read this and its signature is right, events will arrive." } }, Options);

    private static string? Short(string? text) => text?.Length > LongestText ? text[..LongestText] : text;

    private sealed record Envelope(string Type, DateTime Timestamp, Data Data);

    private sealed record Data(Guid Id)
    {
        public string? Email { get; init; }
        public string? FullName { get; init; }
        public string? JobTitle { get; init; }
        public string? Phone { get; init; }
        public string? CompanyName { get; init; }
        public string? CompanyDomain { get; init; }
        public string? Country { get; init; }
        public string? Source { get; init; }
        public string? Campaign { get; init; }
        public string? ExternalId { get; init; }
        public LeadStage? Stage { get; init; }
        public Outcome? Outcome { get; init; }
        public DateTime? OutcomeAt { get; init; }
        public ShortScore? Score { get; init; }
        public Grade? PreviousGrade { get; init; }
        public IntentKind? TopIntent { get; init; }
        public double? IcpMatch { get; init; }
        public DateTime? CreatedAt { get; init; }
        public DateTime? UpdatedAt { get; init; }

        public static Data Of(Lead l, Lead s, Grade? before) => new(l.Id)
        {
            Email = Short(l.Email),
            FullName = Short(l.FullName),
            JobTitle = Short(l.JobTitle),
            Phone = Short(l.Phone),
            CompanyName = Short(l.CompanyName),
            CompanyDomain = Short(l.CompanyDomain),
            Country = Short(l.Country),
            Source = Short(l.Source),
            Campaign = Short(l.Campaign),
            ExternalId = Short(l.ExternalId),
            Stage = s.Stage,
            Outcome = l.Outcome,
            OutcomeAt = l.OutcomeAt,
            Score = s is { ScoreValue: { } value, Probability: { } probability, Grade: { } grade, ModelVersion: { } model }
                ? new ShortScore(value, probability, grade, model)
                : null,
            PreviousGrade = before,
            TopIntent = s.TopIntent,
            IcpMatch = s.FitValue,
            CreatedAt = l.CreatedAt,
            UpdatedAt = l.UpdatedAt,
        };
    }

    private sealed record ShortScore(double Value, double Probability, Grade Grade, int ModelVersion);
}
