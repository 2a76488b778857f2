using System.Net.Sockets;
using LeadGen.Infrastructure.Outbound;
using LeadGen.Infrastructure.Tenancy;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace LeadGen.Infrastructure.Mail;

/// <summary>Gives letters to a mail server. Never claims that a letter was not sent unless its text had not begun to leave.</summary>
public sealed class SmtpTransport(IOptions<MailOptions> options, OutboundGuard guard, TimeProvider time) : IMailTransport
{
    private const int LongestWait = 30_000;

    public async Task<MailOutcome> SendAsync(MailLetter letter, TenantId? tenant, CancellationToken cancellationToken)
    {
        if (MailMessages.Problem(letter) is { } problem)
        {
            return new MailOutcome(MailVerdict.Refused, problem);
        }

        using var client = new SmtpClient { Timeout = LongestWait };
        if (await ConnectAsync(client, cancellationToken) is { } unreachable)
        {
            return unreachable;
        }

        using var message = MailMessages.Of(letter, options.Value.Sender, time.GetUtcNow());
        var outcome = await SendAsync(client, message, cancellationToken);
        await QuitAsync(client);
        return outcome;
    }

    private async Task<MailOutcome?> ConnectAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        var smtp = options.Value.Smtp;
        try
        {
            // The same guard as for every address: a host in a closed network needs Outbound:AllowedNetworks.
            var line = await guard.ConnectAsync(smtp.Host!, smtp.Port, cancellationToken);
            await client.ConnectAsync(line, smtp.Host!, smtp.Port, smtp.Socket, cancellationToken);
            if (!string.IsNullOrEmpty(smtp.User))
            {
                await client.AuthenticateAsync(smtp.User, smtp.Password!, cancellationToken);
            }

            return null;
        }
        catch (OutboundRefusedException e)
        {
            return new MailOutcome(MailVerdict.Later, e.Message);
        }
        catch (AuthenticationException)
        {
            return new MailOutcome(MailVerdict.Later, "The mail server did not accept Mail:Smtp:User and Mail:Smtp:Password.");
        }
        catch (Exception e) when (e is SslHandshakeException or NotSupportedException)
        {
            return new MailOutcome(MailVerdict.Later, "The mail server offers no encryption that can be trusted. See Mail:Smtp:Security.");
        }
        catch (Exception e) when (IsLine(e) || e is SmtpCommandException or OperationCanceledException)
        {
            return new MailOutcome(MailVerdict.Later, "The mail server could not be reached.");
        }
    }

    private static async Task<MailOutcome> SendAsync(SmtpClient client, MimeMessage message, CancellationToken cancellationToken)
    {
        var text = new TextOnItsWay();
        try
        {
            await client.SendAsync(message, cancellationToken, text);
            return MailOutcome.Sent;
        }
        catch (SmtpCommandException e)
        {
            // 4: not now; 5: not at all.
            var code = (int)e.StatusCode;
            return code is >= 400 and < 500
                ? new MailOutcome(MailVerdict.Later, $"The mail server said “not now” ({code}).", code)
                : new MailOutcome(MailVerdict.Refused, $"The mail server refused the letter ({code}).", code);
        }
        catch (Exception e) when (IsLine(e) || e is OperationCanceledException or ServiceNotConnectedException)
        {
            return text.Began
                ? new MailOutcome(MailVerdict.Unknown, "The line to the mail server broke while the letter was on its way. It may have arrived.")
                : new MailOutcome(MailVerdict.Later, "The line to the mail server broke.");
        }
    }

    private static async Task QuitAsync(SmtpClient client)
    {
        try
        {
            await client.DisconnectAsync(quit: true, CancellationToken.None);
        }
        catch (Exception e) when (IsLine(e) || e is SmtpCommandException or OperationCanceledException)
        {
            // What became of the letter is known by now; a goodbye that is not heard changes nothing.
        }
    }

    private static bool IsLine(Exception e) => e is SocketException or IOException or SmtpProtocolException or TimeoutException;

    /// <summary>Told when the first bytes of the text leave.</summary>
    private sealed class TextOnItsWay : ITransferProgress
    {
        public bool Began { get; private set; }

        public void Report(long bytesTransferred, long totalSize) => Began = true;

        public void Report(long bytesTransferred) => Began = true;
    }
}
