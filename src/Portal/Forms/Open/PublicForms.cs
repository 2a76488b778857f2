using System.Globalization;
using System.Reflection;
using System.Text;
using LeadGen.Infrastructure.Forms;
using LeadGen.Infrastructure.Mail;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace LeadGen.Portal.Forms.Open;

/// <summary>
/// The public addresses of forms. Nobody signs in and no cookie is needed; what is answered tells nothing about who is known. An unknown
/// workspace and an unknown form are the same 404.
/// </summary>
public static class PublicForms
{
    private static readonly byte[] Script = ReadScript();

    public static void MapPublicForms(this IEndpointRouteBuilder app)
    {
        var forms = app.MapGroup("/f/{tenant}").AllowAnonymous().AddEndpointFilter<PublicFormGate>();
        forms.MapGet("/{formKey}", ShowAsync);
        forms.MapPost("/{formKey}", SendAsync);
        forms.MapMethods("/{formKey}", [HttpMethods.Options], PreflightAsync);
        forms.MapGet("/{formKey}.js", ScriptAsync);
        forms.MapGet("/{formKey}/thanks", ThanksAsync);
        forms.MapGet("/confirm/{token}", AskConfirmAsync);
        forms.MapPost("/confirm/{token}", ConfirmAsync);
    }

    private static async Task<IResult> ShowAsync(string formKey, HttpContext context, FormEditing forms, FormTokens tokens, FormPages pages)
    {
        context.Response.Headers.Vary = "Accept, Origin";
        if (await forms.FindLiveAsync(formKey, context.RequestAborted) is not { Live: { } live } form)
        {
            return TypedResults.NotFound();
        }

        if (!FormCors.WantsJson(context.Request))
        {
            return await pages.FormAsync(context, form, tokens.Issue(form.Id), FormPosts.FromQuery(context.Request));
        }

        return FormCors.Allow(context, live)
            ? TypedResults.Json(await pages.WireAsync(form, tokens.Issue(form.Id), context.RequestAborted))
            : FormCors.Foreign();
    }

    private static async Task<IResult> SendAsync(
        string formKey, HttpContext context, FormEditing forms, FormIntake intake, FormTokens tokens, FormPages pages, FormLimits limits,
        IOptions<MailOptions> mail)
    {
        context.Response.Headers.Vary = "Origin";
        if (await forms.FindLiveAsync(formKey, context.RequestAborted) is not { Live: { } live } form)
        {
            return TypedResults.NotFound();
        }

        var json = FormPosts.IsJson(context.Request);
        if (!FormCors.Allow(context, live))
        {
            return json ? FormCors.Foreign() : await pages.NoticeAsync(context, FormNotice.Foreign);
        }

        if (limits.Take(form.Id, context.Connection.RemoteIpAddress) is { } wait)
        {
            context.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
            return json ? Say(StatusCodes.Status429TooManyRequests, FormNotice.TooMany.Text) : await pages.NoticeAsync(context, FormNotice.TooMany);
        }

        var (sent, problem) = await FormPosts.ReadAsync(context.Request, context.RequestAborted);
        if (sent is null)
        {
            return json ? Say(problem!.Status, problem.Text) : await pages.NoticeAsync(context, problem!);
        }

        var linkBase = mail.Value.LinkBase($"{context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}");
        var reply = await intake.SubmitAsync(form, sent, linkBase, context.RequestAborted);
        if (reply.Kind == FormReplyKind.Thanks)
        {
            return json
                ? TypedResults.Json(new FormThanks(FormPages.ThanksFor(live), live.RedirectUrl), statusCode: StatusCodes.Status202Accepted)
                : new SeeOther(live.RedirectUrl ?? $"{context.Request.PathBase}{context.Request.Path}/thanks");
        }

        var fresh = reply.Kind == FormReplyKind.Stale ? tokens.Issue(form.Id) : null;
        return json
            ? TypedResults.Json(new FormRefusal(FormPages.Say(reply.Kind), reply.Problems, fresh), statusCode: StatusCodes.Status422UnprocessableEntity)
            : await pages.AgainAsync(context, form, fresh ?? sent.Token!, sent, reply);
    }

    private static async Task<IResult> PreflightAsync(string formKey, HttpContext context, FormEditing forms)
    {
        context.Response.Headers.Vary = "Origin";
        if (await forms.FindLiveAsync(formKey, context.RequestAborted) is not { Live: { } live })
        {
            return TypedResults.NotFound();
        }

        if (FormCors.Allow(context, live))
        {
            context.Response.Headers.AccessControlAllowMethods = "GET, POST";
            context.Response.Headers.AccessControlAllowHeaders = "content-type";
            context.Response.Headers.AccessControlMaxAge = "600";
        }

        return TypedResults.NoContent();
    }

    private static async Task<IResult> ScriptAsync(string formKey, HttpContext context, FormEditing forms)
    {
        if (await forms.FindLiveAsync(formKey, context.RequestAborted) is null)
        {
            return TypedResults.NotFound();
        }

        // The same for every form; what differs is asked for by the script.
        context.Response.Headers.CacheControl = "public, max-age=300";
        context.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        return TypedResults.Bytes(Script, "text/javascript; charset=utf-8");
    }

    private static async Task<IResult> ThanksAsync(string formKey, HttpContext context, FormEditing forms, FormPages pages) =>
        await forms.FindLiveAsync(formKey, context.RequestAborted) is { Live: { } live }
            ? await pages.NoticeAsync(context, new FormNotice(StatusCodes.Status200OK, "Sent", FormPages.ThanksFor(live)), live)
            : TypedResults.NotFound();

    private static async Task<IResult> AskConfirmAsync(string token, HttpContext context, FormIntake intake, FormPages pages) =>
        await intake.LookAsync(token, context.RequestAborted) == ConfirmState.Open
            ? await pages.NoticeAsync(context, FormNotice.Confirm)
            : await pages.NoticeAsync(context, await NotOpenAsync(token, intake, context));

    private static async Task<IResult> ConfirmAsync(string token, HttpContext context, FormIntake intake, FormPages pages, FormLimits limits)
    {
        if (limits.Take(Guid.Empty, context.Connection.RemoteIpAddress) is { } wait)
        {
            context.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
            return await pages.NoticeAsync(context, FormNotice.TooMany);
        }

        return await pages.NoticeAsync(
            context, await intake.ConfirmAsync(token, context.RequestAborted) == ConfirmState.Done ? FormNotice.Confirmed : FormNotice.Gone);
    }

    private static async Task<FormNotice> NotOpenAsync(string token, FormIntake intake, HttpContext context) =>
        await intake.LookAsync(token, context.RequestAborted) == ConfirmState.Done ? FormNotice.Confirmed : FormNotice.Gone;

    private static JsonHttpResult<FormRefusal> Say(int status, string text) => TypedResults.Json(new FormRefusal(text, new Dictionary<string, string>(), null), statusCode: status);

    private static byte[] ReadScript()
    {
        using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream("form-embed.js")
            ?? throw new InvalidOperationException("The embed script is missing in the build.");
        using var reader = new StreamReader(file, Encoding.UTF8);
        return Encoding.UTF8.GetBytes(reader.ReadToEnd());
    }

    /// <summary>303: what was posted is not posted again.</summary>
    private sealed class SeeOther(string address) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = address;
            return Task.CompletedTask;
        }
    }
}

/// <summary>What a script is told when it worked.</summary>
internal sealed record FormThanks(string Thanks, string? RedirectUrl);

/// <summary>What a script is told when it did not.</summary>
/// <param name="Problems">By name of the input.</param>
/// <param name="Token">A fresh one, when the old one was too old.</param>
internal sealed record FormRefusal(string Message, IReadOnlyDictionary<string, string> Problems, string? Token);
