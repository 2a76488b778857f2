using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Outreach;
using LeadGen.Portal.Leads;
using Microsoft.AspNetCore.Http.Features;

namespace LeadGen.Portal.Outreach.Open;

/// <summary>
/// <c>/u/{token}</c>: what the receiver of a mail asks for. Opening it shows a page and changes nothing, for programs open links by
/// themselves; posting to it is the one click of RFC 8058 and needs no cookie, no sign-in and no second step.
/// </summary>
internal static class UnsubscribeEndpoints
{
    /// <summary>What the form of the topics posts as its choice.</summary>
    public const string TopicsChoice = "topics";

    private const int Largest = 16 * 1024;

    public static void MapUnsubscribe(this IEndpointRouteBuilder app)
    {
        var receivers = app.MapGroup(OutreachLinks.Prefix).AllowAnonymous().DisableAntiforgery();
        receivers.MapGet("/{token}", ShowAsync);
        receivers.MapPost("/{token}", TakeAsync);
    }

    private static async Task<IResult> ShowAsync(string token, HttpContext context, UnsubscribeTokens tokens, TenantStore tenants, CurrentTenant current, ReceiverPages pages)
    {
        if (await OpenAsync(token, context, tokens, tenants, current) is not { } receiver)
        {
            return TypedResults.NotFound();
        }

        var state = await context.RequestServices.GetRequiredService<Unsubscribing>().LookAsync(receiver, context.RequestAborted);
        return await pages.ChoiceAsync(context, state, await TopicsOf(context).LookAsync(receiver, context.RequestAborted), null);
    }

    private static async Task<IResult> TakeAsync(string token, HttpContext context, UnsubscribeTokens tokens, TenantStore tenants, CurrentTenant current, ReceiverPages pages)
    {
        if (await OpenAsync(token, context, tokens, tenants, current) is not { } receiver)
        {
            return TypedResults.NotFound();
        }

        var (choice, sure, topics) = await ReadAsync(context.Request, context.RequestAborted);
        var asked = context.RequestServices.GetRequiredService<Unsubscribing>();
        if (Unsubscribing.Pauses.FirstOrDefault(days => choice == $"pause-{days}") is > 0 and var days)
        {
            return ReceiverPages.Done(context, await asked.PauseAsync(receiver, days, context.RequestAborted)
                ? ReceiverAnswer.Paused(days) : ReceiverAnswer.Nothing, await pages.LookAsync(context));
        }

        if (choice == TopicsChoice)
        {
            return ReceiverPages.Done(context, ReceiverAnswer.Chosen(await TopicsOf(context).ChooseAsync(receiver, topics, context.RequestAborted)), await pages.LookAsync(context));
        }

        if (choice == "forget")
        {
            if (!sure)
            {
                return await pages.ChoiceAsync(
                    context, ReceiverState.In, await TopicsOf(context).LookAsync(receiver, context.RequestAborted), "Tick the box, so that nobody is forgotten by mistake.");
            }

            var leads = context.RequestServices.GetRequiredService<LeadActions>();
            foreach (var lead in await asked.ForgetAsync(receiver, context.RequestAborted))
            {
                await leads.EraseAsync(lead, CancellationToken.None);
            }

            return ReceiverPages.Done(context, ReceiverAnswer.Forgotten, await pages.LookAsync(context));
        }

        // Whatever else is posted here means "no more mail".
        await asked.UnsubscribeAsync(receiver, context.RequestAborted);
        return ReceiverPages.Done(context, ReceiverAnswer.Unsubscribed, await pages.LookAsync(context));
    }

    private static TopicChoices TopicsOf(HttpContext context) => context.RequestServices.GetRequiredService<TopicChoices>();

    /// <summary>The receiver whom the token names; their tenant is the scope's from here on. Null for what is no token of ours.</summary>
    private static async Task<MailReceiver?> OpenAsync(string token, HttpContext context, UnsubscribeTokens tokens, TenantStore tenants, CurrentTenant current)
    {
        if (context.Features.Get<Shell.TenantAddress>() is not null || tokens.Read(token) is not { } named
            || await tenants.FindAsync(named.Tenant, context.RequestAborted) is not { State: TenantState.Active } tenant)
        {
            return null;
        }

        current.Set(tenant);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = Largest;
        }

        context.Response.Headers.CacheControl = "no-store";
        return named;
    }

    private static async Task<(string Choice, bool Sure, IReadOnlyCollection<Guid> Topics)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasFormContentType)
        {
            return ("", false, []);
        }

        try
        {
            var form = await request.ReadFormAsync(new FormOptions { BufferBodyLengthLimit = Largest, ValueCountLimit = 2 * MailTopic.Most, MultipartBodyLengthLimit = Largest }, cancellationToken);
            return (form["choice"].ToString(), form["sure"] == "yes", [.. form["topic"].Select(t => Guid.TryParse(t, out var id) ? id : Guid.Empty)]);
        }
        catch (Exception e) when (e is InvalidDataException or BadHttpRequestException)
        {
            // Who wants no more mail is not asked to write it better.
            return ("", false, []);
        }
    }
}
