using System.Security.Cryptography;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbound;
using LeadGen.Infrastructure.Secrets;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Answers;

/// <summary>Adds, changes, pauses and removes mailboxes of the current tenant. Callers ask first whether the person may.</summary>
public sealed class MailboxSetup(
    IDbContextFactory<TenantDb> databases, TenantWrites writes, MailboxConnection connection, TenantSecrets secrets, OutboundHttp outbound, TimeProvider time)
{
    private const int LongestText = 200;
    private const int LongestSecret = 10_000;

    public async Task<IReadOnlyList<AnswerMailbox>> ListAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Mailboxes.AsNoTracking().OrderBy(m => m.Address).ToListAsync(cancellationToken);
    }

    /// <summary>Tries a mailbox with a real connection and keeps it when it can be read.</summary>
    /// <param name="id">A mailbox that is changed; null for a new one. Secrets that are left out stay as they were.</param>
    public async Task<MailboxSaved> SaveAsync(Guid? id, MailboxForm form, CancellationToken cancellationToken = default)
    {
        var known = id is { } there ? (await ListAsync(cancellationToken)).SingleOrDefault(m => m.Id == there) : null;
        if (id is not null && known is null)
        {
            return new MailboxSaved(null, "", "This mailbox is not there any more.");
        }

        if (await ProblemAsync(form, known, cancellationToken) is { } wrong)
        {
            return wrong;
        }

        EmailAddress.TryRead(form.Address, out var address, out _);
        var mailbox = new AnswerMailbox
        {
            Id = known?.Id ?? Guid.CreateVersion7(time.GetUtcNow()),
            Kind = MailboxKind.Imap,
            Address = address!,
            Host = form.Host.Trim(),
            Port = form.Port,
            Security = form.Security,
            SignIn = form.SignIn,
            User = form.User.Trim().Length > 0 ? form.User.Trim() : address!,
            Folder = form.Folder.Trim() is { Length: > 0 } folder ? folder : "INBOX",
            Secrets = secrets.SealAll(SecretsOf(form, known)),
            CreatedAt = time.GetUtcNow().UtcDateTime,

            // A token of the sign-in before must not serve the new one.
            Revision = (known?.Revision ?? 0) + 1,
        };
        if (await connection.TestAsync(mailbox, cancellationToken) is { } problem)
        {
            return new MailboxSaved(null, "", problem);
        }

        await writes.RunAsync((db, ct) => KeepAsync(db, mailbox, known, ct), cancellationToken);
        return new MailboxSaved(mailbox.Id, "", null);
    }

    /// <summary>An address that a mail provider posts to.</summary>
    /// <returns>The mailbox and its secret, which is shown once.</returns>
    public async Task<MailboxSaved> AddHookAsync(string typed, CancellationToken cancellationToken = default)
    {
        if (!EmailAddress.TryRead(typed, out var address, out _))
        {
            return new MailboxSaved(null, nameof(MailboxForm.Address), "Write the address whose mail comes in, such as sales@example.com.");
        }

        var secret = Outbox.Webhooks.WebhookSecret.Create();
        var mailbox = new AnswerMailbox
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            Kind = MailboxKind.Hook,
            Address = address,
            HookKey = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20)),
            Secrets = secrets.SealAll(new Dictionary<string, string> { [AnswerHook.Secret] = secret }),
            CreatedAt = time.GetUtcNow().UtcDateTime,
        };
        await writes.RunAsync(
            (db, ct) =>
            {
                db.Mailboxes.Add(mailbox);
                return db.SaveChangesAsync(ct);
            },
            cancellationToken);
        return new MailboxSaved(mailbox.Id, "", null) { Secret = secret };
    }

    /// <returns>What does not work; null when all is well.</returns>
    public async Task<string?> TestAsync(Guid id, CancellationToken cancellationToken = default) =>
        (await ListAsync(cancellationToken)).SingleOrDefault(m => m.Id == id) is { Kind: MailboxKind.Imap } mailbox
            ? await connection.TestAsync(mailbox, cancellationToken)
            : "This mailbox is not there any more.";

    public Task SetPausedAsync(Guid id, bool paused, CancellationToken cancellationToken = default) => writes.RunAsync(
        async (db, ct) =>
        {
            var now = time.GetUtcNow().UtcDateTime;
            await db.Mailboxes.Where(m => m.Id == id).ExecuteUpdateAsync(
                m => m.SetProperty(x => x.State, paused ? MailboxState.Paused : MailboxState.Active)
                    .SetProperty(x => x.NextReadAt, x => x.Kind == MailboxKind.Imap && !paused ? now : x.NextReadAt)
                    .SetProperty(x => x.Problem, (string?)null).SetProperty(x => x.Revision, x => x.Revision + 1),
                ct);
            db.Raise(WorkKind.Answers);
        },
        cancellationToken);

    /// <summary>Forgets a mailbox and its secrets; mails that came through it stay.</summary>
    public Task RemoveAsync(Guid id, CancellationToken cancellationToken = default) => writes.RunAsync(
        async (db, ct) =>
        {
            await db.InboundMails.Where(m => m.MailboxId == id).ExecuteUpdateAsync(m => m.SetProperty(x => x.MailboxId, (Guid?)null), ct);
            await db.Mailboxes.Where(m => m.Id == id).ExecuteDeleteAsync(ct);
        },
        cancellationToken);

    private async Task KeepAsync(TenantDb db, AnswerMailbox mailbox, AnswerMailbox? known, CancellationToken cancellationToken)
    {
        mailbox.NextReadAt = time.GetUtcNow().UtcDateTime;
        if (known is null)
        {
            db.Mailboxes.Add(mailbox);
        }
        else if (await db.Mailboxes.SingleOrDefaultAsync(m => m.Id == known.Id, cancellationToken) is { } row)
        {
            var moved = (row.Host, row.User, row.Folder) != (mailbox.Host, mailbox.User, mailbox.Folder);
            (row.Address, row.Host, row.Port, row.Security) = (mailbox.Address, mailbox.Host, mailbox.Port, mailbox.Security);
            (row.SignIn, row.User, row.Folder, row.Secrets) = (mailbox.SignIn, mailbox.User, mailbox.Folder, mailbox.Secrets);
            (row.NextReadAt, row.Problem, row.Revision) = (mailbox.NextReadAt, null, row.Revision + 1);
            row.State = row.State == MailboxState.SignedOut ? MailboxState.Active : row.State;
            (row.UidValidity, row.LastUid) = moved ? (0, 0) : (row.UidValidity, row.LastUid);
        }

        await db.SaveChangesAsync(cancellationToken);
        db.Raise(WorkKind.Answers);
    }

    private Dictionary<string, string> SecretsOf(MailboxForm form, AnswerMailbox? known)
    {
        var all = known is null || known.SignIn != form.SignIn ? [] : new Dictionary<string, string>(secrets.OpenAll(known.Secrets));
        void Put(string name, string value)
        {
            if (value.Trim().Length > 0)
            {
                all[name] = value.Trim();
            }
        }

        if (form.SignIn == MailboxSignIn.Password)
        {
            Put(MailboxConnection.Password, form.Password);
        }
        else
        {
            Put(MailboxTokens.ClientId, form.ClientId);
            Put(MailboxTokens.ClientSecret, form.ClientSecret);
            Put(MailboxTokens.RefreshToken, form.RefreshToken);
            Put(MailboxTokens.TokenAddress, form.TokenAddress);
        }

        return all;
    }

    private async Task<MailboxSaved?> ProblemAsync(MailboxForm form, AnswerMailbox? known, CancellationToken cancellationToken)
    {
        MailboxSaved Wrong(string field, string problem) => new(null, field, problem);
        var kept = known is not null && known.SignIn == form.SignIn;
        if (!EmailAddress.TryRead(form.Address, out _, out _))
        {
            return Wrong(nameof(form.Address), "Write the address whose mail is read, such as sales@example.com.");
        }

        if (form.Host.Trim().Length is 0 or > LongestText || form.Host.Any(char.IsControl))
        {
            return Wrong(nameof(form.Host), "Write the name of the IMAP server, such as imap.example.com.");
        }

        if (form.Port is < 1 or > 65535)
        {
            return Wrong(nameof(form.Port), "A port is a number from 1 to 65535: 993 with TLS, 143 with STARTTLS.");
        }

        if (form.User.Length > LongestText || form.Folder.Length > LongestText)
        {
            return Wrong(nameof(form.User), $"User name and folder have at most {LongestText} characters.");
        }

        if (((string[])[form.Password, form.ClientId, form.ClientSecret, form.RefreshToken, form.TokenAddress]).Any(s => s.Length > LongestSecret))
        {
            return Wrong(nameof(form.Password), "A password or token is too long.");
        }

        if (form.SignIn == MailboxSignIn.Password)
        {
            return form.Password.Length == 0 && !kept ? Wrong(nameof(form.Password), "Write the password of the mailbox.") : null;
        }

        if ((form.RefreshToken.Trim().Length == 0 || form.ClientId.Trim().Length == 0) && !kept)
        {
            return Wrong(nameof(form.RefreshToken), "Give the client id and the refresh token that the provider issued.");
        }

        return form.TokenAddress.Trim().Length > 0 && (await outbound.CheckAsync(form.TokenAddress, cancellationToken)).Problem is { } closed
            ? Wrong(nameof(form.TokenAddress), closed)
            : null;
    }
}

/// <summary>A mailbox as a person types it.</summary>
public sealed record MailboxForm
{
    public string Address { get; set; } = "";
    public string Host { get; set; } = "";
    public int Port { get; set; } = 993;
    public LineSecurity Security { get; set; } = LineSecurity.Tls;
    public string User { get; set; } = "";
    public string Folder { get; set; } = "INBOX";
    public MailboxSignIn SignIn { get; set; }
    public string Password { get; set; } = "";
    public string ClientId { get; set; } = "";
    public string ClientSecret { get; set; } = "";
    public string RefreshToken { get; set; } = "";
    public string TokenAddress { get; set; } = MailboxTokens.Google;
}

/// <param name="Id">Null when it was not kept.</param>
/// <param name="Field">The field that is wrong; empty when it is none of them.</param>
/// <param name="Problem">What is wrong and how to mend it; null when it was kept.</param>
public sealed record MailboxSaved(Guid? Id, string Field, string? Problem)
{
    /// <summary>A secret that was made, shown once.</summary>
    public string? Secret { get; init; }
}
