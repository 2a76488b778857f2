using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Cryptography;
using LeadGen.Infrastructure.Outbound;
using LeadGen.Infrastructure.Secrets;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Outreach;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using MailServer = LeadGen.Pipeline.Outreach.MailServer;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>
/// Gives mails to the senders' servers over connections that are kept for the next one. A connection belongs to one sender of one tenant as
/// its server was set then; it is closed after <see cref="Life"/>, so that names are looked up, and checked, anew.
/// </summary>
public sealed class SmtpPool(OutboundGuard guard, TimeProvider time) : IDisposable
{
    private const int LongestWait = 30_000;

    /// <summary>How long a connection is used.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<Key, ConcurrentBag<Line>> free = new();

    /// <summary>Sends one mail. Never claims that it was not sent unless its text had not begun to leave.</summary>
    /// <param name="secrets">Of the sender's tenant.</param>
    public async Task<SendOutcome> SendAsync(TenantId tenant, Sender sender, TenantSecrets secrets, MimeMessage mime, CancellationToken cancellationToken)
    {
        var key = new Key(tenant, sender.Id, sender.Server!);

        // The server may have closed a connection that was kept: then a fresh one is tried, once.
        for (var line = Take(key); ; line = null)
        {
            var kept = line is not null;
            if (line is null)
            {
                var (made, problem) = await OpenAsync(key.Server, secrets, cancellationToken);
                if (made is null)
                {
                    return problem!;
                }

                line = made;
            }

            if (await SendAsync(key, line, mime, kept, cancellationToken) is { } outcome)
            {
                return outcome;
            }
        }
    }

    /// <summary>Connects and signs in, and hangs up.</summary>
    /// <returns>What is wrong, in plain words; null when it works.</returns>
    public async Task<string?> TestAsync(MailServer server, TenantSecrets secrets, CancellationToken cancellationToken)
    {
        var (line, problem) = await OpenAsync(server, secrets, cancellationToken);
        if (line is not null)
        {
            await CloseAsync(line);
        }

        return problem?.Error;
    }

    public void Dispose()
    {
        foreach (var line in free.Values.SelectMany(b => b))
        {
            line.Client.Dispose();
        }

        free.Clear();
    }

    /// <returns>Null when a kept connection turned out to be shut: nothing was sent.</returns>
    private async Task<SendOutcome?> SendAsync(Key key, Line line, MimeMessage mime, bool kept, CancellationToken cancellationToken)
    {
        var text = new TextOnItsWay();
        try
        {
            await line.Client.SendAsync(mime, cancellationToken, text);
            free.GetOrAdd(key, _ => []).Add(line);
            return SendOutcome.Sent;
        }
        catch (SmtpCommandException e)
        {
            var outcome = SmtpAnswer.Of(e);
            if (outcome.Verdict == SendVerdict.Busy || !line.Client.IsConnected)
            {
                await CloseAsync(line);
            }
            else
            {
                free.GetOrAdd(key, _ => []).Add(line);
            }

            return outcome;
        }
        catch (Exception e) when (IsLine(e) || e is OperationCanceledException or ServiceNotConnectedException)
        {
            line.Client.Dispose();
            return text.Began ? new SendOutcome(SendVerdict.Unknown, "The line to the mail server broke while the mail was on its way. It may have arrived.")
                : kept && !cancellationToken.IsCancellationRequested ? null
                : new SendOutcome(SendVerdict.Busy, "The line to the mail server broke.");
        }
    }

    private Line? Take(Key key)
    {
        var oldest = time.GetUtcNow() - Life;
        while (free.TryGetValue(key, out var bag) && bag.TryTake(out var line))
        {
            if (line.Since > oldest && line.Client.IsConnected)
            {
                return line;
            }

            line.Client.Dispose();
        }

        return null;
    }

    /// <summary>Closes what nobody took for a while, of senders that have nothing more to send.</summary>
    public void Prune()
    {
        var oldest = time.GetUtcNow() - Life;
        foreach (var (key, bag) in free.Where(f => f.Value.IsEmpty || f.Value.All(l => l.Since <= oldest)))
        {
            free.TryRemove(key, out _);
            while (bag.TryTake(out var line))
            {
                line.Client.Dispose();
            }
        }
    }

    private async Task<(Line? Line, SendOutcome? Problem)> OpenAsync(MailServer server, TenantSecrets secrets, CancellationToken cancellationToken)
    {
        var client = new SmtpClient { Timeout = LongestWait };
        try
        {
            // The same guard as for every address that a person typed.
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(OutboundHttp.Patience);
            var stream = await guard.ConnectAsync(server.Host, server.Port, limit.Token);
            await client.ConnectAsync(stream, server.Host, server.Port, SocketOf(server.Security), limit.Token);
            if (!string.IsNullOrEmpty(server.User))
            {
                await client.AuthenticateAsync(server.User, server.Password is null ? "" : secrets.Open(server.Password), limit.Token);
            }

            return (new Line(client, time.GetUtcNow()), null);
        }
        catch (Exception e) when (Explain(e, cancellationToken) is { } problem)
        {
            client.Dispose();
            return (null, problem);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private static SendOutcome? Explain(Exception e, CancellationToken asked) => e switch
    {
        OutboundRefusedException => new(SendVerdict.Busy, e.Message),
        AuthenticationException => new(SendVerdict.SenderRefused, "The mail server did not accept user name and password."),
        CryptographicException => new(SendVerdict.SenderRefused, "The password can no longer be read. Enter it again."),
        SslHandshakeException or NotSupportedException => new(SendVerdict.Busy, "The mail server offers no encryption that can be trusted. Check the encryption and the port."),
        OperationCanceledException when asked.IsCancellationRequested => new(SendVerdict.Busy, "LeadGen is stopping."),
        OperationCanceledException => new(SendVerdict.Busy, "The mail server did not answer within 15 seconds."),
        SmtpCommandException command => new(SendVerdict.Busy, $"The mail server does not let us in for now ({(int)command.StatusCode})."),
        _ when IsLine(e) => new(SendVerdict.Busy, "The mail server could not be reached."),
        _ => null,
    };

    private static async Task CloseAsync(Line line)
    {
        try
        {
            await line.Client.DisconnectAsync(quit: true, CancellationToken.None);
        }
        catch (Exception e) when (IsLine(e) || e is SmtpCommandException or OperationCanceledException)
        {
            // What became of the mail is known by now; a goodbye that is not heard changes nothing.
        }

        line.Client.Dispose();
    }

    private static SecureSocketOptions SocketOf(LineSecurity security) => security switch
    {
        LineSecurity.Tls => SecureSocketOptions.SslOnConnect,
        LineSecurity.None => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };

    private static bool IsLine(Exception e) => e is SocketException or IOException or SmtpProtocolException or TimeoutException;

    private sealed record Key(TenantId Tenant, Guid SenderId, MailServer Server);

    private sealed record Line(SmtpClient Client, DateTimeOffset Since);

    /// <summary>Told when the first bytes of the text leave.</summary>
    private sealed class TextOnItsWay : ITransferProgress
    {
        public bool Began { get; private set; }

        public void Report(long bytesTransferred, long totalSize) => Began = true;

        public void Report(long bytesTransferred) => Began = true;
    }
}
