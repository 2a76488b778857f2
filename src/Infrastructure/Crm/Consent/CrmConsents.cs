using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LeadGen.Infrastructure.Crm.Wire;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbound;
using LeadGen.Infrastructure.Secrets;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Crm.Consent;

/// <summary>Sends members of the current tenant to a vendor's page and takes them back. Callers ask first whether the person may.</summary>
public sealed class CrmConsents(
    CrmSetup setup, CrmConnections connections, ConsentStates states, TenantSecrets secrets, TenantWrites writes, CurrentTenant tenant,
    IOptions<CrmAppOptions> apps, IHttpClientFactory clients, OutboundHttp outbound, TimeProvider time)
{
    /// <summary>To sign in at the vendor and allow the app.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private const int LongestCode = 4_000;

    /// <summary>Whether the operator registered an app.</summary>
    public bool HasApp(CrmKind kind) => apps.Value.Of(kind) is not null;

    /// <summary>Whether an app is the one that the operator registered.</summary>
    public bool IsOfOperator(CrmKind kind, string? clientId) => clientId is not null && apps.Value.Of(kind)?.ClientId == clientId;

    /// <summary>Whether people may say where the vendor is: the operator has not, and it has more than one place.</summary>
    public bool HasPlaces(CrmKind kind) => kind == CrmKind.Salesforce && apps.Value.AddressOf(kind) is null;

    /// <summary>What is asked for there, null for a vendor without such a page.</summary>
    public ConsentTerms? TermsOf(CrmKind kind) => connections.ConnectorOf(kind).Consent(apps.Value.AddressOf(kind));

    /// <param name="member">Who is sent there.</param>
    /// <param name="comeBack">The whole address that the vendor leads back to, as it is registered there.</param>
    /// <returns>The vendor's page, or why there is none to be sent to.</returns>
    public async Task<(Uri? Page, string? Problem)> BeginAsync(ConsentWish wish, Guid member, string comeBack, CancellationToken cancellationToken)
    {
        var (address, problem) = await PlaceAsync(wish, cancellationToken);
        if (problem is not null)
        {
            return (null, problem);
        }

        if (connections.ConnectorOf(wish.Kind).Consent(address) is not { } terms)
        {
            return (null, "This kind of CRM has no page to sign in at.");
        }

        var (clientId, appSecret, unknown) = wish.Own is { } own ? await OwnAsync(wish, own, cancellationToken) : (apps.Value.Of(wish.Kind)?.ClientId, null, null);
        if (unknown is not null || clientId is null)
        {
            return (null, unknown ?? $"No app is registered with {terms.Vendor} for this installation.");
        }

        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var (state, hash) = states.Issue(tenant.Id);
        var settings = new CrmSettings { BaseUrl = address, ClientId = clientId, ByConsent = true };
        var onItsWay = new ConsentOnItsWay(wish.Kind, wish.IntegrationId, wish.Name, settings, appSecret, verifier, comeBack);
        var now = time.GetUtcNow().UtcDateTime;
        var row = new CrmConsent { Hash = hash, UserId = member, Kind = wish.Kind, Until = now + Patience, Wish = secrets.Seal(JsonSerializer.Serialize(onItsWay)) };
        await writes.RunAsync(
            async (db, ct) =>
            {
                await db.CrmConsents.Where(c => c.Until < now).ExecuteDeleteAsync(ct);
                db.CrmConsents.Add(row);
                await db.SaveChangesAsync(ct);
            },
            cancellationToken);
        return (PageOf(terms, onItsWay, state), null);
    }

    /// <summary>Takes somebody back, once.</summary>
    /// <param name="hash">Of the state.</param>
    /// <param name="member">Who came back.</param>
    /// <param name="kind">From where.</param>
    /// <returns>Null when nobody is expected: used already, too old, or another member or vendor.</returns>
    public async Task<ConsentOnItsWay?> TakeAsync(string hash, Guid member, CrmKind kind, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var sealedWish = await writes.RunAsync(
            async (db, ct) =>
            {
                var expected = db.CrmConsents.Where(c => c.Hash == hash && c.UserId == member && c.Kind == kind && c.Until >= now);
                return await expected.AsNoTracking().ForUpdate().SingleOrDefaultAsync(ct) is { } row && await expected.ExecuteDeleteAsync(ct) == 1 ? row.Wish : null;
            },
            cancellationToken);
        try
        {
            return sealedWish is null ? null : JsonSerializer.Deserialize<ConsentOnItsWay>(secrets.Open(sealedWish));
        }
        catch (CryptographicException)
        {
            // The keys of this installation were changed since.
            return null;
        }
    }

    /// <summary>Swaps the code for tokens, makes a real call with them and keeps the connection when that works; else nothing is kept.</summary>
    public async Task<Connected> ConnectAsync(ConsentOnItsWay wish, string? code, string actor, CancellationToken cancellationToken)
    {
        var terms = connections.ConnectorOf(wish.Kind).Consent(wish.Settings.BaseUrl)!;
        if (string.IsNullOrEmpty(code) || code.Length > LongestCode)
        {
            return new Connected(null, null, $"{terms.Vendor} led back without a code. Sign in again.");
        }

        var isOwn = wish.AppSecret is not null;
        var secret = wish.AppSecret ?? SecretOf(wish.Kind, wish.Settings);
        if (secret is null)
        {
            return new Connected(null, null, "The app of this installation was changed meanwhile. Sign in again.");
        }

        Dictionary<string, string> got;
        try
        {
            var request = new TokenRequest(clients.CreateClient(OutboundHttp.Name), terms, (wish.Settings.ClientId!, secret, isOwn));
            got = await VendorWire.GuardAsync(terms.Vendor, () => request.SwapAsync(code, wish.Verifier, wish.ComeBack, cancellationToken));
        }
        catch (CrmException e)
        {
            return new Connected(null, null, e.Message);
        }

        if (isOwn)
        {
            got[CrmConnections.AppSecret] = secret;
        }

        return await setup.ConnectAsync(wish.IntegrationId, new CrmCredentials(wish.Kind, wish.Name, wish.Settings, got), actor, cancellationToken);
    }

    /// <summary>Ends the connection and asks the vendor to forget it.</summary>
    /// <returns>Why it was not ended, or what is left for a person to do at the vendor.</returns>
    public async Task<(string? Problem, string? Left)> DisconnectAsync(Guid id, CancellationToken cancellationToken)
    {
        var integration = await setup.FindAsync(id, cancellationToken);
        if (await setup.DisconnectAsync(id, cancellationToken) is { } problem)
        {
            return (problem, null);
        }

        if (integration is not { Settings.ByConsent: true } || connections.ConnectorOf(integration.Kind).Consent(integration.Settings.BaseUrl) is not { } terms)
        {
            return (null, null);
        }

        // A vendor may take the app out of the account as a whole, which another connection still needs.
        if ((await setup.ListAsync(CancellationToken.None)).Any(i => i.Kind == integration.Kind && i.Settings.AccountId == integration.Settings.AccountId && i.Settings.ByConsent))
        {
            return (null, null);
        }

        try
        {
            var stored = connections.Open(integration).Secrets;
            if (stored.GetValueOrDefault("refreshToken") is { } token)
            {
                var secret = stored.GetValueOrDefault(CrmConnections.AppSecret)
                    ?? throw new CrmException(CrmTrouble.Refused, "The app that was let in is not the one of this installation any more.");
                var request = new TokenRequest(clients.CreateClient(OutboundHttp.Name), terms, (integration.Settings.ClientId!, secret, SecretOf(integration.Kind, integration.Settings) is null));
                await VendorWire.GuardAsync(terms.Vendor, async () =>
                {
                    await request.RevokeAsync(token, CancellationToken.None);
                    return true;
                });
            }

            return (null, null);
        }
        catch (CrmException e)
        {
            return (null, $"Disconnected here, but {terms.Vendor} could not be told: {e.Message} Take the app out of your account there.");
        }
    }

    private string? SecretOf(CrmKind kind, CrmSettings settings) =>
        apps.Value.Of(kind) is { } app && app.ClientId == settings.ClientId && apps.Value.MayGo(kind, settings.BaseUrl) ? app.ClientSecret : null;

    /// <summary>Where the vendor is. The operator's app goes to the vendor alone; an app of one's own wherever the guard lets it.</summary>
    private async Task<(string? Address, string? Problem)> PlaceAsync(ConsentWish wish, CancellationToken cancellationToken)
    {
        if (!HasPlaces(wish.Kind) || string.IsNullOrWhiteSpace(wish.Address))
        {
            return (apps.Value.AddressOf(wish.Kind), null);
        }

        var typed = wish.Address.Trim();
        typed = typed.Contains("://", StringComparison.Ordinal) ? typed : "https://" + typed;
        var place = Uri.TryCreate(typed, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Authority) : typed;
        if (wish.Own is null && !apps.Value.MayGo(wish.Kind, place))
        {
            return (null, "Write the address of your Salesforce domain, such as https://acme.my.salesforce.com. Other addresses need an app of your own.");
        }

        var (_, problem) = await outbound.CheckAsync(place, cancellationToken);
        return problem is null ? (place, null) : (null, problem);
    }

    private async Task<(string? ClientId, string? Secret, string? Problem)> OwnAsync(ConsentWish wish, OwnApp own, CancellationToken cancellationToken)
    {
        if (own.ClientSecret is { Length: > 0 } given)
        {
            return (own.ClientId, given, null);
        }

        if (wish.IntegrationId is { } id && await setup.FindAsync(id, cancellationToken) is { Settings.ByConsent: true } known && known.Settings.ClientId == own.ClientId)
        {
            try
            {
                if (secrets.OpenAll(known.Secrets).GetValueOrDefault(CrmConnections.AppSecret) is { } kept)
                {
                    return (own.ClientId, kept, null);
                }
            }
            catch (CryptographicException)
            {
                // It is entered anew.
            }
        }

        return (null, null, "The client secret of the app is missing.");
    }

    private static Uri PageOf(ConsentTerms terms, ConsentOnItsWay wish, string state)
    {
        List<KeyValuePair<string, string>> query =
        [
            new("response_type", "code"), new("client_id", wish.Settings.ClientId!), new("redirect_uri", wish.ComeBack), new("state", state),
        ];
        if (terms.AsksForScopes)
        {
            query.Add(new("scope", string.Join(' ', terms.Scopes.Select(s => s.Name))));
        }

        if (terms.Pkce)
        {
            query.Add(new("code_challenge", Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(wish.Verifier)))));
            query.Add(new("code_challenge_method", "S256"));
        }

        return new Uri($"{terms.AuthorizeAt}?{string.Join('&', query.Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value)}"))}");
    }
}
