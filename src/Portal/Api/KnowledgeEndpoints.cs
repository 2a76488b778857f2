using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Knowledge;
using LeadGen.Pipeline.Knowledge;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LeadGen.Portal.Api;

/// <summary><c>/knowledge</c>: documents that mails take facts from.</summary>
internal static class KnowledgeEndpoints
{
    private const int MostHits = 20;
    private const int LongestSearch = 2_000;

    public static void MapKnowledge(this IEndpointRouteBuilder api)
    {
        var knowledge = api.MapGroup("/knowledge").WithTags("Knowledge");
        knowledge.MapGet("/", ListAsync).Needs(Scopes.LeadsRead).WithSummary("Documents");
        knowledge.MapGet("/{id:guid}", FindAsync).Needs(Scopes.LeadsRead).WithSummary("A document and its first 200 pieces");
        knowledge.MapPost("/", AddAsync).Needs(Scopes.OutreachWrite).WithSummary("Upload a document: PDF, DOCX, Markdown, HTML or text")
            .WithDescription("Multipart with a part named file. With ?replaces=id it takes the place of that document. Large ones are read in the background: state says when it is ready.");
        knowledge.MapPost("/search", SearchAsync).Needs(Scopes.LeadsRead).WithSummary("Pieces nearest to some words, nearest first");
        knowledge.MapDelete("/{id:guid}", DeleteAsync).Needs(Scopes.OutreachWrite).WithSummary("Delete a document with its pieces and vectors");
    }

    private static async Task<Ok<DocumentList>> ListAsync(KnowledgeBase knowledge, CancellationToken cancellationToken) =>
        TypedResults.Ok(new DocumentList([.. (await knowledge.ListAsync(cancellationToken)).Select(DocumentBody.Of)]));

    private static async Task<Results<Ok<DocumentDetail>, ApiProblem>> FindAsync(Guid id, KnowledgeBase knowledge, CancellationToken cancellationToken) =>
        await knowledge.FindAsync(id, cancellationToken) is { } row
            ? TypedResults.Ok(new DocumentDetail(
                DocumentBody.Of(row), [.. (await knowledge.ChunksAsync(id, 0, 200, cancellationToken)).Select(c => new PieceBody(c.Id, c.Position, c.Heading, c.Text))]))
            : ApiProblem.NotFound("document");

    private static async Task<Results<Created<DocumentBody>, ApiProblem>> AddAsync(
        HttpContext context, KnowledgeBase knowledge, CancellationToken cancellationToken, Guid? replaces = null)
    {
        var (content, name) = await new UploadForm(context.Request).FileAsync(cancellationToken);
        if (replaces is { } old && await knowledge.FindAsync(old, cancellationToken) is null)
        {
            return ApiProblem.NotFound("document");
        }

        var saved = await knowledge.AddAsync(content, name, replaces, context.User.Actor(), cancellationToken);
        return saved.Document is { } document
            ? TypedResults.Created($"{context.Request.PathBase}/api/v1/knowledge/{document.Id}", DocumentBody.Of(document))
            : ApiProblem.Invalid("file", saved.Problem!);
    }

    private static async Task<Results<Ok<PieceHits>, ApiProblem>> SearchAsync(
        JsonBody<PieceSearch> body, KnowledgeSearch search, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        if (string.IsNullOrWhiteSpace(body.Value.Text) || body.Value.Text.Length > LongestSearch)
        {
            fields.Wrong("text", $"Give 1 to {LongestSearch} characters to search for.");
        }

        if (body.Value.Limit is < 1 or > MostHits)
        {
            fields.Wrong("limit", $"This must be 1 to {MostHits}.");
        }

        fields.ThrowIfWrong();
        var hits = await search.SearchAsync(body.Value.Text!, body.Value.Limit ?? 5, cancellationToken);
        return TypedResults.Ok(new PieceHits(
            [.. hits.Select(h => new PieceHit(h.Piece.Id, h.Piece.DocumentId, h.Piece.Document, h.Piece.Heading, h.Piece.Text, h.Relevance >= KnowledgeSearch.Floor))]));
    }

    private static async Task<Results<NoContent, ApiProblem>> DeleteAsync(Guid id, KnowledgeBase knowledge, CancellationToken cancellationToken) =>
        await knowledge.DeleteAsync(id, cancellationToken) ? TypedResults.NoContent() : ApiProblem.NotFound("document");
}

/// <summary>Documents by title.</summary>
public sealed record DocumentList(IReadOnlyList<DocumentBody> Items);

/// <param name="Chunks">Pieces it was split into.</param>
/// <param name="Embedded">Pieces that can be found already.</param>
public sealed record DocumentBody(
    Guid Id, string Title, string FileName, DocumentKind Kind, long Bytes, DocumentState State, int Chunks, int Embedded, int Revision, DateTime CreatedAt, DateTime ChangedAt)
{
    internal static DocumentBody Of(KnowledgeDocument d) =>
        new(d.Id, d.Title, d.FileName, d.Kind, d.Bytes, d.State, d.Chunks, d.Embedded, d.Revision, d.CreatedAt, d.ChangedAt);
}

/// <summary>A document with pieces of it.</summary>
public sealed record DocumentDetail(DocumentBody Document, IReadOnlyList<PieceBody> Pieces);

public sealed record PieceBody(Guid Id, int Position, string Heading, string Text);

public sealed record PieceSearch(string? Text = null, int? Limit = null);

public sealed record PieceHits(IReadOnlyList<PieceHit> Items);

/// <param name="IsNear">Near enough to be used in a mail.</param>
public sealed record PieceHit(Guid Id, Guid DocumentId, string Document, string Heading, string Text, bool IsNear);
