using LeadGen.Infrastructure.Mail;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>Addresses of this portal as they stand in mails.</summary>
public sealed class OutreachLinks(IOptions<MailOptions> mail, UnsubscribeTokens tokens, IServiceProvider services)
{
    public const string Prefix = "/u";

    /// <summary>What links begin with: what the operator says (<c>Mail:PublicUrl</c>), else where this process listens; null when it does not.</summary>
    public string? Base => mail.Value.PublicUrl?.TrimEnd('/') ?? Own();

    /// <summary>Receivers' programs call it by themselves and over https alone.</summary>
    public bool IsPublic => mail.Value.PublicUrl?.StartsWith("https://", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Where the receiver of a mail unsubscribes; null without a <see cref="Base"/>.</summary>
    public string? UnsubscribeOf(TenantId tenant, Guid messageId, string email) =>
        Base is { } address ? $"{address}{Prefix}/{tokens.Issue(tenant, messageId, email)}" : null;

    private string? Own()
    {
        var address = services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        return address is null ? null : BindingAddress(address);
    }

    /// <summary>Who listens everywhere is reached on this machine.</summary>
    private static string BindingAddress(string address)
    {
        var parsed = Microsoft.AspNetCore.Http.BindingAddress.Parse(address);
        var host = parsed.Host is "*" or "+" or "[::]" or "0.0.0.0" ? "localhost" : parsed.Host;
        return $"{parsed.Scheme}://{host}:{parsed.Port}";
    }
}
