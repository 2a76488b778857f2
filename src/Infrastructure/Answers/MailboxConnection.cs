using System.Net.Sockets;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbound;
using LeadGen.Infrastructure.Secrets;
using LeadGen.Pipeline.Outreach;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;

namespace LeadGen.Infrastructure.Answers;

/// <summary>The line to a tenant's mailbox: through the guard as every address that people type, and every trouble in plain words.</summary>
public sealed class MailboxConnection(OutboundGuard guard, TenantSecrets secrets, MailboxTokens tokens)
{
    internal const string Password = "password";

    private const int LongestWait = 30_000;

    /// <summary>Connected, signed in, the folder open for reading.</summary>
    /// <exception cref="MailboxException">It did not come so far; says why.</exception>
    public async Task<(ImapClient Client, IMailFolder Folder)> OpenAsync(AnswerMailbox mailbox, CancellationToken cancellationToken)
    {
        var client = new ImapClient { Timeout = LongestWait };
        try
        {
            return (client, await OpenAsync(client, mailbox, cancellationToken));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && Explain(e, mailbox) is { } why)
        {
            client.Dispose();
            throw new MailboxException(why, e) { IsSignedOut = e is MailboxException { IsSignedOut: true } };
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <returns>What does not work, in plain words; null when the mailbox can be read.</returns>
    public async Task<string?> TestAsync(AnswerMailbox mailbox, CancellationToken cancellationToken = default)
    {
        try
        {
            var (client, _) = await OpenAsync(mailbox, cancellationToken);
            using (client)
            {
                await client.DisconnectAsync(quit: true, cancellationToken);
            }

            return null;
        }
        catch (MailboxException e)
        {
            return e.Message;
        }
    }

    /// <summary>Trouble of the line or the server, in words for people; null for what is none.</summary>
    internal static string? Explain(Exception exception, AnswerMailbox mailbox) => exception switch
    {
        MailboxException or OutboundRefusedException => exception.Message,
        AuthenticationException when mailbox.SignIn == MailboxSignIn.OAuth => "The mail server did not accept the token. Ask the provider for a new refresh token.",
        AuthenticationException => "The mail server did not accept the user name and password. Some providers want a password made for this program (“app password”).",
        SslHandshakeException => "The mail server offers no encryption that can be trusted. Check host, port and encryption: 993 goes with TLS, 143 with STARTTLS.",
        NotSupportedException => "The mail server does not offer what was chosen. Check encryption and the way to sign in.",
        FolderNotFoundException => $"There is no folder “{mailbox.Folder}” in this mailbox.",
        ImapCommandException e => $"The mail server answered: {Line(e.ResponseText)}",
        ImapProtocolException => "No IMAP server answers there. Check host, port and encryption: 993 goes with TLS, 143 with STARTTLS.",
        SocketException or IOException or TimeoutException or OperationCanceledException or ServiceNotConnectedException => "The mail server could not be reached, or the line broke.",
        _ => null,
    };

    private async Task<IMailFolder> OpenAsync(ImapClient client, AnswerMailbox mailbox, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestWait);
        if (mailbox.Security == LineSecurity.None && !(await guard.ResolveAsync(mailbox.Host, limit.Token)).Inner)
        {
            throw new MailboxException("Without encryption the password could be read on the way. Choose TLS or STARTTLS.");
        }

        var line = await guard.ConnectAsync(mailbox.Host, mailbox.Port, limit.Token);
        await client.ConnectAsync(line, mailbox.Host, mailbox.Port, SocketOf(mailbox.Security), limit.Token);
        if (mailbox.SignIn == MailboxSignIn.OAuth)
        {
            await SignInAsync(client, mailbox, limit.Token);
        }
        else
        {
            await client.AuthenticateAsync(mailbox.User, secrets.OpenAll(mailbox.Secrets).GetValueOrDefault(Password, ""), limit.Token);
        }

        var folder = mailbox.Folder.Equals("INBOX", StringComparison.OrdinalIgnoreCase) ? client.Inbox : await client.GetFolderAsync(mailbox.Folder, limit.Token);
        await folder.OpenAsync(FolderAccess.ReadOnly, limit.Token);
        return folder;
    }

    /// <summary>By the mechanism of RFC 7628 where the server offers it, else by the older one of Google's.</summary>
    private async Task SignInAsync(ImapClient client, AnswerMailbox mailbox, CancellationToken cancellationToken)
    {
        var token = await tokens.GetAsync(mailbox, cancellationToken);
        try
        {
            await client.AuthenticateAsync(
                client.AuthenticationMechanisms.Contains("OAUTHBEARER") ? new SaslMechanismOAuthBearer(mailbox.User, token) : new SaslMechanismOAuth2(mailbox.User, token), cancellationToken);
        }
        catch (AuthenticationException)
        {
            tokens.Forget(mailbox);
            throw;
        }
    }

    private static SecureSocketOptions SocketOf(LineSecurity security) => security switch
    {
        LineSecurity.Tls => SecureSocketOptions.SslOnConnect,
        LineSecurity.StartTls => SecureSocketOptions.StartTls,
        _ => SecureSocketOptions.None,
    };

    private static string Line(string? text)
    {
        var plain = new string([.. (text ?? "").Where(c => !char.IsControl(c))]);
        return plain.Length <= 200 ? plain : plain[..200];
    }
}

/// <summary>A mailbox cannot be read, in plain words.</summary>
public sealed class MailboxException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The provider took the sign-in back: only a person can give a new one.</summary>
    public bool IsSignedOut { get; init; }
}
