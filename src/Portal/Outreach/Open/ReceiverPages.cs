using System.Security.Cryptography;
using System.Text;
using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Portal.Forms.Open;
using LeadGen.Portal.Settings;
using LeadGen.Portal.Shell;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LeadGen.Portal.Outreach.Open;

/// <summary>Pages for receivers of mails: plain HTML in the sender's colours, nothing of the portal's frame, no cookie, no address.</summary>
internal sealed class ReceiverPages(WorkspaceSettings settings, CurrentTenant tenant)
{
    public async Task<IResult> ChoiceAsync(HttpContext context, ReceiverState state, IReadOnlyList<TopicChoice> topics, string? problem)
    {
        var look = await LookAsync(context);
        return Page<ReceiverPage>(context, look, new Dictionary<string, object?>
        {
            [nameof(ReceiverPage.Look)] = look,
            [nameof(ReceiverPage.State)] = state,
            [nameof(ReceiverPage.Topics)] = topics,
            [nameof(ReceiverPage.Problem)] = problem,
        });
    }

    public static IResult Done(HttpContext context, FormNotice answer, FormLook look) => Page<HostedNotice>(
        context, look, new Dictionary<string, object?> { [nameof(HostedNotice.Look)] = look, [nameof(HostedNotice.Notice)] = answer });

    public async Task<FormLook> LookAsync(HttpContext context)
    {
        var own = await settings.ReadAsync(context.RequestAborted);
        return new FormLook(
            tenant.Info.Name, own.Logo is { } logo && LogoFile.Read(logo) is not null ? logo : null, AccentColour.Of(own.Colour)?.Css, null, context.Request.PathBase);
    }

    private static RazorComponentResult<T> Page<T>(HttpContext context, FormLook look, Dictionary<string, object?> parameters)
        where T : Microsoft.AspNetCore.Components.IComponent
    {
        var style = look.Css is null ? "" : $" 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(look.Css)))}'";
        context.Response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src 'self'{style}; font-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        return new RazorComponentResult<T>(parameters);
    }
}

/// <summary>What a receiver is told.</summary>
internal static class ReceiverAnswer
{
    public static readonly FormNotice Unsubscribed = new(StatusCodes.Status200OK, "You are unsubscribed", "You get no more mail from us, from this moment on. You can close this page.");

    public static readonly FormNotice Forgotten = new(
        StatusCodes.Status200OK, "You are forgotten", "What we knew of you is erased, and you get no more mail from us. Only a sign that reveals nothing keeps you from being entered again.");

    public static readonly FormNotice Nothing = new(StatusCodes.Status200OK, "You get no mail from us", "We have no record of you any more. You can close this page.");

    public static FormNotice Chosen(IReadOnlyList<TopicChoice> topics)
    {
        var (wanted, refused) = (Names(topics.Where(t => t.Wanted)), Names(topics.Where(t => !t.Wanted)));
        var words = refused.Length == 0 ? $"We write to you about {wanted}." : wanted.Length == 0 ? $"We write to you no more about {refused}." : $"We write to you about {wanted}, and no more about {refused}.";
        return new(StatusCodes.Status200OK, "Your choice is saved", $"{words} This page stays here, if you change your mind or want no mail at all.");
    }

    public static FormNotice Paused(int days) => new(StatusCodes.Status200OK, $"A pause of {days} days", $"You get no mail from us for {days} days. This page stays here, if you want more or less.");

    private static string Names(IEnumerable<TopicChoice> topics) => topics.Select(t => $"“{t.Name}”").ToList() switch
    {
        [.. var before, var last] when before.Count > 0 => $"{string.Join(", ", before)} and {last}",
        var few => string.Concat(few),
    };
}
