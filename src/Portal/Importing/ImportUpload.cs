using System.Net.Mime;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Portal.Shell;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace LeadGen.Portal.Importing;

/// <summary>A member's file on its way in, and the rows that could not be taken on their way out: plain HTTP, streamed, beside the circuit.</summary>
public static class ImportUpload
{
    /// <summary>Largest file, 2 GB.</summary>
    public const long Largest = 2L << 30;

    public static void MapImporting(this IEndpointRouteBuilder app)
    {
        // Before the page of the same address, which answers GET.
        app.MapPost("/imports", UploadAsync).RequireAuthorization(Roles.Editor).WithMetadata(new SizeLimit()).WithOrder(-1);
        app.MapGet("/imports/{id:guid}/errors.csv", ErrorsAsync).RequireAuthorization(Roles.Viewer);
    }

    /// <summary>
    /// The form's token stands before the file, so that the request can be trusted before a byte of the file is kept. Scripts get JSON
    /// (<c>{location}</c> or <c>{problem}</c>), a form without script is sent on to the import's page.
    /// </summary>
    private static async Task<IResult> UploadAsync(HttpContext context, IAntiforgery antiforgery, ImportDrafts drafts, CurrentMember member, MemberAccess access)
    {
        if (BoundaryOf(context.Request.ContentType) is not { } boundary)
        {
            return Results.StatusCode(StatusCodes.Status415UnsupportedMediaType);
        }

        if (!await access.MayAsync(MemberRole.Editor, context.RequestAborted))
        {
            return Results.Forbid();
        }

        var reader = new MultipartReader(boundary, context.Request.Body);
        var trusted = false;
        Guid? like = null;
        while (await reader.ReadNextSectionAsync(context.RequestAborted) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
            {
                continue;
            }

            if (disposition.IsFormDisposition() && disposition.Name == AntiforgeryField && !trusted)
            {
                context.Request.Headers[HeaderNameOf(context)] = await section.ReadAsStringAsync(context.RequestAborted);
                trusted = await antiforgery.IsRequestValidAsync(context);
            }
            else if (disposition.IsFormDisposition() && disposition.Name == LikeField)
            {
                like = Guid.TryParse(await section.ReadAsStringAsync(context.RequestAborted), out var id) ? id : null;
            }
            else if (disposition.IsFileDisposition())
            {
                return trusted
                    ? await KeepAsync(context, drafts, section.Body, NameOf(disposition), like, member.Actor)
                    : Results.BadRequest();
            }
        }

        return Refuse("Choose a CSV or Excel file first.");
    }

    private static string NameOf(ContentDispositionHeaderValue disposition) => disposition.FileNameStar.HasValue
        ? disposition.FileNameStar.Value ?? ""
        : HeaderUtilities.RemoveQuotes(disposition.FileName).Value ?? "";

    private static async Task<IResult> KeepAsync(HttpContext context, ImportDrafts drafts, Stream file, string name, Guid? like, string actor)
    {
        if (name.Length == 0)
        {
            return Refuse("Choose a CSV or Excel file first.");
        }

        try
        {
            var draft = await drafts.CreateAsync(file, name, like, actor, context.RequestAborted);
            var location = $"{context.Request.PathBase}/imports/{draft.Id}/setup";
            return context.Request.Headers.Accept.ToString().Contains(MediaTypeNames.Application.Json, StringComparison.Ordinal)
                ? Results.Json(new { location })
                : Results.LocalRedirect(location);
        }
        catch (UnusableFile e)
        {
            return Refuse(e.Message);
        }
    }

    private static async Task<IResult> ErrorsAsync(Guid id, IDbContextFactory<TenantDb> databases, HttpContext context)
    {
        await using var db = await databases.CreateDbContextAsync(context.RequestAborted);
        if (!await db.Imports.AnyAsync(i => i.Id == id, context.RequestAborted))
        {
            return Results.NotFound();
        }

        return Results.Stream(body => WriteAsync(body, id, databases, context.RequestAborted), "text/csv; charset=utf-8", $"rows-not-taken-{id:N}.csv");
    }

    private static async Task WriteAsync(Stream body, Guid id, IDbContextFactory<TenantDb> databases, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var buffered = new BufferedStream(body, 1 << 16);
        await using var text = new StringWriterOver(buffered);
        ImportErrorFile.WriteHeader(text.Table);
        await foreach (var error in db.ImportErrors.AsNoTracking().Where(e => e.ImportId == id).OrderBy(e => e.Row).AsAsyncEnumerable()
            .WithCancellation(cancellationToken))
        {
            ImportErrorFile.Write(text.Table, error);
            await text.FlushAsync(cancellationToken);
        }
    }

    /// <summary>Names the earlier import whose settings are taken over; stands before the file.</summary>
    private const string LikeField = "like";

    private const string AntiforgeryField = "__RequestVerificationToken";

    private static string HeaderNameOf(HttpContext context) => context.RequestServices
        .GetRequiredService<Microsoft.Extensions.Options.IOptions<AntiforgeryOptions>>().Value.HeaderName!;

    private static IResult Refuse(string problem) => Results.Json(new { problem }, statusCode: StatusCodes.Status422UnprocessableEntity);

    private static string? BoundaryOf(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            && HeaderUtilities.RemoveQuotes(type.Boundary).Value is { Length: > 0 and <= 200 } boundary
            ? boundary
            : null;

    private sealed class SizeLimit : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => Largest;
    }
}
