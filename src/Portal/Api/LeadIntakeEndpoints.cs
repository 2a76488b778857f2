using System.Text.Json;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using LeadGen.Portal.Leads;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace LeadGen.Portal.Api;

/// <summary><c>POST /leads</c> and <c>/leads/batch</c>: leads in, once, however often they are sent.</summary>
internal sealed class LeadIntakeEndpoints(LeadActions actions, LeadPosts posts, IdempotentRequests once, CurrentTenant tenant, IOptions<JsonOptions> json)
{
    private const int LargestBatch = 1000;
    private const string Erased = "This person asked to be erased and is not taken in again.";

    private JsonSerializerOptions Json => json.Value.SerializerOptions;

    public static void Map(IEndpointRouteBuilder api)
    {
        var leads = api.MapGroup("/leads").WithTags("Leads");
        leads.MapPost("/", (HttpContext context, LeadIntakeEndpoints self) => self.TakeAsync(context))
            .Needs(Scopes.LeadsWrite).WithName("TakeLead").WithSummary("Send a lead")
            .WithDescription("201 when it is new, 200 when it was merged into a lead that was there. A lead needs an e-mail address or a company. "
                + "It is analysed at once: GET shows stage Scored within two seconds when the system is idle. "
                + "With an Idempotency-Key the request may be repeated safely: the first answer comes again; "
                + "while the first is still running, a repetition gets 409 with Retry-After.")
            .WithMetadata(new RequestForm(typeof(LeadInput)), new TakesIdempotencyKey())
            .Produces<TakenLead>(StatusCodes.Status201Created).Produces<TakenLead>();
        leads.MapPost("/batch", (HttpContext context, LeadIntakeEndpoints self, CancellationToken ct) => self.TakeBatchAsync(context, ct))
            .Needs(Scopes.LeadsWrite).WithSummary("Send up to 1,000 leads")
            .WithDescription("One result for each item, in order: an id or a problem. A bad item does not keep the others out, unless atomic is true.")
            .WithMetadata(new RequestForm(typeof(LeadBatchInput)), new TakesIdempotencyKey())
            .Produces<BatchResults>();
    }

    private async Task<IResult> TakeAsync(HttpContext context)
    {
        var (document, body) = await ReadAsync(context.Request);
        using var disposed = document;
        var idempotency = Idempotency.Of(context, body.Span);
        var fields = new Fields();
        var raw = LeadJson.Raw(LeadJson.Read(document.RootElement, fields));
        fields.Wrong(actions.Read(raw).Problems);
        fields.ThrowIfWrong();
        var erased = ApiProblem.Conflict(Erased).BodyOf(context);
        var answer = await posts.TakeAsync(
            tenant.Id, context.User.KeyId(), context.User.Actor(), new LeadPost(raw, idempotency, became => Answer(became, erased)));
        if (answer.Status == StatusCodes.Status201Created)
        {
            var id = JsonSerializer.Deserialize<TakenLead>(answer.Body, Json)!.Id;
            context.Response.Headers.Location = $"{context.Request.PathBase}/api/v1/leads/{id}";
        }

        return answer;
    }

    private async Task<IResult> TakeBatchAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (document, body) = await ReadAsync(context.Request);
        using var disposed = document;
        var (items, atomic) = Items(document.RootElement);
        var idempotency = Idempotency.Of(context, body.Span);
        var results = new BatchResult[items.Count];
        var good = new List<(int Index, RawLead Raw)>();
        for (var i = 0; i < items.Count; i++)
        {
            var fields = new Fields();
            var raw = LeadJson.Raw(LeadJson.Read(items[i], fields));
            fields.Wrong(actions.Read(raw).Problems);
            if (fields.IsWrong)
            {
                var problem = ApiProblem.Invalid(fields.Errors);
                results[i] = new BatchResult(i) { Problem = new BatchProblem(problem.Status, problem.Detail!, problem.Errors) };
            }
            else
            {
                good.Add((i, raw));
            }
        }

        if (atomic && good.Count < items.Count)
        {
            return ApiProblem.Invalid(results.Where(r => r?.Problem is not null).SelectMany(r => r.Problem!.Errors!
                .Select(e => (Key: $"items[{r.Index}].{e.Key}", e.Value))).ToDictionary(e => e.Key, e => e.Value));
        }

        return await OnceAsync(
            context,
            idempotency,
            async take =>
            {
                var stored = await take([.. good.Select(g => actions.Read(g.Raw).Lead!)]);
                foreach (var (at, became) in good.Select(g => g.Index).Zip(stored))
                {
                    results[at] = became.Lead is { } lead
                        ? new BatchResult(at) { Id = lead.Id, IsNew = became.Kind == IntakeKind.Created }
                        : new BatchResult(at) { Problem = new BatchProblem(StatusCodes.Status409Conflict, Erased, null) };
                }

                return atomic && stored.Any(s => s.Lead is null)
                    ? throw ApiProblem.Conflict(Erased).AsException()
                    : StoredAnswer.Of(StatusCodes.Status200OK, new BatchResults(results), Json);
            },
            cancellationToken);
    }

    private StoredAnswer Answer(Intake became, ProblemBody erased) => became switch
    {
        { Lead: { } lead, Kind: var kind } => StoredAnswer.Of(
            kind == IntakeKind.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK,
            new TakenLead(lead.Id, lead.Stage, kind == IntakeKind.Created),
            Json),
        _ => StoredAnswer.Of(StatusCodes.Status409Conflict, erased, Json),
    };

    /// <summary>The effect and its answer in one transaction, or the answer of the request that came first under the same key.</summary>
    private Task<StoredAnswer> OnceAsync(
        HttpContext context,
        Idempotency? idempotency,
        Func<Func<IReadOnlyList<Lead>, Task<IReadOnlyList<Intake>>>, Task<StoredAnswer>> effect,
        CancellationToken cancellationToken) => once.RunAsync(
            idempotency,
            store => actions.TakeAsync(
                context.User.Actor(),
                async (db, take, ct) =>
                {
                    var answer = await effect(take);
                    await store(db, answer, ct);
                    return answer;
                },
                cancellationToken),
            cancellationToken);

    private static (IReadOnlyList<JsonElement> Items, bool Atomic) Items(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("items", out var items) || items.ValueKind != JsonValueKind.Array)
        {
            throw ApiProblem.Invalid("items", "Send an object with a list of leads in items.").AsException();
        }

        if (items.GetArrayLength() is var count and > LargestBatch)
        {
            throw ApiProblem.Invalid("items", $"A batch holds {LargestBatch} leads at most; this one has {count}. Send several, or a file to /imports.").AsException();
        }

        return ([.. items.EnumerateArray()], body.TryGetProperty("atomic", out var atomic) && atomic.ValueKind == JsonValueKind.True);
    }

    private static async Task<(JsonDocument Json, ReadOnlyMemory<byte> Body)> ReadAsync(HttpRequest request)
    {
        var body = await RequestJson.BytesAsync(request);
        try
        {
            return (JsonDocument.Parse(body), body);
        }
        catch (JsonException e)
        {
            throw RequestJson.Unreadable(e).AsException();
        }
    }
}

/// <summary>A lead as it is sent; for the description only, since senders may add fields of their own under <c>custom</c>.</summary>
public sealed record LeadInput
{
    public string? Email { get; init; }
    public string? FirstName { get; init; }
    public string? LastName { get; init; }
    public string? FullName { get; init; }
    public string? JobTitle { get; init; }
    public Seniority? Seniority { get; init; }
    public string? Phone { get; init; }
    public string? LinkedInUrl { get; init; }
    public string? Country { get; init; }
    public string? City { get; init; }
    public string? CompanyName { get; init; }
    public string? CompanyDomain { get; init; }
    public string? Industry { get; init; }
    public int? EmployeeCount { get; init; }
    public long? AnnualRevenue { get; init; }
    public IReadOnlyList<string>? Technologies { get; init; }
    public string? Message { get; init; }
    public string? Notes { get; init; }
    public string? Source { get; init; }
    public string? Campaign { get; init; }
    public IReadOnlyList<string>? Tags { get; init; }
    public Consent? Consent { get; init; }
    public string? ExternalId { get; init; }
    public DateTime? CreatedAt { get; init; }
    public Outcome? Outcome { get; init; }
    public DateTime? OutcomeAt { get; init; }
    public IReadOnlyDictionary<string, string>? Custom { get; init; }
}

/// <summary>Leads to take in together.</summary>
/// <param name="Items">At most 1,000.</param>
/// <param name="Atomic">All or none.</param>
public sealed record LeadBatchInput(IReadOnlyList<LeadInput> Items, bool Atomic = false);
