using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Portal.Deliveries;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LeadGen.Portal.Api;

/// <summary><c>/deliveries</c>: what leaves, with every attempt, and its replay.</summary>
internal static class DeliveryEndpoints
{
    public static void MapDeliveries(this IEndpointRouteBuilder api)
    {
        var deliveries = api.MapGroup("/deliveries").WithTags("Deliveries");
        deliveries.MapGet("/", ListAsync).Needs(Scopes.LeadsRead).WithSummary("Deliveries, newest first")
            .WithDescription("state is Waiting, Delivered, Dead (given up after ten attempts) or Dropped. Kept for 30 days after their end.");
        deliveries.MapGet("/{id:guid}", FindAsync).Needs(Scopes.LeadsRead).WithSummary("A delivery with its body and all its attempts");
        deliveries.MapPost("/{id:guid}/replay", ReplayAsync).Needs(Scopes.IntegrationsWrite).WithSummary("Send a delivery again under the same id");
        deliveries.MapPost("/replay", ReplayAllAsync).Needs(Scopes.IntegrationsWrite).WithSummary("Send again all that a filter names, spread over time")
            .WithDescription("state is Dead when not given, or Delivered; from and until are times of the event.");
    }

    private static async Task<Results<Ok<DeliveryList>, ApiProblem>> ListAsync(
        DeliveryQueries queries, CancellationToken cancellationToken, string? state = null, string? destinationId = null, string? cursor = null, string? limit = null)
    {
        var fields = new Fields();
        var wanted = fields.Name<OutboxState>("state", state);
        var most = fields.Whole("limit", limit, 50, 1, 200);
        var (destination, before) = (Id(fields, "destinationId", destinationId), Id(fields, "cursor", cursor));
        fields.ThrowIfWrong();
        var rows = await queries.ListAsync(wanted, destination, before, most + 1, cancellationToken);
        var page = rows.Take(most).ToList();
        return TypedResults.Ok(new DeliveryList([.. page.Select(DeliveryItem.Of)], rows.Count > most ? page[^1].Message.Id.ToString() : null));
    }

    private static async Task<Results<Ok<DeliveryBody>, ApiProblem>> FindAsync(Guid id, DeliveryQueries queries, CancellationToken cancellationToken) =>
        await queries.FindAsync(id, cancellationToken) is { } found
            ? TypedResults.Ok(new DeliveryBody(
                DeliveryItem.Of(found.Row), found.Payload, [.. found.Attempts.Select(a => new AttemptBody(a.Number, a.At, a.Duration, a.Status, a.Error, a.Request, a.Response))]))
            : ApiProblem.NotFound("delivery");

    private static async Task<Results<Accepted, ApiProblem>> ReplayAsync(
        Guid id, HttpContext context, OutboxReplay replay, DeliveryQueries queries, CancellationToken cancellationToken) =>
        await replay.ReplayAsync(id, cancellationToken) ? TypedResults.Accepted($"{context.Request.PathBase}/api/v1/deliveries/{id}")
        : await queries.FindAsync(id, cancellationToken) is null ? ApiProblem.NotFound("delivery")
        : ApiProblem.Conflict("It waits already, or is not wanted any more.");

    private static async Task<Results<Accepted<ReplayedBody>, ApiProblem>> ReplayAllAsync(
        JsonBody<ReplayInput> body, HttpContext context, OutboxReplay replay, CancellationToken cancellationToken)
    {
        var (fields, input) = (new Fields(), body.Value);
        var state = fields.Name<OutboxState>("state", input.State) ?? OutboxState.Dead;
        if (state is not (OutboxState.Dead or OutboxState.Delivered))
        {
            fields.Wrong("state", "Only what is Dead or Delivered can be sent again.");
        }

        fields.ThrowIfWrong();
        var filter = new ReplayFilter(state) { DestinationId = input.DestinationId, From = input.From?.UtcDateTime, Until = input.Until?.UtcDateTime };
        return TypedResults.Accepted($"{context.Request.PathBase}/api/v1/deliveries?state=Waiting", new ReplayedBody(await replay.ReplayAsync(filter, cancellationToken)));
    }

    private static Guid? Id(Fields fields, string field, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (!Guid.TryParse(text, out var id))
        {
            fields.Wrong(field, field == "cursor" ? "The cursor does not belong to this list. Start again without a cursor." : "This is no id.");
        }

        return id;
    }
}

/// <summary>A page of deliveries; <paramref name="NextCursor"/> is null at the end.</summary>
public sealed record DeliveryList(IReadOnlyList<DeliveryItem> Items, string? NextCursor);

/// <param name="WebhookId">As receivers see it.</param>
/// <param name="Destination">Name of where it goes; null when that was removed.</param>
/// <param name="NextAttemptAt">Null when it has ended.</param>
public sealed record DeliveryItem(
    Guid Id,
    string WebhookId,
    string Channel,
    Guid DestinationId,
    string? Destination,
    string Topic,
    Guid? LeadId,
    OutboxState State,
    int Attempts,
    DateTime CreatedAt,
    DateTime? NextAttemptAt,
    DateTime? EndedAt,
    int? LastStatus,
    string? LastError)
{
    internal static DeliveryItem Of(DeliveryRow row)
    {
        var m = row.Message;
        return new DeliveryItem(
            m.Id, Infrastructure.Outbox.Webhooks.WebhookSender.IdOf(m.Id), m.Channel.ToString(), m.DestinationId, row.Destination, m.Topic, m.LeadId, m.State,
            m.Attempts, m.CreatedAt, m.State == OutboxState.Waiting ? m.DueAt : null, m.EndedAt, m.LastStatus, m.LastError);
    }
}

/// <param name="Payload">The body as it leaves; null where it is made at the time of delivery.</param>
/// <param name="Attempts">Newest first.</param>
public sealed record DeliveryBody(DeliveryItem Delivery, string? Payload, IReadOnlyList<AttemptBody> Attempts);

/// <param name="DurationMs">Milliseconds.</param>
/// <param name="Request">Without what is secret.</param>
/// <param name="Response">Status line, headers and the first 4 kB of the body.</param>
public sealed record AttemptBody(int Number, DateTime At, int DurationMs, int? Status, string? Error, string? Request, string? Response);

/// <param name="State">Dead or Delivered.</param>
public sealed record ReplayInput(string? State = null, Guid? DestinationId = null, DateTimeOffset? From = null, DateTimeOffset? Until = null);

/// <param name="Replayed">How many are sent again.</param>
public sealed record ReplayedBody(int Replayed);
