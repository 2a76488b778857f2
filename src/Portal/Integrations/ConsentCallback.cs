using System.Security.Claims;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Crm.Consent;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Portal.Account;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Integrations;

/// <summary>
/// Takes people back whom a vendor leads to <c>/oauth/{vendor}/callback</c>. All tenants share this address, since vendors lead only to addresses
/// that were registered; the sealed <c>state</c> names the tenant, and membership and role there are asked of the catalog before anything
/// else happens. Whoever cannot be told apart from a stranger is told the same.
/// </summary>
public sealed class ConsentCallback(ConsentStates states, TenantStore tenants, TenantScopes scopes)
{
    private const int LongestWords = 200;

    private static readonly ConsentEnd Unknown = new(
        StatusCodes.Status400BadRequest, "This sign-in cannot be used",
        "It was used already, is older than ten minutes, or was begun by somebody else or in another workspace. Nothing was changed. Go to Integrations and begin anew.", "/", "To the start");

    /// <summary>What is registered with the vendor.</summary>
    /// <param name="root">Where people reach the portal, without a slash at the end.</param>
    public static string AddressOf(string root, CrmKind kind) => $"{root}/oauth/{kind.ToString().ToLowerInvariant()}/callback";

    public async Task<ConsentEnd> TakeAsync(ConsentReturn back, ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        if (person.Identity?.IsAuthenticated != true)
        {
            return new ConsentEnd(
                StatusCodes.Status401Unauthorized, "You are signed out here", "So it is not known for whom you signed in there. Nothing was changed. Sign in, go to Integrations and begin anew.",
                SignInAddress.Path, "Sign in");
        }

        if (KindOf(back.Vendor) is not { } kind || states.Read(back.State) is not { } state || await tenants.FindAsync(state.Tenant, cancellationToken) is not { State: TenantState.Active } tenant)
        {
            return Unknown;
        }

        return await scopes.RunAsync(
            state.Tenant,
            async services =>
            {
                var member = services.GetRequiredService<CurrentMember>();
                if (!await services.GetRequiredService<MembershipCheck>().RefreshAsync(person, cancellationToken))
                {
                    return Unknown;
                }

                if (!member.Is(MemberRole.Admin))
                {
                    return new ConsentEnd(
                        StatusCodes.Status403Forbidden, "Your role does not allow this", $"Only owners and admins of {tenant.Name} connect CRMs. Nothing was changed.",
                        SignInAddress.Tenant(tenant.Slug, "/integrations"), "To the integrations");
                }

                // From here on to its end, also when the person closes the window: the code is spent by the first request.
                return await services.GetRequiredService<CrmConsents>().TakeAsync(state.Hash, member.UserId, kind, CancellationToken.None) is { } wish
                    ? await FinishAsync(services, tenant, wish, back, member.Actor)
                    : Unknown;
            },
            cancellationToken);
    }

    private static async Task<ConsentEnd> FinishAsync(IServiceProvider services, Tenant tenant, ConsentOnItsWay wish, ConsentReturn back, string actor)
    {
        var vendor = IntegrationWords.Kind(wish.Kind);
        var again = SignInAddress.Tenant(tenant.Slug, wish.IntegrationId is { } known ? $"/integrations/{known}/setup?step=credentials" : $"/integrations/new?kind={wish.Kind}");
        if (back.Error is { Length: > 0 } error)
        {
            var said = back.Description is { Length: > 0 } words ? words : error;
            return error == "access_denied"
                ? new ConsentEnd(StatusCodes.Status200OK, $"You did not let LeadGen into {vendor}", "Nothing was changed. You can begin anew whenever you like.", again, "Back to the connection")
                : new ConsentEnd(
                    StatusCodes.Status200OK, $"{vendor} did not let LeadGen in", $"{vendor} says: {(said.Length > LongestWords ? said[..LongestWords] + "…" : said)}. Nothing was changed.", again, "Try again");
        }

        var connected = await services.GetRequiredService<CrmConsents>().ConnectAsync(wish, back.Code, actor, CancellationToken.None);
        if (connected.Integration is not { } integration)
        {
            return new ConsentEnd(StatusCodes.Status502BadGateway, $"{vendor} is not connected", $"{connected.Problem} Nothing was changed.", again, "Try again");
        }

        if (integration.Mapping.Count == 0)
        {
            // A vendor that fails here is asked again by the page of fields, which says so.
            await services.GetRequiredService<CrmSetup>().SuggestAsync(integration, CancellationToken.None);
        }

        var next = integration.State == IntegrationState.Connecting ? $"/integrations/{integration.Id}/setup?step=fields" : $"/integrations/{integration.Id}";
        return new ConsentEnd(StatusCodes.Status302Found, "", "", SignInAddress.Tenant(tenant.Slug, next), "");
    }

    private static CrmKind? KindOf(string vendor) =>
        Enum.GetValues<CrmKind>().Where(k => k != CrmKind.Webhook && k.ToString().Equals(vendor, StringComparison.OrdinalIgnoreCase)).Cast<CrmKind?>().FirstOrDefault();
}

/// <summary>What a browser brings back from a vendor.</summary>
public sealed record ConsentReturn(string Vendor, string? Code, string? State, string? Error, string? Description);

/// <summary>How it ended.</summary>
/// <param name="Status">302 leads on without a word.</param>
/// <param name="Next">A path of ours.</param>
public sealed record ConsentEnd(int Status, string Title, string Text, string Next, string NextLabel);
