using System.Globalization;
using LeadGen.Infrastructure.Access;
using LeadGen.Portal.Leads;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LeadGen.Portal.Api;

/// <summary><c>/leads</c>: looking, changing, erasing. Taking in stands in <see cref="LeadIntakeEndpoints"/>.</summary>
internal static class LeadEndpoints
{
    private static readonly Dictionary<string, LeadSort> Sorts = new(StringComparer.Ordinal)
    {
        ["-score"] = LeadSort.ScoreDown,
        ["score"] = LeadSort.ScoreUp,
        ["-createdAt"] = LeadSort.CreatedDown,
        ["createdAt"] = LeadSort.CreatedUp,
        ["name"] = LeadSort.NameUp,
        ["-name"] = LeadSort.NameDown,
        ["company"] = LeadSort.CompanyUp,
        ["-company"] = LeadSort.CompanyDown,
    };

    public static void MapLeads(this IEndpointRouteBuilder api)
    {
        var leads = api.MapGroup("/leads").WithTags("Leads");
        leads.MapGet("/", ListAsync).Needs(Scopes.LeadsRead).WithSummary("Leads, page by page")
            .WithDescription("Every condition must hold; of several values of one condition any will do. Pass nextCursor as cursor to get the page behind; "
                + "it is null at the end. Leads without a score come last. A field of your own is a condition by its name: custom.plan=gold; in any case, "
                + "several values by several parameters.");
        leads.MapGet("/{id:guid}", FindAsync).Needs(Scopes.LeadsRead).WithName("FindLead").WithSummary("A lead in full, with the reasons of its score");
        leads.MapPatch("/{id:guid}", EditAsync).Needs(Scopes.LeadsWrite).WithSummary("Change fields of a lead")
            .WithDescription("Fields not sent stay; null empties. With If-Match, a lead that was changed meanwhile is left as it is (412).")
            .WithMetadata(new RequestForm(typeof(LeadInput)));
        leads.MapDelete("/{id:guid}", EraseAsync).Needs(Scopes.LeadsWrite).WithSummary("Erase a lead for good")
            .WithDescription("All that is known of the person goes, and no import, call or form brings them back.");
    }

    private static async Task<Ok<LeadList>> ListAsync(
        [AsParameters] LeadListQuery query, HttpRequest request, LeadQueries leads, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        var filter = query.Filter(fields, request.Query);
        var limit = fields.Whole("limit", query.Limit, 50, 1, LeadQueries.LargestPage);
        var sort = LeadSort.ScoreDown;
        if (query.Sort is { Length: > 0 } wanted && !Sorts.TryGetValue(wanted, out sort))
        {
            fields.Wrong("sort", $"Sort by one of {string.Join(", ", Sorts.Keys)}.");
        }

        fields.ThrowIfWrong();
        try
        {
            var page = await leads.PageAsync(filter, sort, string.IsNullOrEmpty(query.Cursor) ? null : query.Cursor, limit, cancellationToken);
            return TypedResults.Ok(new LeadList([.. page.Items.Select(LeadListItem.Of)], page.NextCursor));
        }
        catch (LeadCursorException e)
        {
            throw ApiProblem.Invalid("cursor", e.Message).AsException();
        }
    }

    private static async Task<Results<Ok<LeadBody>, ApiProblem>> FindAsync(
        Guid id, LeadQueries leads, HttpResponse response, CancellationToken cancellationToken)
    {
        if (await leads.FindAsync(id, cancellationToken) is not { } detail)
        {
            return ApiProblem.NotFound("lead");
        }

        response.Headers.ETag = Tag(detail.Lead.Version);
        return TypedResults.Ok(LeadBody.Of(detail));
    }

    private static async Task<Results<Ok<LeadBody>, ApiProblem>> EditAsync(
        Guid id, HttpContext context, LeadActions actions, LeadQueries leads, CancellationToken cancellationToken)
    {
        using var document = await RequestJson.ReadAsync(context.Request);
        var fields = new Fields();
        var values = LeadJson.Read(document.RootElement, fields);
        fields.ThrowIfWrong();
        var edit = await actions.EditAsync(id, values, context.User.Actor(), byPerson: false, Expected(context.Request), cancellationToken);
        switch (edit.Kind)
        {
            case LeadEditKind.NotFound:
                return ApiProblem.NotFound("lead");
            case LeadEditKind.Stale:
                return ApiProblem.Stale();
            case LeadEditKind.Taken:
                return ApiProblem.Conflict("Another lead has this e-mail address. Change or erase that one.");
            case LeadEditKind.Invalid:
                fields.Wrong(edit.Problems);
                return ApiProblem.Invalid(fields.Errors);
            default:
                return await leads.FindAsync(id, cancellationToken) is { } detail ? Tagged(detail) : ApiProblem.NotFound("lead");
        }

        Results<Ok<LeadBody>, ApiProblem> Tagged(LeadDetail detail)
        {
            context.Response.Headers.ETag = Tag(detail.Lead.Version);
            return TypedResults.Ok(LeadBody.Of(detail));
        }
    }

    private static async Task<Results<NoContent, ApiProblem>> EraseAsync(Guid id, LeadActions actions, CancellationToken cancellationToken) =>
        await actions.EraseAsync(id, cancellationToken) ? TypedResults.NoContent() : ApiProblem.NotFound("lead");

    private static string Tag(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    private static int? Expected(HttpRequest request)
    {
        var tag = request.Headers.IfMatch.ToString().Trim();
        return tag is "" or "*" ? null
            : int.TryParse(tag.Trim('"'), CultureInfo.InvariantCulture, out var version) ? version
            : throw ApiProblem.Stale().AsException();
    }
}
