using System.Net;

namespace LeadGen.Infrastructure.Outbound;

/// <summary>
/// Networks that are nobody's public address: private, local, shared, for documentation, for groups, or carrying another address inside.
/// Source: the IANA registries of special-purpose addresses.
/// </summary>
internal static class BlockedNetworks
{
    private static readonly IPNetwork[] All = [.. new[]
    {
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",

        // The host of virtual machines at one large provider: public by its number alone.
        "168.63.129.16/32",
        "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16",
        "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    }.Select(n => IPNetwork.Parse(n))];

    /// <summary>An IPv4 address inside an IPv6 one is looked at as what it is.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    public static bool Contains(IPAddress address) => All.Any(n => n.Contains(Plain(address)));
}
