using System.Globalization;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Matching;
using LeadGen.Portal.Icps;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LeadGen.Portal.Api;

/// <summary><c>/icps</c>: ideal customer profiles, drafted, tried, published.</summary>
internal static class IcpEndpoints
{
    public static void MapIcps(this IEndpointRouteBuilder api)
    {
        var icps = api.MapGroup("/icps").WithTags("Ideal customer profiles");
        icps.MapGet("/", ListAsync).Needs(Scopes.LeadsRead).WithSummary("Profiles");
        icps.MapGet("/{id:guid}", FindAsync).Needs(Scopes.LeadsRead).WithSummary("A profile");
        icps.MapPost("/", CreateAsync).Needs(Scopes.IcpsWrite).WithSummary("Add a draft");
        icps.MapPut("/{id:guid}", SaveAsync).Needs(Scopes.IcpsWrite).WithSummary("Replace a draft")
            .WithDescription("With If-Match, a draft that was saved meanwhile is left as it is (412).");
        icps.MapPost("/{id:guid}/publish", PublishAsync).Needs(Scopes.IcpsWrite).WithSummary("Make a draft the live profile; all leads are scored again");
        icps.MapPost("/preview", PreviewAsync).Needs(Scopes.IcpsWrite).WithSummary("What a profile would change, over all leads; nothing is saved")
            .WithDescription("How many leads each grade would have, how the match is distributed, and who enters and leaves each grade.");
    }

    private static async Task<Ok<IcpList>> ListAsync(IcpEditing icps, CancellationToken cancellationToken) =>
        TypedResults.Ok(new IcpList([.. (await icps.ListAsync(cancellationToken)).Select(IcpBody.Of)]));

    private static async Task<Results<Ok<IcpBody>, ApiProblem>> FindAsync(
        Guid id, HttpResponse response, IcpEditing icps, CancellationToken cancellationToken) =>
        await icps.FindAsync(id, cancellationToken) is { } row ? Tagged(row, response) : ApiProblem.NotFound("profile");

    private static async Task<Results<Created<IcpBody>, ApiProblem>> CreateAsync(
        JsonBody<IcpInput> body, HttpContext context, IcpEditing icps, CancellationToken cancellationToken)
    {
        var saved = await icps.CreateAsync(body.Value.Read(), cancellationToken);
        if (saved.Row is not { } row)
        {
            return Wrong(saved);
        }

        Tagged(row, context.Response);
        return TypedResults.Created($"{context.Request.PathBase}/api/v1/icps/{row.Id}", IcpBody.Of(row));
    }

    private static async Task<Results<Ok<IcpBody>, ApiProblem>> SaveAsync(
        Guid id, JsonBody<IcpInput> body, HttpContext context, IcpEditing icps, CancellationToken cancellationToken)
    {
        var draft = body.Value.Read();
        if (await icps.FindAsync(id, cancellationToken) is not { } present)
        {
            return ApiProblem.NotFound("profile");
        }

        var tag = context.Request.Headers.IfMatch.ToString().Trim().Trim('"');
        var revision = tag is "" or "*" ? present.Revision : int.TryParse(tag, CultureInfo.InvariantCulture, out var named) ? named : -1;
        var saved = await icps.SaveAsync(id, draft, revision, cancellationToken);
        return saved switch
        {
            { Conflict: true } => ApiProblem.Stale(),
            { Row: { } row } => Tagged(row, context.Response),
            { Problems.Count: > 0 } => Wrong(saved),
            _ => ApiProblem.NotFound("profile"),
        };
    }

    private static async Task<Results<Ok<IcpBody>, ApiProblem>> PublishAsync(
        Guid id, HttpContext context, IcpEditing icps, CancellationToken cancellationToken) =>
        await icps.PublishAsync(id, context.User.Actor(), cancellationToken) is { } row ? Tagged(row, context.Response) : ApiProblem.NotFound("profile");

    private static async Task<Results<Ok<IcpPreview>, ApiProblem>> PreviewAsync(
        JsonBody<IcpInput> body, IcpPreviews previews, CancellationToken cancellationToken)
    {
        var draft = body.Value.Read();
        if (IcpRules.Check(draft) is { Count: > 0 } problems)
        {
            var fields = new Fields();
            fields.Wrong(problems);
            return ApiProblem.Invalid(fields.Errors);
        }

        return TypedResults.Ok(await previews.OfAsync(draft, cancellationToken: cancellationToken));
    }

    private static ApiProblem Wrong(IcpSaved saved)
    {
        var fields = new Fields();
        fields.Wrong(saved.Problems);
        return ApiProblem.Invalid(fields.Errors);
    }

    private static Ok<IcpBody> Tagged(IcpRow row, HttpResponse response)
    {
        response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{row.Revision}\"");
        return TypedResults.Ok(IcpBody.Of(row));
    }
}

/// <summary>Profiles, oldest first.</summary>
public sealed record IcpList(IReadOnlyList<IcpBody> Items);

/// <param name="Version">Version of the live profile; 0 when it never was live.</param>
/// <param name="IsLive">Leads are matched with this profile.</param>
/// <param name="HasChanges">The draft differs from what is live.</param>
/// <param name="Revision">Rises with every save; also the ETag.</param>
public sealed record IcpBody(
    Guid Id,
    string Name,
    int Version,
    bool IsLive,
    bool HasChanges,
    int Revision,
    string Description,
    IReadOnlyList<IcpCriterion> Criteria,
    DateTime CreatedAt,
    DateTime ChangedAt,
    DateTime? PublishedAt)
{
    internal static IcpBody Of(IcpRow row) => new(
        row.Id, row.Draft.Name, row.Draft.Version, row.Live is not null, row.Live is null || row.ChangedAt > row.PublishedAt, row.Revision,
        row.Draft.Description, row.Draft.Criteria, row.CreatedAt, row.ChangedAt, row.PublishedAt);
}

/// <summary>A profile as it is sent.</summary>
public sealed record IcpInput(string? Name = null, string? Description = null, IReadOnlyList<IcpCriterionInput?>? Criteria = null)
{
    /// <exception cref="ApiException">422: a kind or requirement is none.</exception>
    internal Icp Read()
    {
        var fields = new Fields();
        var criteria = (Criteria ?? []).Select((c, i) => (c ?? new IcpCriterionInput()).Read(fields, $"criteria[{i}].")).ToList();
        fields.ThrowIfWrong();
        return new Icp { Id = Guid.Empty, Name = Name?.Trim() ?? "", Description = Description?.Trim() ?? "", Criteria = criteria };
    }
}

/// <param name="Kind">Industry, EmployeeCount, Country, JobTitle, Seniority, Department, Technology, Keyword, Tag, Description, …</param>
/// <param name="Requirement">Must, Should or MustNot; Should when not given.</param>
/// <param name="Weight">Share among the Should criteria, 0-100.</param>
/// <param name="Values">Any of these.</param>
/// <param name="Min">Lowest head count or level.</param>
public sealed record IcpCriterionInput(
    string? Name = null,
    string? Kind = null,
    string? Requirement = null,
    double? Weight = null,
    IReadOnlyList<string?>? Values = null,
    double? Min = null,
    double? Max = null)
{
    internal IcpCriterion Read(Fields fields, string prefix)
    {
        if (string.IsNullOrEmpty(Kind))
        {
            fields.Wrong(prefix + "kind", $"Say what is looked at: {string.Join(", ", Enum.GetNames<CriterionKind>())}.");
        }

        return new IcpCriterion
        {
            Name = Name?.Trim() ?? "",
            Kind = fields.Name<CriterionKind>(prefix + "kind", Kind) ?? default,
            Requirement = fields.Name<CriterionRequirement>(prefix + "requirement", Requirement) ?? CriterionRequirement.Should,
            Weight = Weight ?? 10,
            Values = [.. (Values ?? []).OfType<string>()],
            Min = Min,
            Max = Max,
        };
    }
}
