using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Mail;
using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach.Sequences;

/// <summary>Mails as people read, change, approve and reject them, and say what became of one of which nobody knows.</summary>
public sealed class OutreachDesk(
    IDbContextFactory<TenantDb> databases, TenantWrites writes, OutreachLinks links, TimeProvider time)
{
    private const int LongestText = 50_000;

    /// <summary>Mails in some states.</summary>
    /// <param name="newestFirst">Else what is due first stands first.</param>
    public async Task<IReadOnlyList<MailRow>> ListAsync(
        IReadOnlyCollection<OutreachState> states, Guid? sequenceId, bool newestFirst, int skip, int most, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = db.OutreachMessages.AsNoTracking().Where(m => states.Contains(m.State) && (sequenceId == null || m.SequenceId == sequenceId));
        rows = newestFirst ? rows.OrderByDescending(m => m.Id) : rows.OrderBy(m => m.DueAt).ThenBy(m => m.Id);
        return await rows.Skip(skip).Take(most)
            .Select(m => new MailRow(
                m.Id, m.LeadId, db.Leads.Where(l => l.Id == m.LeadId).Select(l => l.FullName ?? l.Email).FirstOrDefault(), m.To, m.Subject, m.State, m.StateReason,
                m.SequenceId, db.Sequences.Where(s => s.Id == m.SequenceId).Select(s => s.Name).FirstOrDefault(), m.Step, m.Variant, m.DueAt, m.SentAt, m.CreatedAt, m.Attempts, m.SenderId))
            .ToListAsync(cancellationToken);
    }

    public async Task<IReadOnlyDictionary<OutreachState, int>> CountsAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.OutreachMessages.GroupBy(m => m.State).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
    }

    /// <summary>A mail as it will leave, or as it left.</summary>
    public async Task<MailView?> FindAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.OutreachMessages.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id, cancellationToken) is not { } mail
            || await db.Senders.AsNoTracking().SingleOrDefaultAsync(s => s.Id == mail.SenderId, cancellationToken) is not { } sender)
        {
            return null;
        }

        var lead = await db.Leads.AsNoTracking().SingleOrDefaultAsync(l => l.Id == mail.LeadId, cancellationToken);
        var sequence = await db.Sequences.AsNoTracking().SingleOrDefaultAsync(s => s.Id == mail.SequenceId, cancellationToken);
        var before = await db.OutreachMessages.AsNoTracking().Where(m => m.LeadId == mail.LeadId && m.SentAt != null && m.Id != id).OrderByDescending(m => m.SentAt)
            .Select(m => new MailBefore(m.Subject, m.SentAt!.Value)).Take(5).ToListAsync(cancellationToken);

        // The real link lets its holder unsubscribe the receiver; who only reads the draft gets its look.
        var link = $"{links.Base ?? "https://…"}{OutreachLinks.Prefix}/…";
        return new MailView(mail, sender, lead, sequence, before, OutreachMime.TextOf(mail, sender, link), OutreachMime.HtmlOf(mail, sender, link), OutreachMime.Problem(mail, sender));
    }

    /// <summary>Lets drafts leave when they are due.</summary>
    /// <param name="actor">See <see cref="OutreachMessage.ApprovedBy"/>.</param>
    /// <returns>How many were drafts still.</returns>
    public Task<int> ApproveAsync(IReadOnlyCollection<Guid> ids, string actor, CancellationToken cancellationToken = default) => writes.RunAsync(
        async (db, ct) =>
        {
            var now = time.GetUtcNow().UtcDateTime;
            db.Raise(WorkKind.Outreach);
            return await db.OutreachMessages.Where(m => ids.Contains(m.Id) && m.State == OutreachState.Draft).ExecuteUpdateAsync(
                m => m.SetProperty(x => x.State, OutreachState.Approved).SetProperty(x => x.StateReason, (string?)null).SetProperty(x => x.ApprovedBy, actor)
                    .SetProperty(x => x.ApprovedAt, now).SetProperty(x => x.Revision, x => x.Revision + 1),
                ct);
        },
        cancellationToken);

    /// <summary>Changes the words of a draft. HTML is made of the words as they are now.</summary>
    /// <param name="revision">The one that the person read.</param>
    /// <returns>What is wrong; null when it was saved.</returns>
    public async Task<string?> EditAsync(Guid id, string subject, string text, int revision, CancellationToken cancellationToken = default)
    {
        var (line, words) = (subject.Trim(), text.ReplaceLineEndings("\n").Trim());
        if (line.Length is 0 or > 400 || MailMessages.HasBreak(line))
        {
            return "The subject needs one line of at most 400 characters.";
        }

        if (words.Length is 0 or > LongestText)
        {
            return "The mail needs words, at most 50,000 characters.";
        }

        return await ChangeAsync(
            id,
            revision,
            mail =>
            {
                // What a person wrote stands for itself; sources stay beside the sentences that stayed.
                mail.Sentences = [.. mail.Sentences.Where(s => words.Contains(s.Text, StringComparison.Ordinal))];
                mail.Html = mail.Text == words ? mail.Html : null;
                (mail.Subject, mail.Text) = (line, words);
            },
            cancellationToken);
    }

    /// <summary>Puts a mail that was written anew in a draft's place. A mail that follows in a thread keeps its subject.</summary>
    /// <inheritdoc cref="EditAsync" path="/param|/returns"/>
    public Task<string?> TakeAsync(Guid id, ComposedMail words, int revision, CancellationToken cancellationToken = default) => ChangeAsync(
        id,
        revision,
        mail =>
        {
            mail.Subject = mail.InReplyTo is null ? words.Subject : mail.Subject;
            (mail.Text, mail.Html, mail.Sentences) = (words.Text, words.Html, [.. words.Sentences]);
            mail.StateReason = words.Warnings.Count > 0 ? string.Join(" ", words.Warnings) : words.FellBack;
        },
        cancellationToken);

    private Task<string?> ChangeAsync(Guid id, int revision, Action<OutreachMessage> change, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            if (await db.OutreachMessages.SingleOrDefaultAsync(m => m.Id == id && m.State == OutreachState.Draft, ct) is not { } mail)
            {
                return "This mail is no draft any more.";
            }

            if (mail.Revision != revision)
            {
                return "Somebody changed this mail meanwhile. Read it again.";
            }

            change(mail);
            mail.Revision++;
            await db.SaveChangesAsync(ct);
            return (string?)null;
        },
        cancellationToken);

    /// <summary>A person says no: the mail does not leave, and its lead's way through the sequence ends.</summary>
    public Task<int> RejectAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken = default) => writes.RunAsync(
        async (db, ct) =>
        {
            const string Why = "A member rejected the mail.";
            var now = time.GetUtcNow().UtcDateTime;
            var open = db.OutreachMessages.Where(m => ids.Contains(m.Id) && (m.State == OutreachState.Draft || m.State == OutreachState.Approved));
            var enrollments = await open.Where(m => m.EnrollmentId != null).Select(m => m.EnrollmentId!.Value).ToListAsync(ct);
            var rejected = await open.ExecuteUpdateAsync(
                m => m.SetProperty(x => x.State, OutreachState.Rejected).SetProperty(x => x.StateReason, Why).SetProperty(x => x.EndedAt, now)
                    .SetProperty(x => x.Revision, x => x.Revision + 1),
                ct);
            await db.Enrollments.Where(e => enrollments.Contains(e.Id) && e.State == EnrollmentState.Waiting).ExecuteUpdateAsync(
                e => e.SetProperty(x => x.State, EnrollmentState.Stopped).SetProperty(x => x.StateReason, Why).SetProperty(x => x.DueAt, (DateTime?)null).SetProperty(x => x.EndedAt, now),
                ct);
            return rejected;
        },
        cancellationToken);

    /// <summary>A person found out what became of a mail of which nobody knew, or orders a second try of one that failed.</summary>
    /// <param name="arrived">It did; else it is sent once more.</param>
    /// <returns>False when its state is another by now.</returns>
    public Task<bool> ResolveAsync(Guid id, bool arrived, CancellationToken cancellationToken = default) => writes.RunAsync(
        async (db, ct) =>
        {
            var now = time.GetUtcNow().UtcDateTime;
            if (await db.OutreachMessages.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id && m.State == OutreachState.Unknown, ct) is not { } mail)
            {
                return false;
            }

            if (!arrived)
            {
                await db.OutreachMessages.Where(m => m.Id == id).ExecuteUpdateAsync(
                    m => m.SetProperty(x => x.State, OutreachState.Approved).SetProperty(x => x.StateReason, (string?)null).SetProperty(x => x.DueAt, now)
                        .SetProperty(x => x.SendingAt, (DateTime?)null).SetProperty(x => x.EndedAt, (DateTime?)null)
                        .SetProperty(x => x.ClaimToken, (Guid?)null).SetProperty(x => x.ClaimedUntil, (DateTime?)null).SetProperty(x => x.Revision, x => x.Revision + 1),
                    ct);
                db.Raise(WorkKind.Outreach);
                return true;
            }

            var at = mail.SendingAt ?? now;
            await db.OutreachMessages.Where(m => m.Id == id).ExecuteUpdateAsync(
                m => m.SetProperty(x => x.State, OutreachState.Sent).SetProperty(x => x.StateReason, (string?)null).SetProperty(x => x.SentAt, at).SetProperty(x => x.EndedAt, now)
                    .SetProperty(x => x.ClaimToken, (Guid?)null).SetProperty(x => x.ClaimedUntil, (DateTime?)null).SetProperty(x => x.Revision, x => x.Revision + 1),
                ct);
            await SequenceSteps.SentAsync(db, [mail], now, ct);
            return true;
        },
        cancellationToken);

    /// <summary>A person did the task that an enrolment waits for.</summary>
    public Task<bool> DoneAsync(Guid enrollmentId, int step, CancellationToken cancellationToken = default) =>
        writes.RunAsync((db, ct) => SequenceSteps.DoneAsync(db, enrollmentId, step, time.GetUtcNow().UtcDateTime, ct), cancellationToken);

    /// <summary>Enrolments, those that need something first, then by what is due.</summary>
    /// <param name="states">Empty for all.</param>
    public async Task<IReadOnlyList<EnrollmentRow>> EnrollmentsAsync(
        Guid? sequenceId, Guid? leadId, IReadOnlyCollection<EnrollmentState> states, int skip, int most, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = db.Enrollments.AsNoTracking().Where(e => (sequenceId == null || e.SequenceId == sequenceId) && (leadId == null || e.LeadId == leadId));
        rows = states.Count == 0 ? rows : rows.Where(e => states.Contains(e.State));
        return await rows.OrderBy(e => e.EndedAt != null).ThenBy(e => e.DueAt ?? e.EndedAt).ThenBy(e => e.Id).Skip(skip).Take(most)
            .Select(e => new EnrollmentRow(
                e, db.Leads.Where(l => l.Id == e.LeadId).Select(l => l.FullName ?? l.Email).FirstOrDefault(), db.Leads.Where(l => l.Id == e.LeadId).Select(l => l.CompanyName).FirstOrDefault(),
                db.Sequences.Where(s => s.Id == e.SequenceId).Select(s => s.Name).FirstOrDefault() ?? "",
                db.OutreachMessages.Where(m => m.EnrollmentId == e.Id && m.Step == e.Step && m.State != OutreachState.Cancelled).Select(m => (OutreachState?)m.State).FirstOrDefault()))
            .ToListAsync(cancellationToken);
    }

    /// <summary>Tasks that wait for a person, oldest first.</summary>
    public async Task<IReadOnlyList<TaskRow>> TasksAsync(int most, CancellationToken cancellationToken = default)
    {
        var plans = new Dictionary<Guid, SequencePlan>();
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            plans = (await db.Sequences.AsNoTracking().Select(s => new { s.Id, s.Plan }).ToListAsync(cancellationToken))
                .Where(s => s.Plan.Steps.Any(x => x.Kind == StepKind.Task)).ToDictionary(s => s.Id, s => s.Plan);
        }

        var tasks = new List<TaskRow>();
        foreach (var (id, plan) in plans)
        {
            foreach (var row in await EnrollmentsAsync(id, null, [EnrollmentState.Waiting], 0, most, cancellationToken))
            {
                if (plan.Steps.ElementAtOrDefault(row.Enrollment.Step) is { Kind: StepKind.Task, Task: { } task })
                {
                    tasks.Add(new TaskRow(row, task));
                }
            }
        }

        return [.. tasks.OrderBy(t => t.Row.Enrollment.EnrolledAt).Take(most)];
    }
}

/// <summary>A line of a list of mails.</summary>
public sealed record MailRow(
    Guid Id, Guid LeadId, string? Lead, string To, string Subject, OutreachState State, string? Reason, Guid? SequenceId, string? Sequence, int? Step, string? Variant,
    DateTime DueAt, DateTime? SentAt, DateTime CreatedAt, int Attempts, Guid SenderId);

/// <summary>A mail to read.</summary>
/// <param name="Text">As it leaves, foot included.</param>
/// <param name="Html">As it leaves, foot included.</param>
/// <param name="Problem">Why it could not leave like this, or null.</param>
public sealed record MailView(
    OutreachMessage Mail, Sender Sender, Lead? Lead, Sequence? Sequence, IReadOnlyList<MailBefore> Before, string Text, string Html, string? Problem);

/// <summary>A mail that the lead got before.</summary>
public sealed record MailBefore(string Subject, DateTime SentAt);

/// <summary>A lead on its way through a sequence.</summary>
/// <param name="Mail">State of the mail of its present step, where there is one.</param>
public sealed record EnrollmentRow(Enrollment Enrollment, string? Lead, string? Company, string Sequence, OutreachState? Mail);

/// <summary>Something that a person is to do.</summary>
public sealed record TaskRow(EnrollmentRow Row, string Task);
