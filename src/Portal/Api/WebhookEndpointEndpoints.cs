using System.Globalization;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Outbox.Webhooks;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LeadGen.Portal.Api;

/// <summary><c>/webhook-endpoints</c>: addresses that hear of events.</summary>
internal static class WebhookEndpointEndpoints
{
    public static void MapWebhookEndpoints(this IEndpointRouteBuilder api)
    {
        var endpoints = api.MapGroup("/webhook-endpoints").WithTags("Event subscriptions");
        endpoints.MapGet("/", ListAsync).Needs(Scopes.LeadsRead).WithSummary("Event subscriptions");
        endpoints.MapGet("/{id:guid}", FindAsync).Needs(Scopes.LeadsRead).WithSummary("An event subscription");
        endpoints.MapPost("/", CreateAsync).Needs(Scopes.IntegrationsWrite).WithSummary("Subscribe an address to events")
            .WithDescription($"Events are signed by Standard Webhooks; the answer holds the signing secret, once. Events: {string.Join(", ", LeadTopics.All)}; none named means all.");
        endpoints.MapPut("/{id:guid}", ChangeAsync).Needs(Scopes.IntegrationsWrite).WithSummary("Change name, address or events")
            .WithDescription("With If-Match, a subscription that was changed meanwhile is left as it is (412).");
        endpoints.MapDelete("/{id:guid}", DeleteAsync).Needs(Scopes.IntegrationsWrite).WithSummary("Remove a subscription; what waits for it is dropped");
        endpoints.MapPost("/{id:guid}/rotate", RotateAsync).Needs(Scopes.IntegrationsWrite).WithSummary("Give it a new secret")
            .WithDescription("For 24 hours events carry two signatures, with the new and with the old secret.");
        endpoints.MapPost("/{id:guid}/pause", PauseAsync).Needs(Scopes.IntegrationsWrite).WithSummary("Stop sending; events wait");
        endpoints.MapPost("/{id:guid}/resume", ResumeAsync).Needs(Scopes.IntegrationsWrite).WithSummary("Send again, also after it was stopped for failing");
        endpoints.MapPost("/{id:guid}/test", TestAsync).Needs(Scopes.IntegrationsWrite).WithSummary("Send a test event now and see the answer");
    }

    private static async Task<Ok<EndpointList>> ListAsync(WebhookEndpoints endpoints, CancellationToken cancellationToken) =>
        TypedResults.Ok(new EndpointList([.. (await endpoints.ListAsync(cancellationToken)).Select(e => EndpointBody.Of(e))]));

    private static async Task<Results<Ok<EndpointBody>, ApiProblem>> FindAsync(
        Guid id, HttpResponse response, WebhookEndpoints endpoints, CancellationToken cancellationToken) =>
        await endpoints.FindAsync(id, cancellationToken) is { } row ? Tagged(row, null, response) : ApiProblem.NotFound("subscription");

    private static async Task<Results<Created<EndpointBody>, ApiProblem>> CreateAsync(
        JsonBody<EndpointInput> body, HttpContext context, WebhookEndpoints endpoints, CancellationToken cancellationToken)
    {
        var input = body.Value;
        var saved = await endpoints.CreateAsync(input.Name, input.Url, input.Topics, context.User.Actor(), cancellationToken);
        return saved.Row is { } row
            ? TypedResults.Created($"{context.Request.PathBase}/api/v1/webhook-endpoints/{row.Id}", Tagged(row, saved.Secret, context.Response).Value)
            : Wrong(saved);
    }

    private static async Task<Results<Ok<EndpointBody>, ApiProblem>> ChangeAsync(
        Guid id, JsonBody<EndpointInput> body, HttpContext context, WebhookEndpoints endpoints, CancellationToken cancellationToken)
    {
        if (await endpoints.FindAsync(id, cancellationToken) is null)
        {
            return ApiProblem.NotFound("subscription");
        }

        var tag = context.Request.Headers.IfMatch.ToString().Trim().Trim('"');
        int? revision = tag is "" or "*" ? null : int.TryParse(tag, CultureInfo.InvariantCulture, out var named) ? named : -1;
        var input = body.Value;
        return Answer(await endpoints.ChangeAsync(id, input.Name, input.Url, input.Topics, revision, cancellationToken), context.Response);
    }

    private static async Task<Results<NoContent, ApiProblem>> DeleteAsync(Guid id, WebhookEndpoints endpoints, CancellationToken cancellationToken) =>
        await endpoints.DeleteAsync(id, cancellationToken) is null ? ApiProblem.NotFound("subscription") : TypedResults.NoContent();

    private static async Task<Results<Ok<EndpointBody>, ApiProblem>> RotateAsync(
        Guid id, HttpResponse response, WebhookEndpoints endpoints, CancellationToken cancellationToken) =>
        Answer(await endpoints.RotateAsync(id, cancellationToken), response);

    private static async Task<Results<Ok<EndpointBody>, ApiProblem>> PauseAsync(
        Guid id, HttpResponse response, WebhookEndpoints endpoints, CancellationToken cancellationToken) =>
        Answer(await endpoints.PauseAsync(id, cancellationToken), response);

    private static async Task<Results<Ok<EndpointBody>, ApiProblem>> ResumeAsync(
        Guid id, HttpResponse response, WebhookEndpoints endpoints, CancellationToken cancellationToken) =>
        Answer(await endpoints.ResumeAsync(id, cancellationToken), response);

    private static async Task<Results<Ok<TestBody>, ApiProblem>> TestAsync(Guid id, WebhookEndpoints endpoints, CancellationToken cancellationToken) =>
        await endpoints.TestAsync(id, cancellationToken) is { } result
            ? TypedResults.Ok(new TestBody(result.Verdict == DeliveryVerdict.Delivered, result.Status, result.Error, result.Duration, result.Request, result.Response))
            : ApiProblem.NotFound("subscription");

    private static Results<Ok<EndpointBody>, ApiProblem> Answer(EndpointSaved saved, HttpResponse response) => saved switch
    {
        { Conflict: true } => ApiProblem.Stale(),
        { Row: { } row } => Tagged(row, saved.Secret, response),
        { Problems.Count: > 0 } => Wrong(saved),
        _ => ApiProblem.NotFound("subscription"),
    };

    private static ApiProblem Wrong(EndpointSaved saved)
    {
        var fields = new Fields();
        foreach (var (field, problem) in saved.Problems)
        {
            fields.Wrong(field, problem);
        }

        return ApiProblem.Invalid(fields.Errors);
    }

    private static Ok<EndpointBody> Tagged(WebhookEndpoint row, string? secret, HttpResponse response)
    {
        response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{row.Revision}\"");
        return TypedResults.Ok(EndpointBody.Of(row, secret));
    }
}

/// <summary>Subscriptions, oldest first.</summary>
public sealed record EndpointList(IReadOnlyList<EndpointBody> Items);

/// <param name="Events">Empty for all.</param>
/// <param name="StateReason">Why it was stopped.</param>
/// <param name="FailingSince">Since when nothing gets through.</param>
/// <param name="Revision">Rises with every change; also the ETag.</param>
/// <param name="Secret">The signing secret; only in the answer that made it.</param>
public sealed record EndpointBody(
    Guid Id,
    string Name,
    string Url,
    IReadOnlyList<string> Events,
    EndpointState State,
    string? StateReason,
    DateTime? FailingSince,
    DateTime CreatedAt,
    int Revision,
    string? Secret)
{
    internal static EndpointBody Of(WebhookEndpoint e, string? secret = null) =>
        new(e.Id, e.Name, e.Url, e.Topics, e.State, e.StateReason, e.FailingSince, e.CreatedAt, e.Revision, secret);
}

/// <summary>A subscription as it is sent.</summary>
/// <param name="Events">Empty or missing for all.</param>
public sealed record EndpointInput(string? Name = null, string? Url = null, IReadOnlyList<string?>? Events = null)
{
    internal IReadOnlyList<string> Topics => [.. (Events ?? []).Select(e => e ?? "")];
}

/// <param name="DurationMs">Milliseconds.</param>
public sealed record TestBody(bool Delivered, int? Status, string? Error, int DurationMs, string? Request, string? Response);
