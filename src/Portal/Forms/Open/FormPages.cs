using System.Security.Cryptography;
using System.Text;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Forms;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Portal.Settings;
using LeadGen.Portal.Shell;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LeadGen.Portal.Forms.Open;

/// <summary>Pages of public forms: plain HTML with headers of their own, nothing of the portal's frame and no cookie.</summary>
internal sealed class FormPages(WorkspaceSettings settings, CurrentTenant tenant)
{
    private const string Stale = "This page was open for too long. Nothing was lost: please send it once more.";
    private const string Unproven = "Your browser could not finish its little check. This form needs JavaScript: please switch it on and send it once more.";
    private const string Wrong = "Something is missing or cannot be read. Please look at the marked fields.";

    public static string Say(FormReplyKind kind) => kind switch
    {
        FormReplyKind.Stale => Stale,
        FormReplyKind.Unproven => Unproven,
        _ => Wrong,
    };

    /// <summary>The same words for everybody, whatever becomes of what they sent.</summary>
    public static string ThanksFor(FormDefinition form) =>
        form.DoubleOptIn ? $"{form.Thanks} Please look into your mailbox and confirm with the link in our letter." : form.Thanks;

    public async Task<IResult> FormAsync(HttpContext context, WebForm form, string token, IReadOnlyDictionary<string, string> hidden) =>
        Page<HostedForm>(context, await LookAsync(form.Live!, context), StatusCodes.Status200OK, form.Live!, new Dictionary<string, object?>
        {
            [nameof(HostedForm.View)] = new FormSheet(form.Live!, token) { Hidden = hidden },
        });

    /// <summary>The form once more, with what was typed and what is wrong with it.</summary>
    public async Task<IResult> AgainAsync(HttpContext context, WebForm form, string token, SentForm sent, FormReply reply) =>
        Page<HostedForm>(context, await LookAsync(form.Live!, context), StatusCodes.Status422UnprocessableEntity, form.Live!, new Dictionary<string, object?>
        {
            [nameof(HostedForm.View)] = new FormSheet(form.Live!, token)
            {
                Values = sent.Values,
                Problems = reply.Problems,
                Notice = Say(reply.Kind),
                Hidden = FormPosts.Hidden(sent),
            },
        });

    public async Task<IResult> NoticeAsync(HttpContext context, FormNotice notice, FormDefinition? form = null) =>
        Page<HostedNotice>(context, await LookAsync(form, context), notice.Status, form, new Dictionary<string, object?> { [nameof(HostedNotice.Notice)] = notice });

    /// <summary>What the embed script draws.</summary>
    public async Task<FormWire> WireAsync(WebForm form, string token, CancellationToken cancellationToken)
    {
        var live = form.Live!;
        var accent = AccentColour.Of(live.Colour ?? (await settings.ReadAsync(cancellationToken)).Colour);
        return new FormWire(
            live.Title, live.Intro,
            [.. live.Fields.Where(f => f.Kind != "hidden").Select(f => new FormWireField(f.Field, f.Label, f.Kind, f.Required, f.Hint, f.Choices, f.Value, FormSheet.AutocompleteOf(f.Field), FormSheet.MostOf(f.Field)))],
            live.Consent, live.Button, token, live.ProofOfWork ? ProofOfWork.Bits : 0, live.Colour is null ? null : accent?.Light, live.Scheme);
    }

    private async Task<FormLook> LookAsync(FormDefinition? form, HttpContext context)
    {
        var own = await settings.ReadAsync(context.RequestAborted);
        return new FormLook(tenant.Info.Name, own.Logo is { } logo && LogoFile.Read(logo) is not null ? logo : null,
            AccentColour.Of(form?.Colour ?? own.Colour)?.Css, form?.Scheme is "light" or "dark" ? form.Scheme : null, context.Request.PathBase);
    }

    private static RazorComponentResult<T> Page<T>(HttpContext context, FormLook look, int status, FormDefinition? form, Dictionary<string, object?> parameters)
        where T : Microsoft.AspNetCore.Components.IComponent
    {
        var style = look.Css is null ? "" : $" 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(look.Css)))}'";

        // Browsers hold the address that a form is sent on to against this, too.
        var onward = form?.RedirectUrl is { } url ? " " + new Uri(url).GetLeftPart(UriPartial.Authority) : "";
        context.Response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'self'; style-src 'self'{style}; font-src 'self'; img-src data:; form-action 'self'{onward}; base-uri 'none'; frame-ancestors 'none'";
        parameters[nameof(HostedForm.Look)] = look;
        return new RazorComponentResult<T>(parameters) { StatusCode = status };
    }
}

/// <summary>How a public page looks: the workspace's sign and colours.</summary>
/// <param name="Css">A rule that sets the colours, or null for LeadGen's own.</param>
/// <param name="Scheme">Light or dark; null = as the visitor's system has it.</param>
public sealed record FormLook(string Name, string? Logo, string? Css, string? Scheme, string Root);

/// <summary>A form as the embed script gets it.</summary>
/// <param name="Proof">Bits of the arithmetic to do; 0 for none.</param>
/// <param name="Colour">The form's own colour, or null to take the page's.</param>
internal sealed record FormWire(
    string Title, string Intro, IReadOnlyList<FormWireField> Fields, string Consent, string Button, string Token, int Proof, string? Colour, string Scheme);

/// <summary>A question as the embed script gets it.</summary>
internal sealed record FormWireField(
    string Name, string Label, string Kind, bool Required, string Hint, IReadOnlyList<string> Choices, string Value, string? Autocomplete, int Most);
