using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Outbound;

/// <summary>Finds the addresses of a host name; the system's own by default.</summary>
public delegate Task<IPAddress[]> HostResolver(string host, CancellationToken cancellationToken);

/// <summary>
/// Decides whether a host may be called, and connects to exactly the addresses that were looked at: a name that means another address
/// a moment later gains nothing.
/// </summary>
public sealed class OutboundGuard(IOptions<OutboundOptions> options, HostResolver resolve)
{
    internal const string Closed = "This address leads into a network that is closed to us. Use a public address, "
        + "or ask the operator of this installation to open the network (Outbound:AllowedNetworks).";

    internal const string Insecure = "Use an address that begins with https://.";
    internal const string OtherPort = "Use port 443 or 8443; others are closed to us.";

    private static readonly int[] Ports = [443, 8443];

    private readonly IReadOnlyList<IPNetwork> allowed = options.Value.Networks;

    /// <summary>Looks a host up once and checks what it means.</summary>
    /// <returns>Addresses to connect to, and whether all lie in networks that the operator opened.</returns>
    /// <exception cref="OutboundRefusedException">Unknown, or any of its addresses is closed.</exception>
    public async Task<(IReadOnlyList<IPAddress> Addresses, bool Inner)> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        var addresses = await LookUpAsync(host.Trim('[', ']'), cancellationToken);
        var inner = addresses.All(a => allowed.Any(n => n.Contains(BlockedNetworks.Plain(a))));
        return !inner && addresses.Any(a => BlockedNetworks.Contains(a) && !allowed.Any(n => n.Contains(BlockedNetworks.Plain(a))))
            ? throw new OutboundRefusedException(Closed)
            : (addresses, inner);
    }

    /// <summary>A connection for the guarded client: https on the usual ports, or whatever the operator opened.</summary>
    internal async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (addresses, inner) = await ResolveAsync(context.DnsEndPoint.Host, cancellationToken);
        var secure = context.InitialRequestMessage.RequestUri?.Scheme == Uri.UriSchemeHttps;
        return !inner && Unusual(secure, context.DnsEndPoint.Port) is { } problem
            ? throw new OutboundRefusedException(problem)
            : await ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
    }

    /// <summary>For what is no HTTP (a mail server): the same check, a bare connection.</summary>
    /// <exception cref="OutboundRefusedException">Unknown, closed, or nobody answers.</exception>
    public async Task<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var (addresses, _) = await ResolveAsync(host, cancellationToken);
        return await ConnectAsync(addresses, port, cancellationToken);
    }

    /// <returns>Why a public host may not be called like this, or null.</returns>
    internal static string? Unusual(bool secure, int port) =>
        !secure ? Insecure
        : !Ports.Contains(port) ? OtherPort
        : null;

    private async Task<IPAddress[]> LookUpAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host.TrimEnd('.'), out var literal))
        {
            return [literal];
        }

        IPAddress[] found;
        try
        {
            found = await resolve(host, cancellationToken);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            found = [];
        }

        return found.Length > 0 ? found : throw new OutboundRefusedException("No server is known by this name. Check the spelling of the address.");
    }

    private static async Task<Stream> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        // One after the other: of a host with several, one that is down must not be the end.
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        // The system's own words name the address.
        throw new OutboundRefusedException("The server does not accept connections.");
    }
}
