using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace LeadGen.Infrastructure.Answers;

/// <summary>Understands stored mails: each is read, matched with the mail of ours that it answers, and has its effects in one transaction, once.</summary>
public sealed partial class AnswerRun(
    IDbContextFactory<TenantDb> databases, TenantWrites writes, ReplyReader reader, AnswerEffects effects, OutreachMetrics metrics, ILogger<AnswerRun> logger)
{
    private const int Portion = 50;
    private const int MostAttempts = 3;

    /// <returns>Whether there was any.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        List<InboundMail> waiting;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            waiting = await db.InboundMails.AsNoTracking().Where(m => m.State == InboundState.Received).OrderBy(m => m.Id).Take(Portion).ToListAsync(cancellationToken);
        }

        foreach (var mail in waiting)
        {
            try
            {
                await UnderstandAsync(mail, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // One mail's trouble holds up no other; after three times a person looks at it.
                Failed(logger, e, mail.Id);
                await SetAsideAsync(mail.Id, cancellationToken);
            }
        }

        return waiting.Count > 0;
    }

    private async Task UnderstandAsync(InboundMail mail, CancellationToken cancellationToken)
    {
        if (mail.Content is not { } content)
        {
            throw new InvalidOperationException("A mail that waits has no content.");
        }

        var reading = MailReader.Read(content);
        Answered? answered;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            answered = await MatchAsync(db, content, reading.Kind, mail.ReceivedAt, cancellationToken);
        }

        var plan = reading.Kind == MailKind.Reply && answered is not null ? await PlanAsync(mail, reading.Words, answered.Lead, cancellationToken) : null;
        if (await writes.RunAsync((db, ct) => effects.ApplyAsync(db, mail.Id, reading, answered, plan, ct), cancellationToken) && answered is not null)
        {
            Count(reading, plan);
        }
    }

    /// <summary>After the commit: a transaction may run more than once.</summary>
    private void Count(MailReading reading, AnswerPlan? plan)
    {
        switch (reading.Kind)
        {
            case MailKind.Reply:
                metrics.Replied();
                if (plan?.Step == AnswerStep.Suppress)
                {
                    metrics.Unsubscribed();
                }

                break;
            case MailKind.Bounce when reading.Bounce is { } bounce:
                metrics.Bounced(bounce.Kind);
                break;
            case MailKind.Complaint:
                metrics.Complained();
                break;
        }
    }

    /// <summary>The mail of ours that it belongs to: one that has begun to leave and, for reports that anybody could forge, one that is recent.</summary>
    internal static async Task<Answered?> MatchAsync(TenantDb db, IncomingMail mail, MailKind kind, DateTime now, CancellationToken cancellationToken)
    {
        var named = MailMatching.Named(mail, kind);
        var byAddress = MailMatching.NamedByAddress(mail);
        var found = await db.OutreachMessages.AsNoTracking()
            .Where(m => (named.Contains(m.MessageId) || m.Id == byAddress) && m.SendingAt != null)
            .Join(db.Leads, m => m.LeadId, l => l.Id, (m, l) => new { Message = m, Lead = l }).ToListAsync(cancellationToken);
        if (kind is MailKind.Bounce or MailKind.Complaint)
        {
            found.RemoveAll(f => now - (f.Message.SentAt ?? f.Message.SendingAt) > MailMatching.Recent);
        }

        var best = named.Select(id => found.Find(f => f.Message.MessageId == id)).FirstOrDefault(f => f is not null) ?? found.Find(f => f.Message.Id == byAddress);
        return best is null ? null : new Answered(best.Message, best.Lead);
    }

    /// <summary>A member says whose answer a mail is that named no mail of ours: it is read, and has its effects, as if it had.</summary>
    /// <returns>False when it is not there, somebody's already, or the lead is gone.</returns>
    public async Task<bool> AttachAsync(Guid mailId, Guid leadId, CancellationToken cancellationToken)
    {
        InboundMail? mail;
        Lead? lead;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            mail = await db.InboundMails.AsNoTracking().SingleOrDefaultAsync(m => m.Id == mailId, cancellationToken);
            lead = await db.Leads.AsNoTracking().SingleOrDefaultAsync(l => l.Id == leadId, cancellationToken);
        }

        if (mail is null || lead is null)
        {
            return false;
        }

        var plan = await PlanAsync(mail, mail.Words, lead, cancellationToken);
        var attached = await writes.RunAsync((db, ct) => effects.AttachAsync(db, mailId, leadId, plan, ct), cancellationToken);
        if (attached)
        {
            Count(new MailReading(MailKind.Reply, mail.Words, null), plan);
        }

        return attached;
    }

    private async Task<AnswerPlan?> PlanAsync(InboundMail mail, string words, Lead lead, CancellationToken cancellationToken)
    {
        if (words.Length == 0)
        {
            return null;
        }

        var read = (await reader.ReadAsync([(lead, words)], cancellationToken))[0];
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var ours = await db.Senders.Select(s => s.Email).Concat(db.Mailboxes.Select(m => m.Address)).ToHashSetAsync(StringComparer.Ordinal, cancellationToken);
        return AnswerPlan.Of(lead, words, read, mail.From, ours, mail.At);
    }

    private Task SetAsideAsync(Guid id, CancellationToken cancellationToken) => writes.RunAsync(
        (db, ct) => db.InboundMails.Where(m => m.Id == id && m.State == InboundState.Received).ExecuteUpdateAsync(
            m => m.SetProperty(x => x.Attempts, x => x.Attempts + 1)
                .SetProperty(x => x.Kind, x => x.Attempts + 1 >= MostAttempts ? MailKind.Other : x.Kind)
                .SetProperty(x => x.Why, x => x.Attempts + 1 >= MostAttempts ? "LeadGen could not read this mail. Look at it in your mailbox." : x.Why)
                .SetProperty(x => x.State, x => x.Attempts + 1 >= MostAttempts ? InboundState.Open : x.State),
            ct),
        cancellationToken);

    [LoggerMessage(941, LogLevel.Error, "Mail {Id} could not be understood")]
    private static partial void Failed(ILogger logger, Exception exception, Guid id);
}

/// <summary>A mail of ours and the lead it went to.</summary>
public sealed record Answered(OutreachMessage Message, Lead Lead);
