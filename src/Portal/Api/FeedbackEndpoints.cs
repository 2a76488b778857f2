using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Feedback;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LeadGen.Portal.Api;

/// <summary><c>/feedback</c>: what the world did with a lead.</summary>
internal static class FeedbackEndpoints
{
    private const int LongestId = 200;
    private const int LongestText = 20_000;
    private const int LongestLine = 2_000;

    public static void MapFeedback(this IEndpointRouteBuilder api) => api.MapGroup("/feedback").WithTags("Feedback")
        .MapPost("/", RecordAsync).Needs(Scopes.LeadsWrite).WithSummary("Say what happened with a lead")
        .WithDescription("The same id again is the same event. Won and Lost set the lead's outcome; of two, the later counts. The lead is scored again at once. "
            + "Without an id every call is an event of its own; without occurredAt it happened now.");

    private static async Task<Results<Accepted<TakenFeedback>, ApiProblem>> RecordAsync(
        JsonBody<FeedbackInput> body, HttpContext context, FeedbackActions feedback, TimeProvider time, CancellationToken cancellationToken)
    {
        var given = Check(body.Value, time.GetUtcNow());
        return await feedback.RecordAsync(given, context.User.Actor(), cancellationToken) is { } leadId
            ? TypedResults.Accepted($"{context.Request.PathBase}/api/v1/leads/{leadId}", new TakenFeedback(given.Id, leadId))
            : ApiProblem.NotFound("lead");
    }

    private static GivenFeedback Check(FeedbackInput input, DateTimeOffset now)
    {
        var fields = new Fields();
        if (input.LeadId is null == string.IsNullOrWhiteSpace(input.Email))
        {
            fields.Wrong("leadId", "Name the lead by leadId or by email, one of them.");
        }

        var kind = fields.Name<FeedbackKind>("kind", input.Kind);
        if (string.IsNullOrEmpty(input.Kind))
        {
            fields.Wrong("kind", $"Say what happened: {string.Join(", ", Enum.GetNames<FeedbackKind>())}.");
        }

        if (input.OccurredAt > now.AddDays(1) || input.DeliveredAt > now.AddDays(1))
        {
            fields.Wrong("occurredAt", "This time lies in the future.");
        }

        Short(fields, "id", input.Id, LongestId);
        Short(fields, "text", input.Text, LongestText);
        Short(fields, "url", input.Url, LongestLine);
        Short(fields, "userAgent", input.UserAgent, LongestLine);
        fields.ThrowIfWrong();
        return new GivenFeedback(
            string.IsNullOrWhiteSpace(input.Id) ? Guid.CreateVersion7(now).ToString() : input.Id.Trim(),
            input.LeadId,
            input.Email?.Trim().ToLowerInvariant(),
            kind!.Value,
            (input.OccurredAt ?? now).UtcDateTime)
        {
            Text = input.Text,
            Url = input.Url,
            DeliveredAt = input.DeliveredAt?.UtcDateTime,
            UserAgent = input.UserAgent,
        };
    }

    private static void Short(Fields fields, string field, string? text, int most)
    {
        if (text?.Length > most)
        {
            fields.Wrong(field, $"This has {text.Length} characters; {most} are the most.");
        }
    }
}

/// <param name="LeadId">The lead, or else its e-mail.</param>
/// <param name="Kind">Visited, FormSubmitted, Opened, Clicked, Replied, MeetingBooked, Bounced, Complained, Unsubscribed, Won, Lost, MarkedGood, MarkedBad.</param>
/// <param name="Id">The sender's own id of the event.</param>
/// <param name="Text">The words of a reply.</param>
public sealed record FeedbackInput(
    Guid? LeadId = null,
    string? Email = null,
    string? Kind = null,
    DateTimeOffset? OccurredAt = null,
    string? Id = null,
    string? Text = null,
    string? Url = null,
    DateTimeOffset? DeliveredAt = null,
    string? UserAgent = null);

/// <summary>The event and the lead that it was hung on.</summary>
public sealed record TakenFeedback(string Id, Guid LeadId);
