using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Knowledge;
using LeadGen.Pipeline.Knowledge;
using LeadGen.Portal.Shell;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Metadata;

namespace LeadGen.Portal.Knowledge;

/// <summary>A member's document on its way in: plain HTTP beside the circuit.</summary>
public static class KnowledgeUpload
{
    public static void MapKnowledgePages(this IEndpointRouteBuilder app) =>
        app.MapPost("/knowledge", UploadAsync).RequireAuthorization(Roles.Editor).WithMetadata(new SizeLimit()).WithOrder(-1);

    private static async Task<IResult> UploadAsync(
        HttpContext context, IAntiforgery antiforgery, KnowledgeBase knowledge, CurrentMember member, MemberAccess access, CancellationToken cancellationToken)
    {
        if (!context.Request.HasFormContentType)
        {
            return Results.StatusCode(StatusCodes.Status415UnsupportedMediaType);
        }

        if (!await access.MayAsync(MemberRole.Editor, cancellationToken))
        {
            return Results.Forbid();
        }

        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return Results.BadRequest();
        }

        var form = await context.Request.ReadFormAsync(cancellationToken);
        if (form.Files.GetFile("file") is not { Length: > 0 } file)
        {
            return Refuse("Choose a document first.");
        }

        await using var content = file.OpenReadStream();
        var replaces = Guid.TryParse(form["replaces"], out var id) ? id : (Guid?)null;
        var saved = await knowledge.AddAsync(content, file.FileName, replaces, member.Actor, cancellationToken);
        if (saved.Document is not { } document)
        {
            return Refuse(saved.Problem!);
        }

        // The revision makes the page of a replaced document another address, so that it is read anew.
        var location = $"{context.Request.PathBase}/knowledge/{document.Id}?revision={document.Revision}";
        return context.Request.Headers.Accept.ToString().Contains("json", StringComparison.Ordinal) ? Results.Json(new { location }) : Results.Redirect(location);
    }

    private static IResult Refuse(string problem) => Results.Json(new { problem }, statusCode: StatusCodes.Status422UnprocessableEntity);

    private sealed class SizeLimit : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => DocumentReader.Largest + (1 << 20);
    }
}
