using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Scoring;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Answers;

/// <summary>Which answers a page shows.</summary>
public enum AnswersShown
{
    /// <summary>A lead's words that a person must read.</summary>
    Waiting,

    /// <summary>They named no mail of ours: a person says whose they are.</summary>
    Unmatched,

    /// <summary>Replies that are dealt with, by a person or by themselves.</summary>
    Settled,

    /// <summary>Bounces, complaints and automatic answers.</summary>
    Reports,
}

/// <summary>Mails that came in, as members look at them.</summary>
public sealed class AnswerQueries(IDbContextFactory<TenantDb> databases, TimeProvider time)
{
    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<AnswerRow>> ListAsync(AnswersShown shown, int most, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var mails = await Of(db, shown).AsNoTracking().OrderByDescending(m => m.At).ThenByDescending(m => m.Id).Take(most).ToListAsync(cancellationToken);
        var ids = mails.Select(m => m.LeadId).OfType<Guid>().ToList();
        var senders = mails.Where(m => m.LeadId is null).Select(m => m.From).OfType<string>().ToList();
        var leads = await db.Leads.AsNoTracking().Where(l => ids.Contains(l.Id) || senders.Contains(l.Email!))
            .Select(l => new AnswerLead(l.Id, l.FullName ?? l.Email ?? l.CompanyName ?? "Somebody", l.CompanyName, l.Email, l.ScoreValue, l.Grade, l.Stage)).ToListAsync(cancellationToken);
        var messages = mails.Select(m => m.OutreachMessageId).OfType<Guid>().ToList();
        var subjects = await db.OutreachMessages.Where(m => messages.Contains(m.Id)).Select(m => new { m.Id, m.Subject }).ToDictionaryAsync(m => m.Id, m => m.Subject, cancellationToken);
        return
        [
            .. mails.Select(m => new AnswerRow(
                m,
                leads.Find(l => l.Id == m.LeadId),
                m.LeadId is null && m.From is not null ? leads.Find(l => l.Email == m.From) : null,
                m.OutreachMessageId is { } id ? subjects.GetValueOrDefault(id) : null)),
        ];
    }

    /// <summary>How many wait, and how many are nobody's yet.</summary>
    public async Task<(int Waiting, int Unmatched)> CountAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return (await Of(db, AnswersShown.Waiting).CountAsync(cancellationToken), await Of(db, AnswersShown.Unmatched).CountAsync(cancellationToken));
    }

    /// <summary>Whether anything can come in at all.</summary>
    public async Task<bool> HasMailboxAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Mailboxes.AnyAsync(cancellationToken);
    }

    private IQueryable<InboundMail> Of(TenantDb db, AnswersShown shown) => Of(db, shown, time.GetUtcNow().UtcDateTime);

    internal static IQueryable<InboundMail> Of(TenantDb db, AnswersShown shown, DateTime now) => shown switch
    {
        AnswersShown.Waiting => db.InboundMails.Where(m => m.State == InboundState.Open && m.LeadId != null && (m.SnoozedUntil == null || m.SnoozedUntil <= now)),
        AnswersShown.Unmatched => db.InboundMails.Where(m => m.State == InboundState.Open && m.LeadId == null && (m.SnoozedUntil == null || m.SnoozedUntil <= now)),
        AnswersShown.Settled => db.InboundMails.Where(m => m.Kind == MailKind.Reply && (m.State == InboundState.Done || m.State == InboundState.Noted || m.SnoozedUntil > now)),
        _ => db.InboundMails.Where(m => m.State == InboundState.Noted && m.Kind != MailKind.Reply),
    };
}

/// <param name="Lead">Whose answer it is; null while nobody said so.</param>
/// <param name="Suggested">For a mail of nobody's: the lead whose address it came from.</param>
/// <param name="Answers">Subject of the mail of ours that it belongs to.</param>
public sealed record AnswerRow(InboundMail Mail, AnswerLead? Lead, AnswerLead? Suggested, string? Answers);

public sealed record AnswerLead(Guid Id, string Name, string? Company, string? Email, double? Score, Grade? Grade, LeadGen.Pipeline.Leads.LeadStage Stage);
