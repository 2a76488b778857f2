using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LeadGen.Portal.Api;

/// <summary><c>/integrations</c>: CRMs that the workspace is connected with.</summary>
internal static class IntegrationEndpoints
{
    private const int LongestName = 80;

    public static void MapIntegrations(this IEndpointRouteBuilder api)
    {
        var integrations = api.MapGroup("/integrations").WithTags("Integrations");
        integrations.MapGet("/", ListAsync).Needs(Scopes.IntegrationsWrite).WithSummary("Connected CRMs");
        integrations.MapGet("/{id:guid}", FindAsync).Needs(Scopes.IntegrationsWrite).WithSummary("A connected CRM");
        integrations.MapPost("/", ConnectAsync).Needs(Scopes.IntegrationsWrite).WithSummary("Connect a CRM")
            .WithDescription("Makes a real call with the credentials. With start, the suggested fields and stages are taken over and leads go there from now on; "
                + "without, a person finishes the steps in the portal. Secrets by kind: HubSpot token or refreshToken, clientSecret; Salesforce privateKey or refreshToken; "
                + "Pipedrive token, hookUser, hookSecret; Webhook hookSecret.");
        integrations.MapPost("/{id:guid}/pause", PauseAsync).Needs(Scopes.IntegrationsWrite).WithSummary("Stop; what happens meanwhile waits");
        integrations.MapPost("/{id:guid}/resume", ResumeAsync).Needs(Scopes.IntegrationsWrite).WithSummary("Go on, also after credentials were refused");
        integrations.MapPost("/{id:guid}/backfill", BackfillAsync).Needs(Scopes.IntegrationsWrite).WithSummary("Push all leads that the rules let through");
    }

    private static async Task<Ok<IntegrationList>> ListAsync(CrmSetup setup, CancellationToken cancellationToken) =>
        TypedResults.Ok(new IntegrationList([.. (await setup.ListAsync(cancellationToken)).Select(IntegrationBody.Of)]));

    private static Task<Results<Ok<IntegrationBody>, ApiProblem>> FindAsync(Guid id, CrmSetup setup, CancellationToken cancellationToken) =>
        AnswerAsync(id, setup, null, cancellationToken);

    private static async Task<Results<Created<IntegrationBody>, ApiProblem>> ConnectAsync(
        JsonBody<IntegrationInput> body, HttpContext context, CrmSetup setup, CancellationToken cancellationToken)
    {
        var input = body.Value;
        var fields = new Fields();
        var kind = fields.Name<CrmKind>("kind", input.Kind);
        if (kind is null || !setup.Kinds.Contains(kind.Value))
        {
            fields.Wrong("kind", $"Say which CRM: {string.Join(", ", setup.Kinds)}.");
        }

        if (input.Name?.Length > LongestName)
        {
            fields.Wrong("name", $"A name has {LongestName} characters at most.");
        }

        fields.ThrowIfWrong();
        var settings = new CrmSettings { BaseUrl = input.BaseUrl, ClientId = input.ClientId, UserName = input.UserName };
        var secrets = (input.Secrets ?? new Dictionary<string, string>()).ToDictionary();
        var connected = await setup.ConnectAsync(
            null, new CrmCredentials(kind!.Value, string.IsNullOrWhiteSpace(input.Name) ? kind.Value.ToString() : input.Name.Trim(), settings, secrets), context.User.Actor(), cancellationToken);
        if (connected.Integration is not { } integration)
        {
            fields.Wrong("secrets", connected.Problem!);
            fields.ThrowIfWrong();
            throw new InvalidOperationException("Wrong fields throw.");
        }

        if (await setup.SuggestAsync(integration, cancellationToken) is { } silent)
        {
            fields.Wrong("secrets", silent);
        }
        else if (input.Start && await setup.StartAsync(integration.Id, backfill: false, cancellationToken) is { } unready)
        {
            fields.Wrong("start", unready);
        }

        fields.ThrowIfWrong();
        return TypedResults.Created(
            $"{context.Request.PathBase}/api/v1/integrations/{integration.Id}", IntegrationBody.Of((await setup.FindAsync(integration.Id, cancellationToken))!));
    }

    private static Task<Results<Ok<IntegrationBody>, ApiProblem>> PauseAsync(Guid id, CrmSetup setup, CancellationToken cancellationToken) =>
        AnswerAsync(id, setup, () => setup.PauseAsync(id, cancellationToken), cancellationToken);

    private static Task<Results<Ok<IntegrationBody>, ApiProblem>> ResumeAsync(Guid id, CrmSetup setup, CancellationToken cancellationToken) =>
        AnswerAsync(id, setup, () => setup.StartAsync(id, backfill: false, cancellationToken), cancellationToken);

    private static Task<Results<Ok<IntegrationBody>, ApiProblem>> BackfillAsync(Guid id, CrmSetup setup, CancellationToken cancellationToken) => AnswerAsync(
        id,
        setup,
        async () =>
        {
            await setup.BackfillAsync(id, cancellationToken);
            return null;
        },
        cancellationToken);

    private static async Task<Results<Ok<IntegrationBody>, ApiProblem>> AnswerAsync(
        Guid id, CrmSetup setup, Func<Task<string?>>? act, CancellationToken cancellationToken)
    {
        if (await setup.FindAsync(id, cancellationToken) is null)
        {
            return ApiProblem.NotFound("integration");
        }

        if (act is not null && await act() is { } problem)
        {
            return ApiProblem.Conflict(problem);
        }

        return await setup.FindAsync(id, cancellationToken) is { } now ? TypedResults.Ok(IntegrationBody.Of(now)) : ApiProblem.NotFound("integration");
    }
}

/// <param name="Kind">HubSpot, Salesforce, Pipedrive, Webhook.</param>
/// <param name="BaseUrl">Address of the API or webhook; the vendor's own when left out.</param>
/// <param name="Secrets">Never given out again.</param>
/// <param name="Start">Take over what is suggested and begin.</param>
public sealed record IntegrationInput(
    string? Kind = null,
    string? Name = null,
    string? BaseUrl = null,
    string? ClientId = null,
    string? UserName = null,
    IReadOnlyDictionary<string, string>? Secrets = null,
    bool Start = false);

/// <summary>Connected CRMs, oldest first.</summary>
public sealed record IntegrationList(IReadOnlyList<IntegrationBody> Items);

/// <param name="Reason">Why it does not work, in plain words.</param>
/// <param name="Backfill">The last push of all leads, if any.</param>
public sealed record IntegrationBody(
    Guid Id,
    CrmKind Kind,
    string Name,
    IntegrationState State,
    string? Reason,
    DateTime? FailingSince,
    DateTime? HoldUntil,
    string? Account,
    IReadOnlyList<CrmFieldMapping> Mapping,
    CrmRules Rules,
    BackfillBody? Backfill,
    DateTime CreatedAt)
{
    internal static IntegrationBody Of(Integration row) => new(
        row.Id, row.Kind, row.Name, row.State, row.StateReason, row.FailingSince, row.HoldUntil, row.Settings.Account, row.Mapping, row.Rules,
        row.Backfill is { } fill ? new BackfillBody(fill.StartedAt, fill.Total, fill.Queued, fill.DoneAt) : null, row.CreatedAt);
}

/// <param name="Total">Leads that the rules let through.</param>
/// <param name="Queued">Leads that are on their way or there.</param>
public sealed record BackfillBody(DateTime StartedAt, int Total, int Queued, DateTime? DoneAt);
