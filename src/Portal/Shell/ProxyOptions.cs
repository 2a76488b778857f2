using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace LeadGen.Portal.Shell;

/// <summary>Which proxies may say who the visitor is; section <c>Proxy</c>. Without any, forwarded headers are ignored.</summary>
public sealed class ProxyOptions
{
    public const string Section = "Proxy";

    /// <summary>Networks of the proxies in front, for example <c>10.0.0.0/8</c>.</summary>
    public IReadOnlyList<string> Networks { get; set; } = [];
}

internal sealed class ProxySetup(IOptions<ProxyOptions> options) : IConfigureOptions<ForwardedHeadersOptions>
{
    public void Configure(ForwardedHeadersOptions forwarded)
    {
        if (options.Value.Networks.Count == 0)
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.None;
            return;
        }

        forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in options.Value.Networks)
        {
            forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.TryParse(network, out var known)
                ? known
                : throw new InvalidOperationException($"Proxy:Networks has '{network}', which is no network like 10.0.0.0/8."));
        }
    }
}
