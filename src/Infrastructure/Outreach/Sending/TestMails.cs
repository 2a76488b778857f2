using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Mail;
using LeadGen.Infrastructure.Secrets;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>
/// Sends a mail to the person who writes it, the way that leads would get it: by the sender's own server, signed, foot and headers included.
/// Nothing of it is stored or counted, and its links unsubscribe nobody.
/// </summary>
public sealed class TestMails(
    IDbContextFactory<TenantDb> databases, SmtpPool pool, DkimKeys keys, TenantSecrets secrets, OutreachLinks links, IMailTransport transport,
    IOptions<MailOptions> mail, CurrentTenant tenant, TimeProvider time)
{
    /// <summary>Stands where a real mail has its token; it opens nothing.</summary>
    private const string NoToken = "test";

    /// <param name="to">The member's own address.</param>
    /// <param name="written">The mail as it was written for a lead.</param>
    /// <returns>Whether and which way it went, in plain words.</returns>
    public async Task<string> SendAsync(string to, ComposedMail written, CancellationToken cancellationToken = default)
    {
        Sender? sender;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            // The one that the mail was written as.
            sender = await OutreachWriting.SenderAsync(db, null, cancellationToken);
        }

        return sender?.Server is { } server
            ? await BySenderAsync(to, written, sender, server, cancellationToken)
            : await ByInstallationAsync(to, written, sender, cancellationToken);
    }

    private async Task<string> BySenderAsync(string to, ComposedMail written, Sender sender, MailServer server, CancellationToken cancellationToken)
    {
        var (id, now) = (Guid.CreateVersion7(time.GetUtcNow()), time.GetUtcNow());
        var message = new OutreachMessage
        {
            Id = id,
            LeadId = Guid.Empty,
            To = to,
            SenderId = sender.Id,
            Subject = $"[Test] {written.Subject}",
            Text = written.Text,
            Html = written.Html,
            CreatedAt = now.UtcDateTime,
            DueAt = now.UtcDateTime,
            MessageId = $"{id:N}@{sender.Email[(sender.Email.LastIndexOf('@') + 1)..]}",
        };
        if (OutreachMime.Problem(message, sender) is { } problem)
        {
            return $"It was not sent. {problem}";
        }

        using var mime = OutreachMime.Of(message, sender, [], $"{links.Base ?? "https://portal.invalid"}{OutreachLinks.Prefix}/{NoToken}", now);
        if (sender.Dkim is { } key)
        {
            keys.Sign(mime, key);
        }

        var outcome = await pool.SendAsync(tenant.Id, sender, secrets, mime, cancellationToken);
        var signed = sender.Dkim is null ? "not signed by LeadGen, since this sender has no DKIM key" : "signed with its DKIM key";
        return outcome.Verdict switch
        {
            SendVerdict.Sent => $"Sent to {to} as {sender.Name} by {server.Host}, {signed}. Its link to unsubscribe does nothing.",
            SendVerdict.Unknown => $"{outcome.Error} Look whether it came.",
            _ => $"It was not sent as {sender.Name} by {server.Host}. {outcome.Error}",
        };
    }

    private async Task<string> ByInstallationAsync(string to, ComposedMail written, Sender? sender, CancellationToken cancellationToken)
    {
        var letter = new MailLetter(Guid.CreateVersion7(time.GetUtcNow()), to, $"[Test] {written.Subject}", written.Text, written.Html);
        var outcome = await transport.SendAsync(letter, tenant.Id, cancellationToken);
        var why = sender is null ? "no sender is active" : $"{sender.Name} has no mail server";
        return outcome.Verdict == MailVerdict.Sent
            ? mail.Value.IsSmtp
                ? $"Sent to {to} by this installation's own mail server, since {why}."
                : $"Put into the folder of this installation, since {why}: it reaches nobody. Give a sender a mail server to get it."
            : $"It was not sent. {outcome.Error}";
    }
}
