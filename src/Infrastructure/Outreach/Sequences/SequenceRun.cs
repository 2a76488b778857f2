using System.Diagnostics;
using System.Globalization;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach.Sequences;

/// <summary>Does the steps that are due: writes mails, puts tasks before people, skips what a condition shuts out.</summary>
public sealed class SequenceRun(
    IDbContextFactory<TenantDb> databases, TenantWrites writes, StepClaims claims, Suppressions suppressions, OutreachWriting writing,
    TimeProvider time)
{
    private const int Portion = 200;

    /// <summary>A mail that could not be written is tried again after this time; meanwhile its reason is shown.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromMinutes(30);

    /// <summary>A tenant's turn; then others have theirs.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(2);

    public async Task<WorkResult> RunAsync(CancellationToken cancellationToken)
    {
        var (since, worked) = (Stopwatch.GetTimestamp(), false);
        while (true)
        {
            var claim = await claims.TakeAsync(Portion, cancellationToken);
            if (claim.Ids.Count == 0)
            {
                return new WorkResult(worked, claim.Again);
            }

            await DoAsync(claim, cancellationToken);
            worked = true;
            if (Stopwatch.GetElapsedTime(since) > Turn)
            {
                return new WorkResult(true);
            }
        }
    }

    private async Task DoAsync(StepClaim claim, CancellationToken cancellationToken)
    {
        List<StepWork> all;
        OutreachCalendar calendar;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            calendar = await OutreachCalendar.ReadAsync(db, cancellationToken);
            all = await StepFactsReader.ReadAsync(db, suppressions, claim, cancellationToken);
        }

        var now = time.GetUtcNow().UtcDateTime;
        foreach (var work in all)
        {
            Decide(work, calendar, now);
        }

        await WriteMailsAsync(all, cancellationToken);
        FailPoint.Reach("outreach-written");
        await writes.RunAsync((db, ct) => StoreAsync(db, claim, all, calendar, ct), cancellationToken);
    }

    /// <summary>What becomes of an enrolment, as far as no mail has to be written for it. Steps whose conditions do not hold are passed over.</summary>
    private static void Decide(StepWork work, OutreachCalendar calendar, DateTime now)
    {
        var enrollment = work.Enrollment;
        if (work.Stop is { } why)
        {
            Stop(enrollment, why, now);
            return;
        }

        if (enrollment.Step >= work.Plan.Steps.Count)
        {
            (enrollment.State, enrollment.DueAt, enrollment.EndedAt) = (EnrollmentState.Finished, null, now);
            return;
        }

        var step = work.Plan.Steps[enrollment.Step];
        if (!StepConditions.Hold(step, work.Facts))
        {
            SequenceSteps.Advance(enrollment, work.Plan, calendar, work.Lead!.Country, now);
        }
        else if (step.Kind == StepKind.Task)
        {
            (enrollment.State, enrollment.DueAt, enrollment.StateReason) = (EnrollmentState.Waiting, null, null);
        }
        else
        {
            work.Mail = step;
        }
    }

    private async Task WriteMailsAsync(IReadOnlyList<StepWork> all, CancellationToken cancellationToken)
    {
        foreach (var group in all.Where(w => w.Mail is not null).GroupBy(w => (Template: w.Mail!.TemplateId, w.SenderId)))
        {
            if (group.Key is not { Template: { } template, SenderId: { } sender })
            {
                group.ToList().ForEach(w => w.Problem = group.Key.Template is null ? "The step has no template." : "The sequence has no sender.");
                continue;
            }

            var written = await writing.WriteManyAsync(template, [.. group.Select(w => w.Lead!.Id)], sender, null, cancellationToken);
            foreach (var work in group)
            {
                (work.Written, work.Problem) = (written[work.Lead!.Id].Mail, written[work.Lead!.Id].Problem);
            }
        }
    }

    private async Task StoreAsync(TenantDb db, StepClaim claim, IReadOnlyList<StepWork> all, OutreachCalendar calendar, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var ids = all.Select(w => w.Enrollment.Id).ToList();
        var mine = (await db.Enrollments.AsNoTracking().Where(e => ids.Contains(e.Id) && e.ClaimToken == claim.Token).OrderBy(e => e.Id).ForUpdate()
            .Select(e => e.Id).ToListAsync(cancellationToken)).ToHashSet();
        var kept = all.Where(w => mine.Contains(w.Enrollment.Id)).ToList();

        // Who was put on the list while the mail was being written gets none.
        var closed = await suppressions.FindAsync(db, [.. kept.Where(w => w.Mail is not null).Select(w => w.Lead!.Email!)], cancellationToken);
        var refused = await suppressions.RefusedAsync(db, [.. kept.Where(w => w.Mail is not null).Select(w => (w.Lead!.Email!, w.Plan.TopicId))], cancellationToken);
        var messages = new List<OutreachMessage>();
        foreach (var work in kept.Where(w => w.Mail is not null))
        {
            if (closed.TryGetValue(work.Lead!.Email!, out var reason) && reason != SuppressionReason.Paused)
            {
                Stop(work.Enrollment, Sending.SuppressionWords.Of(reason), now.UtcDateTime);
            }
            else if (work.Plan.TopicId is { } topic && refused.TryGetValue((work.Lead.Email!, topic), out var unwanted))
            {
                Stop(work.Enrollment, unwanted, now.UtcDateTime);
            }
            else if (work.Written is { } mail)
            {
                messages.Add(MessageOf(work, mail, calendar, now));
                (work.Enrollment.State, work.Enrollment.DueAt, work.Enrollment.StateReason) = (EnrollmentState.Waiting, null, null);
            }
            else
            {
                (work.Enrollment.State, work.Enrollment.DueAt, work.Enrollment.StateReason) = (EnrollmentState.Active, now.UtcDateTime + Retry, work.Problem);
            }
        }

        foreach (var work in kept)
        {
            (work.Enrollment.ClaimToken, work.Enrollment.ClaimedUntil) = (null, null);
        }

        await db.BulkInsertAsync(messages, cancellationToken);
        await db.BulkUpdateAsync(kept.ConvertAll(w => w.Enrollment), SequenceSteps.Columns, cancellationToken);
        db.Raise(WorkKind.Outreach);
    }

    private static OutreachMessage MessageOf(StepWork work, ComposedMail mail, OutreachCalendar calendar, DateTimeOffset now)
    {
        // A mail with holes is never sent unseen.
        var draft = work.Plan.NeedsApproval || mail.Missing.Count > 0;
        var id = Guid.CreateVersion7(now);
        var thread = work.Mail!.InThread ? work.Before : null;
        return new OutreachMessage
        {
            Id = id,
            LeadId = work.Lead!.Id,
            To = work.Lead.Email!,
            SenderId = work.SenderId!.Value,
            EnrollmentId = work.Enrollment.Id,
            SequenceId = work.Enrollment.SequenceId,
            Step = work.Enrollment.Step,
            TemplateId = mail.TemplateId,
            TemplateVersion = mail.TemplateVersion,
            Variant = mail.Variant,
            Subject = thread is null ? mail.Subject : Reply(thread.Subject),
            Text = mail.Text,
            Html = mail.Html,
            Sentences = [.. mail.Sentences],
            State = draft ? OutreachState.Draft : OutreachState.Approved,
            StateReason = mail.Warnings.Count > 0 ? string.Join(" ", mail.Warnings) : mail.FellBack,
            ApprovedBy = draft ? null : "sequence",
            ApprovedAt = draft ? null : now.UtcDateTime,
            CreatedAt = now.UtcDateTime,
            DueAt = SequenceClock.Next(now.UtcDateTime, work.Plan.Window, CountryZones.Of(work.Lead.Country, calendar.Zone), calendar.Holidays) ?? now.UtcDateTime,
            MessageId = string.Create(CultureInfo.InvariantCulture, $"{id:N}@{work.SenderDomain}"),
            InReplyTo = thread?.MessageId,
        };
    }

    private static string Reply(string subject) => subject.StartsWith("Re: ", StringComparison.OrdinalIgnoreCase) ? subject : "Re: " + subject;

    private static void Stop(Enrollment enrollment, string why, DateTime now) =>
        (enrollment.State, enrollment.StateReason, enrollment.DueAt, enrollment.EndedAt) = (EnrollmentState.Stopped, why, null, now);
}
