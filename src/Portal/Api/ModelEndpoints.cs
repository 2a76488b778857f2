using System.Text.Json;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Jobs;
using LeadGen.Pipeline.Scoring;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Api;

/// <summary><c>/models</c>: scoring models of the tenant; which one serves.</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder api)
    {
        var models = api.MapGroup("/models").WithTags("Models");
        models.MapGet("/", ListAsync).Needs(Scopes.LeadsRead).WithSummary("Scoring models, newest first");
        models.MapPost("/{id:int}/promote", PromoteAsync).Needs(Scopes.ModelsWrite).WithSummary("Let a model serve; all leads are scored again");
        models.MapPost("/rollback", RollbackAsync).Needs(Scopes.ModelsWrite).WithSummary("Let the model before the present one serve again");
    }

    private static async Task<Ok<ModelList>> ListAsync(IDbContextFactory<TenantDb> databases, CancellationToken cancellationToken) =>
        TypedResults.Ok(new ModelList(await ReadAsync(databases, null, cancellationToken)));

    private static async Task<Results<Ok<ModelBody>, ApiProblem>> PromoteAsync(
        int id, ScoringTraining models, IDbContextFactory<TenantDb> databases, CancellationToken cancellationToken) =>
        await models.PromoteAsync(id, cancellationToken) is { } serving
            ? TypedResults.Ok((await ReadAsync(databases, serving, cancellationToken))[0])
            : ApiProblem.NotFound("model");

    private static async Task<Results<Ok<ModelBody>, ApiProblem>> RollbackAsync(
        ScoringTraining models, IDbContextFactory<TenantDb> databases, CancellationToken cancellationToken) =>
        await models.PromoteAsync(null, cancellationToken) is { } serving
            ? TypedResults.Ok((await ReadAsync(databases, serving, cancellationToken))[0])
            : ApiProblem.Conflict("No other model served before this one.");

    private static async Task<IReadOnlyList<ModelBody>> ReadAsync(
        IDbContextFactory<TenantDb> databases, int? version, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db.Models.AsNoTracking().Where(m => version == null || m.Version == version)
            .OrderByDescending(m => m.Version).ToListAsync(cancellationToken);
        return [.. rows.Select(ModelBody.Of)];
    }
}

/// <summary>Models, newest first.</summary>
public sealed record ModelList(IReadOnlyList<ModelBody> Items);

/// <param name="Id">Its number, which stands on every score.</param>
/// <param name="TrainedOn">Leads with an outcome that it learned from; 0 for the starter model.</param>
/// <param name="Metrics">How it did on leads that it had not seen; null for the starter model.</param>
/// <param name="Report">The comparison that decided.</param>
public sealed record ModelBody(
    int Id,
    ModelState State,
    ModelKind Kind,
    DateTime TrainedAt,
    DateTime? PromotedAt,
    int TrainedOn,
    int TrainedOnWon,
    double BaseRate,
    ModelMetrics? Metrics,
    JsonElement? Report)
{
    internal static ModelBody Of(ModelRow row)
    {
        var model = ScoringModel.FromJson(row.Json);
        return new ModelBody(
            row.Version, row.State, model.Kind, row.TrainedAt, row.PromotedAt, model.TrainedOn, model.TrainedOnWon, model.BaseRate, model.Metrics,
            row.Report is { } report ? JsonElement.Parse(report) : null);
    }
}
