using System.Text;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LeadGen.Portal.Api;

/// <summary><c>/imports</c>: files in, watched, stopped, taken back.</summary>
internal static class ImportEndpoints
{
    private const int ErrorPortion = 1000;

    public static void MapImports(this IEndpointRouteBuilder api)
    {
        var largest = api.ServiceProvider.GetRequiredService<IOptions<ApiOptions>>().Value.LargestUpload;
        var imports = api.MapGroup("/imports").WithTags("Imports");
        imports.MapPost("/", QueueAsync).Needs(Scopes.LeadsWrite).WithMetadata(new RequestSizeLimitAttribute(largest))
            .WithSummary("Send a file of leads (CSV, TSV, XLSX)")
            .WithDescription("A form with a part file, and optionally mapping (JSON: field by column; an empty field leaves the column out) and merge "
                + "(Update, FillEmpty, Skip). 202 once the file is safely stored; columns that are not named are mapped by name and content.")
            .WithMetadata(new RequestForm(typeof(ImportForm), "multipart/form-data")).Produces<QueuedImport>(StatusCodes.Status202Accepted);
        imports.MapGet("/", ListAsync).Needs(Scopes.LeadsRead).WithSummary("The latest imports, newest first");
        imports.MapGet("/{id:guid}", FindAsync).Needs(Scopes.LeadsRead).WithSummary("How far an import is")
            .WithDescription("created + merged + rejected + duplicates = rows in every end state.");
        imports.MapGet("/{id:guid}/errors.csv", ErrorsAsync).Needs(Scopes.LeadsRead).WithSummary("Rows that could not be taken, with the reason")
            .Produces<string>(StatusCodes.Status200OK, "text/csv");
        imports.MapPost("/{id:guid}/cancel", CancelAsync).Needs(Scopes.LeadsWrite).WithSummary("Stop reading; what is stored stays");
        imports.MapPost("/{id:guid}/pause", PauseAsync).Needs(Scopes.LeadsWrite).WithSummary("Stop reading until it is resumed");
        imports.MapPost("/{id:guid}/resume", ResumeAsync).Needs(Scopes.LeadsWrite).WithSummary("Go on reading behind the last row that was stored");
        imports.MapPost("/{id:guid}/revert", RevertAsync).Needs(Scopes.LeadsWrite).WithSummary("Take an ended import back")
            .WithDescription("Leads that it created and nobody touched since go; fields that it changed return to what they were.");
    }

    private static async Task<Results<Accepted<QueuedImport>, ApiProblem>> QueueAsync(
        HttpContext context, Imports imports, CancellationToken cancellationToken)
    {
        var form = new UploadForm(context.Request);
        var (content, name) = await form.FileAsync(cancellationToken);
        try
        {
            var import = await imports.QueueAsync(content, name, form.SettingsAsync, context.User.Actor(), cancellationToken);
            return TypedResults.Accepted($"{context.Request.PathBase}/api/v1/imports/{import.Id}", new QueuedImport(import.Id, import.State));
        }
        catch (UnusableFile unusable)
        {
            return ApiProblem.Invalid("file", unusable.Message);
        }
        catch (MappingException mapping)
        {
            var fields = new Fields();
            fields.Wrong(mapping.Problems, "mapping.");
            return ApiProblem.Invalid(fields.Errors);
        }
    }

    private static async Task<Ok<ImportList>> ListAsync(Imports imports, CancellationToken cancellationToken) =>
        TypedResults.Ok(new ImportList([.. (await imports.ListAsync(100, cancellationToken)).Select(i => ImportBody.Of(i, null))]));

    private static async Task<Results<Ok<ImportBody>, ApiProblem>> FindAsync(Guid id, Imports imports, CancellationToken cancellationToken) =>
        await imports.FindAsync(id, cancellationToken) is { } progress
            ? TypedResults.Ok(ImportBody.Of(progress.Import, progress.Scored))
            : ApiProblem.NotFound("import");

    private static async Task<Results<Ok<ImportBody>, ApiProblem>> CancelAsync(Guid id, Imports imports, CancellationToken cancellationToken) =>
        await imports.CancelAsync(id, cancellationToken) switch
        {
            ImportVerdict.Done => await FindAsync(id, imports, cancellationToken),
            ImportVerdict.NotFound => ApiProblem.NotFound("import"),
            _ => ApiProblem.Conflict("Every row is stored already. Revert the import to take it back."),
        };

    private static async Task<Results<Ok<ImportBody>, ApiProblem>> PauseAsync(
        Guid id, ImportSteering steering, Imports imports, CancellationToken cancellationToken) =>
        await steering.PauseAsync(id, cancellationToken) switch
        {
            ImportVerdict.Done => await FindAsync(id, imports, cancellationToken),
            ImportVerdict.NotFound => ApiProblem.NotFound("import"),
            _ => ApiProblem.Conflict("Every row is stored already, or the import has ended."),
        };

    private static async Task<Results<Ok<ImportBody>, ApiProblem>> ResumeAsync(
        Guid id, ImportSteering steering, Imports imports, CancellationToken cancellationToken) =>
        await steering.ResumeAsync(id, cancellationToken) switch
        {
            ImportVerdict.Done => await FindAsync(id, imports, cancellationToken),
            ImportVerdict.NotFound => ApiProblem.NotFound("import"),
            _ => ApiProblem.Conflict("The import is not paused."),
        };

    private static async Task<Results<Ok<ImportBody>, ApiProblem>> RevertAsync(
        Guid id, HttpContext context, Imports imports, CancellationToken cancellationToken) =>
        await imports.RevertAsync(id, context.User.Actor(), cancellationToken) switch
        {
            ImportVerdict.Done => await FindAsync(id, imports, cancellationToken),
            ImportVerdict.NotFound => ApiProblem.NotFound("import"),
            _ => ApiProblem.Conflict("The import still runs. Cancel it first, or wait until it is done."),
        };

    private static async Task<Results<PushStreamHttpResult, ApiProblem>> ErrorsAsync(
        Guid id, Imports imports, IDbContextFactory<TenantDb> databases, CancellationToken cancellationToken)
    {
        if (await imports.FindAsync(id, cancellationToken) is null)
        {
            return ApiProblem.NotFound("import");
        }

        return TypedResults.Stream(
            stream => WriteErrorsAsync(stream, id, databases, cancellationToken), "text/csv; charset=utf-8", $"import-{id:N}-errors.csv");
    }

    private static async Task WriteErrorsAsync(Stream stream, Guid id, IDbContextFactory<TenantDb> databases, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var last = (Row: 0L, Id: 0L);
        var header = true;
        while (true)
        {
            var errors = await db.ImportErrors.AsNoTracking()
                .Where(e => e.ImportId == id && e.Row >= last.Row && (e.Row > last.Row || e.Id > last.Id))
                .OrderBy(e => e.Row).ThenBy(e => e.Id).Take(ErrorPortion).ToListAsync(cancellationToken);
            using var text = new StringWriter(System.Globalization.CultureInfo.InvariantCulture);
            var table = new TableWriter(text);
            if (header)
            {
                ImportErrorFile.WriteHeader(table);
                header = false;
            }

            errors.ForEach(e => ImportErrorFile.Write(table, e));
            await stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancellationToken);
            if (errors.Count < ErrorPortion)
            {
                return;
            }

            last = (errors[^1].Row, errors[^1].Id);
        }
    }
}

/// <summary>The parts of an upload; for the description.</summary>
public sealed record ImportForm(IFormFile File, string? Mapping, MergeMode? Merge);

/// <summary>The import that was queued.</summary>
public sealed record QueuedImport(Guid Id, ImportState State);

/// <summary>Imports, newest first.</summary>
public sealed record ImportList(IReadOnlyList<ImportBody> Items);

/// <summary>How far an import is.</summary>
/// <param name="Rows">Rows accounted for so far.</param>
/// <param name="Merged">Rows that changed an existing lead.</param>
/// <param name="Duplicates">Rows that brought nothing new.</param>
/// <param name="Scored">Leads of this import that are scored by now; null in lists.</param>
/// <param name="Problem">Why the whole import failed.</param>
/// <param name="StoredAt">When every row was stored; from then on it can be reverted, not cancelled.</param>
public sealed record ImportBody(
    Guid Id,
    string FileName,
    long FileBytes,
    ImportState State,
    long Rows,
    long Created,
    long Merged,
    long Rejected,
    long Duplicates,
    int? Scored,
    string? Problem,
    IReadOnlyDictionary<string, string> Mapping,
    MergeMode Merge,
    string Actor,
    DateTime CreatedAt,
    DateTime? StoredAt,
    DateTime? FinishedAt)
{
    internal static ImportBody Of(Import i, int? scored) => new(
        i.Id, i.FileName, i.FileBytes, i.State, i.Rows, i.Created, i.Merged, i.Rejected, i.Duplicates, scored, i.Problem, i.Settings.Mapping,
        i.Settings.Merge, i.Actor, i.CreatedAt, i.StoredAt, i.FinishedAt);
}
