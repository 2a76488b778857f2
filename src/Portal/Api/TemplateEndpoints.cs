using System.Globalization;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Pipeline.Outreach;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LeadGen.Portal.Api;

/// <summary><c>/templates</c>: what mails are written from.</summary>
internal static class TemplateEndpoints
{
    public static void MapTemplates(this IEndpointRouteBuilder api)
    {
        var templates = api.MapGroup("/templates").WithTags("Templates");
        templates.MapGet("/", ListAsync).Needs(Scopes.LeadsRead).WithSummary("Templates");
        templates.MapGet("/{id:guid}", FindAsync).Needs(Scopes.LeadsRead).WithSummary("A template");
        templates.MapPost("/", CreateAsync).Needs(Scopes.OutreachWrite).WithSummary("Add a draft");
        templates.MapPut("/{id:guid}", SaveAsync).Needs(Scopes.OutreachWrite).WithSummary("Replace a draft")
            .WithDescription("With If-Match, a draft that was saved meanwhile is left as it is (412).");
        templates.MapPost("/{id:guid}/publish", PublishAsync).Needs(Scopes.OutreachWrite).WithSummary("Write new mails from the draft");
        templates.MapPost("/{id:guid}/preview", PreviewAsync).Needs(Scopes.LeadsRead).WithSummary("The mail that a lead would get; nothing is stored or sent");
    }

    private static async Task<Ok<TemplateList>> ListAsync(TemplateEditing templates, CancellationToken cancellationToken) =>
        TypedResults.Ok(new TemplateList([.. (await templates.ListAsync(cancellationToken)).Select(TemplateBody.Of)]));

    private static async Task<Results<Ok<TemplateBody>, ApiProblem>> FindAsync(
        Guid id, HttpResponse response, TemplateEditing templates, CancellationToken cancellationToken) =>
        await templates.FindAsync(id, cancellationToken) is { } row ? Tagged(row, response) : ApiProblem.NotFound("template");

    private static async Task<Results<Created<TemplateBody>, ApiProblem>> CreateAsync(
        JsonBody<TemplateInput> body, HttpContext context, TemplateEditing templates, CancellationToken cancellationToken)
    {
        var saved = await templates.CreateAsync(body.Value.Read(), cancellationToken);
        if (saved.Row is not { } row)
        {
            return Wrong(saved);
        }

        Tagged(row, context.Response);
        return TypedResults.Created($"{context.Request.PathBase}/api/v1/templates/{row.Id}", TemplateBody.Of(row));
    }

    private static async Task<Results<Ok<TemplateBody>, ApiProblem>> SaveAsync(
        Guid id, JsonBody<TemplateInput> body, HttpContext context, TemplateEditing templates, CancellationToken cancellationToken)
    {
        var draft = body.Value.Read();
        if (await templates.FindAsync(id, cancellationToken) is not { } present)
        {
            return ApiProblem.NotFound("template");
        }

        var tag = context.Request.Headers.IfMatch.ToString().Trim().Trim('"');
        var revision = tag is "" or "*" ? present.Revision : int.TryParse(tag, CultureInfo.InvariantCulture, out var named) ? named : -1;
        return Answer(await templates.SaveAsync(id, draft, revision, cancellationToken), context.Response);
    }

    private static async Task<Results<Ok<TemplateBody>, ApiProblem>> PublishAsync(
        Guid id, HttpContext context, TemplateEditing templates, CancellationToken cancellationToken) =>
        await templates.FindAsync(id, cancellationToken) is { } row
            ? Answer(await templates.PublishAsync(id, row.Draft, row.Revision, context.User.Actor(), cancellationToken), context.Response)
            : ApiProblem.NotFound("template");

    private static async Task<Results<Ok<MailBody>, ApiProblem>> PreviewAsync(
        Guid id, JsonBody<MailInput> body, TemplateEditing templates, OutreachWriting writing, CancellationToken cancellationToken)
    {
        if (await templates.FindAsync(id, cancellationToken) is null)
        {
            return ApiProblem.NotFound("template");
        }

        if (body.Value.LeadId is not { } lead)
        {
            return ApiProblem.Invalid("leadId", "Name the lead that the mail is for.");
        }

        var written = await writing.WriteAsync(id, lead, body.Value.SenderId, body.Value.Variant, cancellationToken);
        return written.Mail is { } mail ? TypedResults.Ok(MailBody.Of(mail)) : ApiProblem.Invalid("leadId", written.Problem!);
    }

    private static Results<Ok<TemplateBody>, ApiProblem> Answer(TemplateSaved saved, HttpResponse response) => saved switch
    {
        { Conflict: true } => ApiProblem.Stale(),
        { Row: { } row } => Tagged(row, response),
        { Problems.Count: > 0 } => Wrong(saved),
        _ => ApiProblem.NotFound("template"),
    };

    private static ApiProblem Wrong(TemplateSaved saved)
    {
        var fields = new Fields();
        fields.Wrong(saved.Problems);
        return ApiProblem.Invalid(fields.Errors);
    }

    private static Ok<TemplateBody> Tagged(Template row, HttpResponse response)
    {
        response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{row.Revision}\"");
        return TypedResults.Ok(TemplateBody.Of(row));
    }
}

/// <summary>Templates, oldest first.</summary>
public sealed record TemplateList(IReadOnlyList<TemplateBody> Items);

/// <param name="Version">Version that was published last; 0 for none.</param>
/// <param name="IsLive">Mails are written from it.</param>
/// <param name="Revision">Rises with every save; also the ETag.</param>
public sealed record TemplateBody(
    Guid Id, string Name, string Goal, int Version, bool IsLive, int Revision, IReadOnlyList<TemplateVariant> Variants, DateTime CreatedAt, DateTime ChangedAt, DateTime? PublishedAt)
{
    internal static TemplateBody Of(Template row) => new(
        row.Id, row.Draft.Name, row.Draft.Goal, row.Version, row.Live is not null, row.Revision, row.Draft.Variants, row.CreatedAt, row.ChangedAt, row.PublishedAt);
}

/// <summary>A template as it is sent.</summary>
public sealed record TemplateInput(string? Name = null, string? Goal = null, IReadOnlyList<VariantInput?>? Variants = null)
{
    /// <exception cref="ApiException">422: a kind is none.</exception>
    internal TemplateContent Read()
    {
        var fields = new Fields();
        var variants = (Variants ?? [null]).Select((v, i) => (v ?? new VariantInput()).Read(fields, i)).ToList();
        fields.ThrowIfWrong();
        return new TemplateContent { Name = Name?.Trim() ?? "", Goal = Goal?.Trim() ?? "", Variants = variants };
    }
}

/// <param name="Name">A, B … when not given.</param>
/// <param name="Kind">Blocks or Html; by what is given when left out.</param>
public sealed record VariantInput(
    string? Name = null, string? Subject = null, string? Kind = null, IReadOnlyList<BlockInput?>? Blocks = null, string? Html = null, string? Text = null)
{
    internal TemplateVariant Read(Fields fields, int index) => new()
    {
        Name = string.IsNullOrWhiteSpace(Name) ? ((char)('A' + index)).ToString() : Name.Trim(),
        Subject = Subject?.Trim() ?? "",
        Kind = fields.Name<BodyKind>($"variants[{index}].kind", Kind) ?? (Html is null ? BodyKind.Blocks : BodyKind.Html),
        Blocks =
        [
            .. (Blocks ?? []).Select((b, i) => new TemplateBlock
            {
                Kind = fields.Name<BlockKind>($"variants[{index}].blocks[{i}].kind", b?.Kind) ?? BlockKind.Paragraph,
                Text = b?.Text ?? "",
                Url = b?.Url?.Trim() ?? "",
            }),
        ],
        Html = Html ?? "",
        Text = Text ?? "",
    };
}

/// <param name="Kind">Paragraph, Heading, List, Button, Divider or Fact; Paragraph when not given.</param>
public sealed record BlockInput(string? Kind = null, string? Text = null, string? Url = null);

/// <param name="Variant">The one that falls to the lead when not given.</param>
public sealed record MailInput(Guid? LeadId = null, Guid? SenderId = null, string? Variant = null);

/// <summary>A mail as a lead would get it, without the foot that sending adds.</summary>
public sealed record MailBody(
    int TemplateVersion, string Variant, string Subject, string Text, string? Html, IReadOnlyList<MailSentence> Sentences, IReadOnlyList<string> Warnings, string? FellBack)
{
    internal static MailBody Of(ComposedMail mail) =>
        new(mail.TemplateVersion, mail.Variant, mail.Subject, mail.Text, mail.Html, mail.Sentences, mail.Warnings, mail.FellBack);
}
