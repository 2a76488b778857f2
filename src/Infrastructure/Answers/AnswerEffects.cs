using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Infrastructure.Outreach.Sequences;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Answers;

/// <summary>What an understood mail does: one transaction, and only for the row that still waits.</summary>
public sealed class AnswerEffects(FeedbackActions feedback, Suppressions suppressions, OutreachPauses pauses, TimeProvider time)
{
    /// <summary>Name of this actor in history.</summary>
    public const string Actor = "mailbox";

    private static readonly TimeSpan SoftWindow = TimeSpan.FromDays(7);
    private const int MostSoft = 3;

    /// <param name="id">The row.</param>
    /// <param name="plan">For a reply with words; else null.</param>
    /// <returns>False when another process was quicker.</returns>
    public async Task<bool> ApplyAsync(TenantDb db, Guid id, MailReading reading, Answered? answered, AnswerPlan? plan, CancellationToken cancellationToken)
    {
        if (await db.InboundMails.Where(m => m.Id == id && m.State == InboundState.Received).ForUpdate().SingleOrDefaultAsync(cancellationToken) is not { } mail)
        {
            return false;
        }

        var now = time.GetUtcNow().UtcDateTime;
        var message = answered is null ? null : await db.OutreachMessages.Where(m => m.Id == answered.Message.Id).ForUpdate().SingleOrDefaultAsync(cancellationToken);
        (mail.Kind, mail.Why, mail.Words, mail.Bounce, mail.Content) = (reading.Kind, reading.Why, reading.Words, reading.Bounce?.Kind, null);
        (mail.OutreachMessageId, mail.LeadId) = (message?.Id, message?.LeadId);
        mail.State = InboundState.Noted;
        if (message is null)
        {
            Unmatched(mail);
        }
        else
        {
            await MatchedAsync(db, mail, message, reading, plan, now, cancellationToken);
        }

        await db.SaveChangesAsync(cancellationToken);
        db.Raise(WorkKind.Leads);
        return true;
    }

    /// <summary>A member says whose answer a mail is that named no mail of ours.</summary>
    /// <returns>False when it is somebody's already, or the lead is gone.</returns>
    public async Task<bool> AttachAsync(TenantDb db, Guid id, Guid leadId, AnswerPlan? plan, CancellationToken cancellationToken)
    {
        if (await db.InboundMails.Where(m => m.Id == id && m.LeadId == null && m.State == InboundState.Open).ForUpdate().SingleOrDefaultAsync(cancellationToken) is not { } mail
            || !await db.Leads.AnyAsync(l => l.Id == leadId, cancellationToken))
        {
            return false;
        }

        mail.LeadId = leadId;
        await RepliedAsync(db, mail, null, plan, time.GetUtcNow().UtcDateTime, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        db.Raise(WorkKind.Leads);
        return true;
    }

    private static void Unmatched(InboundMail mail)
    {
        switch (mail.Kind)
        {
            case MailKind.Reply:
                mail.State = InboundState.Open;
                break;
            case MailKind.Bounce or MailKind.Complaint:
                // Anybody can write such a report: one that names no recent mail of ours does nothing.
                mail.Why = "It names no mail that we sent lately, so nothing was done";
                break;
        }
    }

    private async Task MatchedAsync(
        TenantDb db, InboundMail mail, OutreachMessage message, MailReading reading, AnswerPlan? plan, DateTime now, CancellationToken cancellationToken)
    {
        switch (reading.Kind)
        {
            case MailKind.Reply:
                Settle(message, OutreachState.Sent, "They answered it", now);
                await RepliedAsync(db, mail, message, plan, now, cancellationToken);
                break;
            case MailKind.AutoReply:
                if (message.State == OutreachState.Unknown)
                {
                    Settle(message, OutreachState.Sent, "An automatic answer came", now);
                    await SequenceSteps.SentAsync(db, [message], now, cancellationToken);
                }

                break;
            case MailKind.Bounce:
                await BouncedAsync(db, mail, message, reading.Bounce!, now, cancellationToken);
                break;
            case MailKind.Complaint:
                Settle(message, OutreachState.Sent, "They complained about it", now);
                await RecordAsync(db, mail, message.LeadId, FeedbackKind.Complained, null, cancellationToken);
                await suppressions.AddAsync(db, message.To, SuppressionReason.Complained, Actor, message.Id, now, cancellationToken);
                await OutreachStops.StopAsync(db, [message.LeadId], "They reported a mail as spam", now, cancellationToken);
                mail.Why = "They reported a mail as spam; they get no more";
                await db.SaveChangesAsync(cancellationToken);
                await pauses.CheckComplaintsAsync(db, now, cancellationToken);
                break;
        }
    }

    private async Task RepliedAsync(TenantDb db, InboundMail mail, OutreachMessage? message, AnswerPlan? plan, DateTime now, CancellationToken cancellationToken)
    {
        var lead = mail.LeadId!.Value;
        (mail.State, mail.Step) = (InboundState.Open, plan?.Step ?? AnswerStep.Person);
        (mail.Intent, mail.Strength, mail.Evidence, mail.Until, mail.Referred) = (plan?.Kind, plan?.Strength, plan?.Evidence, plan?.Until, plan?.Referred);
        await RecordAsync(db, mail, lead, FeedbackKind.Replied, mail.Words, cancellationToken);
        switch (mail.Step)
        {
            case AnswerStep.Suppress:
                mail.State = InboundState.Noted;
                mail.Why = "They want no more mail, and get no more";
                await RecordAsync(db, mail, lead, FeedbackKind.Unsubscribed, null, cancellationToken);
                await SuppressAsync(db, mail, message, now, cancellationToken);
                await OutreachStops.StopAsync(db, [lead], "They asked for no more mail", now, cancellationToken);
                break;
            case AnswerStep.Snooze when mail.Until is { } day:
                mail.State = InboundState.Noted;
                await OutreachStops.SnoozeAsync(db, [lead], day.ToDateTime(default, DateTimeKind.Utc), $"They asked to wait until {day:yyyy-MM-dd}.", cancellationToken);
                await OutreachStops.StopCompanyAsync(db, lead, "answered", now, cancellationToken);
                break;
            default:
                await OutreachStops.StopCompanyAsync(db, lead, "answered", now, cancellationToken);
                await OutreachStops.StopAsync(db, [lead], "They answered", now, cancellationToken);
                break;
        }
    }

    /// <summary>The address that we wrote to, and the one that asked.</summary>
    private async Task SuppressAsync(TenantDb db, InboundMail mail, OutreachMessage? message, DateTime now, CancellationToken cancellationToken)
    {
        var written = message?.To ?? await db.Leads.Where(l => l.Id == mail.LeadId).Select(l => l.Email).SingleOrDefaultAsync(cancellationToken);
        foreach (var email in new[] { written, mail.From }.OfType<string>().Distinct(StringComparer.Ordinal))
        {
            await suppressions.AddAsync(db, email, SuppressionReason.Unsubscribed, Actor, message?.Id, now, cancellationToken);
        }
    }

    private async Task BouncedAsync(TenantDb db, InboundMail mail, OutreachMessage message, Bounce bounce, DateTime now, CancellationToken cancellationToken)
    {
        var said = bounce.Answer is null ? "" : $": {bounce.Answer}";
        switch (bounce.Kind)
        {
            case BounceKind.AboutSender:
                Settle(message, OutreachState.Failed, "The receiving server refuses our mail", now);
                mail.Why = $"The receiving server refuses the sender, so the sender was paused{said}";
                await pauses.PauseSenderAsync(
                    db, message.SenderId, $"A receiving server refuses mail of this sender ({bounce.Status ?? "no code"}{said}). Check SPF, DKIM and DMARC, then let it go on.", now, cancellationToken);
                return;
            case BounceKind.Soft when !await IsThirdAsync(db, mail, now, cancellationToken):
                if (bounce.IsFinal)
                {
                    Settle(message, OutreachState.Failed, "It could not be delivered", now);
                }

                mail.Why = $"It could not be delivered{(bounce.IsFinal ? "" : " yet")}{said}";
                return;
        }

        var hard = bounce.Kind == BounceKind.Hard;
        mail.Why = (hard ? "The address does not exist" : "The third mail in a week could not be delivered") + $"; it gets no more{said}";
        (message.State, message.StateReason, message.EndedAt) = (OutreachState.Failed, hard ? "The address does not exist" : "It could not be delivered", message.EndedAt ?? now);
        message.Revision++;
        await RecordAsync(db, mail, message.LeadId, FeedbackKind.Bounced, bounce.Answer, cancellationToken);
        await suppressions.AddAsync(db, message.To, SuppressionReason.Bounced, Actor, message.Id, now, cancellationToken);
        await OutreachStops.StopAsync(db, [message.LeadId], "Mail to this address comes back", now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await pauses.CheckAsync(db, message.SenderId, now, cancellationToken);
    }

    private static async Task<bool> IsThirdAsync(TenantDb db, InboundMail mail, DateTime now, CancellationToken cancellationToken)
    {
        var since = now - SoftWindow;
        var before = await db.InboundMails.CountAsync(
            m => m.LeadId == mail.LeadId && m.Bounce == BounceKind.Soft && m.ReceivedAt >= since && m.Id != mail.Id, cancellationToken);
        return before + 1 >= MostSoft;
    }

    /// <summary>Once for a mail, whoever brings it.</summary>
    private Task<Guid?> RecordAsync(TenantDb db, InboundMail mail, Guid lead, FeedbackKind kind, string? text, CancellationToken cancellationToken) => feedback.RecordAsync(
        db, new GivenFeedback($"mail:{mail.Id:N}:{kind}", lead, null, kind, mail.At) { Text = string.IsNullOrWhiteSpace(text) ? null : text, LeavesSequences = true }, Actor, cancellationToken);

    /// <summary>Of a mail whose fate nobody knew, this tells.</summary>
    private static void Settle(OutreachMessage message, OutreachState state, string why, DateTime now)
    {
        if (message.State != OutreachState.Unknown)
        {
            return;
        }

        (message.State, message.StateReason, message.EndedAt) = (state, why, now);
        message.SentAt ??= state == OutreachState.Sent ? message.SendingAt : null;
        message.Revision++;
    }
}
