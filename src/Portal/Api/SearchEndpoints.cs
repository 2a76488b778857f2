using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Vectors;
using LeadGen.Portal.Leads;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LeadGen.Portal.Api;

/// <summary>Leads by what they mean: <c>/leads/search</c>, <c>/leads/{id}/similar</c>.</summary>
internal static class SearchEndpoints
{
    private const int Most = 100;
    private const int LongestText = 2_000;

    public static void MapSearch(this IEndpointRouteBuilder api)
    {
        var leads = api.MapGroup("/leads").WithTags("Search");
        leads.MapPost("/search", SearchAsync).Needs(Scopes.LeadsRead).WithSummary("Leads whose words mean something near to a text, best first");
        leads.MapGet("/{id:guid}/similar", SimilarAsync).Needs(Scopes.LeadsRead).WithSummary("Look-alikes of a lead, best first");
    }

    private static async Task<Ok<IReadOnlyList<NearLead>>> SearchAsync(JsonBody<SearchInput> body, LeadVectors vectors, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        var text = body.Value.Text?.Trim() ?? "";
        if (text.Length is 0 or > LongestText)
        {
            fields.Wrong("text", $"Say in 1 to {LongestText} characters what you look for.");
        }

        if (body.Value.Limit is < 1 or > Most)
        {
            fields.Wrong("limit", $"This must be a whole number from 1 to {Most}.");
        }

        fields.ThrowIfWrong();
        return Near(await vectors.SearchAsync(text, body.Value.Limit ?? 10, null, cancellationToken));
    }

    private static async Task<Results<Ok<IReadOnlyList<NearLead>>, ApiProblem>> SimilarAsync(
        Guid id, string? limit, LeadQueries leads, LeadVectors vectors, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        var most = fields.Whole("limit", limit, 10, 1, Most);
        fields.ThrowIfWrong();
        return (await leads.RowsAsync([id], cancellationToken)).Count == 0
            ? ApiProblem.NotFound("lead")
            : Near(await vectors.SimilarAsync(id, most, cancellationToken));
    }

    private static Ok<IReadOnlyList<NearLead>> Near(IReadOnlyList<VectorHit> hits) =>
        TypedResults.Ok<IReadOnlyList<NearLead>>([.. hits.Select(h => new NearLead(h.Id, h.Score))]);
}

/// <param name="Text">What to look for, in plain words.</param>
/// <param name="Limit">1 to 100; 10 when not given.</param>
public sealed record SearchInput(string? Text = null, int? Limit = null);

/// <param name="Similarity">Cosine, at most 1.</param>
public sealed record NearLead(Guid Id, double Similarity);
