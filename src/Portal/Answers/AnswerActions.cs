using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Answers;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Outreach;
using LeadGen.Pipeline.Preprocessing;
using LeadGen.Portal.Leads;
using LeadGen.Portal.Shell;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Answers;

/// <summary>What members do with answers. Each returns null when done, else what is wrong and what to do.</summary>
public sealed class AnswerActions(
    TenantWrites writes, AnswerRun answers, LeadIntake intake, IntentFixes fixes, Suppressions suppressions, MemberAccess access, CurrentMember member, TimeProvider time)
{
    private const string NotAllowed = "Your role does not allow this.";
    private const string Gone = "This mail is not there any more.";

    public bool CanEdit => access.Can(MemberRole.Editor);

    public Task<string?> DoneAsync(Guid id, CancellationToken cancellationToken = default) => ChangeAsync(id, (m, now) =>
        (m.State, m.HandledBy, m.HandledAt, m.SnoozedUntil) = (InboundState.Done, member.Actor, now, null), cancellationToken);

    /// <summary>Takes back that it is done or put off.</summary>
    public Task<string?> ReopenAsync(Guid id, CancellationToken cancellationToken = default) => ChangeAsync(id, (m, _) =>
        (m.State, m.HandledBy, m.HandledAt, m.SnoozedUntil) = (InboundState.Open, null, null, null), cancellationToken);

    public Task<string?> SnoozeAsync(Guid id, int days, CancellationToken cancellationToken = default) => ChangeAsync(id, (m, now) =>
        m.SnoozedUntil = now.AddDays(Math.Clamp(days, 1, 365)), cancellationToken);

    /// <summary>Says whose answer a mail is.</summary>
    public async Task<string?> AttachAsync(Guid id, Guid leadId, CancellationToken cancellationToken = default) =>
        !await access.MayAsync(MemberRole.Editor, cancellationToken) ? NotAllowed
        : await answers.AttachAsync(id, leadId, cancellationToken) ? null
        : "This mail belongs to a lead already, or the lead is not there any more.";

    /// <summary>Makes a lead of whom an answer names.</summary>
    public async Task<string?> AddReferredAsync(Guid id, CancellationToken cancellationToken = default) => !await access.MayAsync(MemberRole.Editor, cancellationToken)
        ? NotAllowed
        : await writes.RunAsync(
            async (db, ct) =>
            {
                if (await db.InboundMails.SingleOrDefaultAsync(m => m.Id == id, ct) is not { Referred: { } referred } mail)
                {
                    return Gone;
                }

                if (mail.ReferredLeadId is not null)
                {
                    return null;
                }

                var now = time.GetUtcNow().UtcDateTime;
                var from = await db.Leads.AsNoTracking().SingleOrDefaultAsync(l => l.Id == mail.LeadId, ct);
                var raw = new RawLead(new Dictionary<string, string?>
                {
                    ["email"] = referred.Email,
                    ["fullName"] = referred.Name,
                    ["companyName"] = from?.CompanyName,
                    ["companyDomain"] = from?.CompanyDomain,
                    ["country"] = from?.Country,
                    ["source"] = "referral",
                    ["notes"] = from is null ? null : $"Named by {from.FullName ?? from.Email} in an answer.",
                }.Where(v => !string.IsNullOrEmpty(v.Value)).ToDictionary(v => v.Key, v => v.Value!));
                if (LeadNormalizer.Read(raw, Guid.CreateVersion7(time.GetUtcNow()), now).Lead is not { } lead)
                {
                    return "From what they wrote no lead can be made. Add the person by hand.";
                }

                var taken = (await intake.StoreAsync(db, [lead], MergeMode.FillEmpty, member.Actor, null, now, ct))[0];
                if (taken.Lead is null)
                {
                    return "This person was erased from this workspace and is not added again.";
                }

                mail.ReferredLeadId = taken.Lead.Id;
                await db.SaveChangesAsync(ct);
                db.Raise(WorkKind.Leads);
                return (string?)null;
            },
            cancellationToken);

    /// <summary>Says what an answer means: it counts for the lead at once, and teaches.</summary>
    public async Task<string?> CorrectAsync(InboundMail mail, IntentKind kind, CancellationToken cancellationToken = default)
    {
        if (mail.LeadId is not { } leadId)
        {
            return "Say first whose answer this is.";
        }

        var hash = LeadAnalyzer.HashOf(TextCleaner.Clean(mail.Words));
        var wanted = new Dictionary<IntentKind, bool?>();
        if (mail.Intent is { } read && read != kind && read != IntentKind.Other)
        {
            wanted[read] = false;
        }

        if (kind != IntentKind.Other)
        {
            wanted[kind] = true;
        }

        if ((await fixes.JudgeAsync(leadId, (ReplyReader.Source, hash), wanted, cancellationToken)).Problem is { } problem)
        {
            return problem;
        }

        return await writes.RunAsync(
            async (db, ct) =>
            {
                if (await db.InboundMails.SingleOrDefaultAsync(m => m.Id == mail.Id, ct) is not { } row)
                {
                    return Gone;
                }

                (row.Intent, row.Strength) = (kind, 1);
                if (kind == IntentKind.Unsubscribe)
                {
                    await SuppressAsync(db, row, leadId, ct);
                }

                await db.SaveChangesAsync(ct);
                return (string?)null;
            },
            cancellationToken);
    }

    /// <summary>Who wants no more mail gets none, also when it was a person who read it.</summary>
    private async Task SuppressAsync(TenantDb db, InboundMail mail, Guid leadId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var own = await db.Leads.Where(l => l.Id == leadId).Select(l => l.Email).SingleOrDefaultAsync(cancellationToken);
        foreach (var email in new[] { own, mail.From }.OfType<string>().Distinct(StringComparer.Ordinal))
        {
            await suppressions.AddAsync(db, email, SuppressionReason.Unsubscribed, member.Actor, mail.OutreachMessageId, now, cancellationToken);
        }

        await OutreachStops.StopAsync(db, [leadId], "They asked for no more mail", now, cancellationToken);
        (mail.State, mail.Step, mail.Why) = (InboundState.Done, AnswerStep.Suppress, "They want no more mail, and get no more");
        (mail.HandledBy, mail.HandledAt) = (member.Actor, now);
    }

    private async Task<string?> ChangeAsync(Guid id, Action<InboundMail, DateTime> change, CancellationToken cancellationToken) =>
        !await access.MayAsync(MemberRole.Editor, cancellationToken)
            ? NotAllowed
            : await writes.RunAsync(
                async (db, ct) =>
                {
                    if (await db.InboundMails.SingleOrDefaultAsync(m => m.Id == id, ct) is not { } mail)
                    {
                        return Gone;
                    }

                    change(mail, time.GetUtcNow().UtcDateTime);
                    await db.SaveChangesAsync(ct);
                    return null;
                },
                cancellationToken);
}
