using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Mail;

/// <summary>The current tenant's letters as people look at them, and the second try that only a person may order.</summary>
public sealed class Mailbox(
    IDbContextFactory<TenantDb> databases, TenantWrites writes, PickupTransport pickup, IOptions<MailOptions> options, CurrentTenant tenant,
    TimeProvider time)
{
    /// <summary>Whether letters are only put into a folder.</summary>
    public bool IsPickup => !options.Value.IsSmtp;

    /// <summary>Newest first.</summary>
    /// <param name="before">The last id of the page before; null for the first.</param>
    public async Task<IReadOnlyList<MailLine>> ListAsync(Guid? before, int most, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var mails = await db.SystemMails.AsNoTracking().Where(m => before == null || m.Id < before)
            .OrderByDescending(m => m.Id).Take(most)
            .Select(m => new { m.Id, m.Kind, m.To, m.Subject, m.CreatedAt, m.SendingAt, m.SentAt }).ToListAsync(cancellationToken);
        var ids = mails.ConvertAll(m => m.Id);
        var messages = (await db.Outbox.AsNoTracking().Where(o => ids.Contains(o.DestinationId)).OrderBy(o => o.Id)
            .Select(o => new { o.DestinationId, o.State, o.LastError, o.Attempts, o.DueAt }).ToListAsync(cancellationToken)).ToLookup(o => o.DestinationId);
        return
        [
            .. mails.Select(m => (Mail: m, Last: messages[m.Id].LastOrDefault())).Select(x => new MailLine(
                x.Mail.Id, x.Mail.Kind, x.Mail.To, x.Mail.Subject, x.Mail.CreatedAt, x.Mail.SentAt,
                StateOf(x.Mail.SentAt, x.Mail.SendingAt, x.Last?.State), x.Last?.LastError,
                x.Last is { State: OutboxState.Waiting, Attempts: > 0 } ? x.Last.DueAt : null)),
        ];
    }

    /// <summary>The letter as it left where it lies in the folder, else as it is kept, its link left out; null when it is not there.</summary>
    public async Task<MailLetter?> ReadAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.SystemMails.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id, cancellationToken) is not { } mail)
        {
            return null;
        }

        return (IsPickup ? await pickup.ReadAsync(tenant.Id, id, cancellationToken) : null)
            ?? new MailLetter(
                id, mail.To, mail.Subject, LetterText.WithLink(mail.Text, "(the link stands only in the letter itself)"),
                mail.Html is null ? null : LetterText.WithLink(mail.Html, "about:blank"));
    }

    /// <summary>Sends a letter once more that was given up, or of which nobody knows.</summary>
    /// <returns>False when it was sent, is waiting, or its outbox row is gone.</returns>
    public Task<bool> SendAgainAsync(Guid id, CancellationToken cancellationToken = default) => writes.RunAsync(
        async (db, ct) =>
        {
            var now = time.GetUtcNow().UtcDateTime;
            if (await db.SystemMails.AnyAsync(m => m.Id == id && m.SentAt != null, ct)
                || await db.Outbox.Where(o => o.DestinationId == id && o.Channel == OutboxChannel.Mail && o.State != OutboxState.Waiting && o.State != OutboxState.Delivered)
                    .ExecuteUpdateAsync(
                        o => o.SetProperty(x => x.State, OutboxState.Waiting).SetProperty(x => x.DueAt, now).SetProperty(x => x.Round, 0)
                            .SetProperty(x => x.EndedAt, (DateTime?)null).SetProperty(x => x.ClaimToken, (Guid?)null)
                            .SetProperty(x => x.ClaimedUntil, (DateTime?)null),
                        ct) == 0)
            {
                return false;
            }

            await db.SystemMails.Where(m => m.Id == id).ExecuteUpdateAsync(m => m.SetProperty(x => x.SendingAt, (DateTime?)null), ct);
            db.Raise(WorkKind.Outbox);
            return true;
        },
        cancellationToken);

    private static MailState StateOf(DateTime? sent, DateTime? sending, OutboxState? outbox) => (sent, sending, outbox) switch
    {
        (not null, _, _) => MailState.Sent,
        (_, not null, OutboxState.Dead) => MailState.Unknown,
        (_, _, OutboxState.Dead or OutboxState.Dropped) => MailState.Failed,
        (_, not null, _) => MailState.Sending,
        _ => MailState.Waiting,
    };
}

/// <summary>A line of the list of letters.</summary>
/// <param name="Problem">What went wrong last, in plain words.</param>
/// <param name="Again">When it is tried again; null when it is not, or was not tried yet.</param>
public sealed record MailLine(
    Guid Id, string Kind, string To, string Subject, DateTime CreatedAt, DateTime? SentAt, MailState State, string? Problem, DateTime? Again);

public enum MailState
{
    Waiting,
    Sending,
    Sent,

    /// <summary>Nobody knows whether it left.</summary>
    Unknown,
    Failed,
}
