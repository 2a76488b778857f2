using System.Buffers;
using System.Net.Sockets;
using System.Security.Authentication;

namespace LeadGen.Infrastructure.Outbound;

/// <summary>
/// The one way to addresses that people type. Ask <see cref="IHttpClientFactory"/> for the client <see cref="Name"/>: it follows no
/// redirect, knows no proxy and no cookie, gives up after <see cref="Patience"/> and connects only where <see cref="OutboundGuard"/> lets it.
/// </summary>
public sealed class OutboundHttp(OutboundGuard guard)
{
    public const string Name = "outbound";

    /// <summary>The same for servers that think before they answer: it waits for up to 25 seconds and reads at most 1 MB.</summary>
    public const string Patient = "outbound-patient";

    /// <summary>Bytes of an answer that are read where nobody asks for more.</summary>
    public const int Cap = 64 * 1024;

    private const int LongestAddress = 2_000;

    /// <summary>To connect, and for an exchange as a whole.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Checks an address that a person typed, so that a mistake is seen at once and not at the first delivery.</summary>
    /// <returns>The address as it will be called, or what is wrong with it and how to mend it.</returns>
    public async Task<(Uri? Address, string? Problem)> CheckAsync(string? text, CancellationToken cancellationToken = default)
    {
        var typed = text?.Trim() ?? "";
        if (typed.Length is 0 or > LongestAddress || !Uri.TryCreate(typed, UriKind.Absolute, out var address)
            || address.Scheme is not ("https" or "http") || address.Host.Length == 0)
        {
            return (null, "Write a whole address, such as https://example.com/hooks.");
        }

        if (address.UserInfo.Length > 0)
        {
            return (null, OutboundRules.Credentials);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            var (_, inner) = await guard.ResolveAsync(address.IdnHost, limit.Token);
            var problem = inner ? null : OutboundGuard.Unusual(address.Scheme == Uri.UriSchemeHttps, address.Port);
            return (problem is null ? address : null, problem);
        }
        catch (OutboundRefusedException e)
        {
            return (null, e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, "The name of the server could not be looked up in time. Try again.");
        }
    }

    /// <summary>Reads the beginning of an answer: what is behind the cap is never fetched.</summary>
    public static async Task<byte[]> ReadCappedAsync(HttpContent content, int cap = Cap, CancellationToken cancellationToken = default)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(cap);
        try
        {
            var length = await stream.ReadAtLeastAsync(buffer.AsMemory(0, cap), cap, throwOnEndOfStream: false, cancellationToken);
            return buffer.AsSpan(0, length).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>What went wrong with a request, in words for people that name no inner address; null for what is no trouble of the network.</summary>
    public static string? Explain(Exception exception) => exception switch
    {
        OutboundRefusedException e => e.Message,
        { InnerException: OutboundRefusedException e } => e.Message,
        OperationCanceledException => "The server did not answer within 15 seconds.",
        HttpRequestException { InnerException: AuthenticationException } => "The server's certificate is not trusted.",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "No secure connection could be made with the server.",
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => "The answer was too large.",
        HttpRequestException or HttpIOException or IOException or SocketException => "The connection broke before the answer was complete.",
        _ => null,
    };
}
