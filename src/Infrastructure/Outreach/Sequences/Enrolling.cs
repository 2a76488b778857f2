using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach.Sequences;

/// <summary>Takes leads into sequences, and says of each that it does not take why not.</summary>
public sealed class Enrolling(IDbContextFactory<TenantDb> databases, TenantWrites writes, Suppressions suppressions, TimeProvider time)
{
    private const int Portion = 500;

    /// <summary>Most leads at once.</summary>
    public const int MostAtOnce = 20_000;

    /// <summary>What enrolling would do; nothing is stored.</summary>
    public async Task<EnrollPreview?> PreviewAsync(Guid sequenceId, IReadOnlyCollection<Guid> leads, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.Sequences.AsNoTracking().SingleOrDefaultAsync(s => s.Id == sequenceId, cancellationToken) is not { } sequence)
        {
            return null;
        }

        var (taken, refused) = (new List<EnrollLine>(), new List<EnrollLine>());
        foreach (var part in leads.Distinct().Take(MostAtOnce).Chunk(Portion))
        {
            foreach (var line in await ScreenAsync(db, sequence, part, cancellationToken))
            {
                (line.Why is null ? taken : refused).Add(line);
            }
        }

        return new EnrollPreview(sequence, taken, refused);
    }

    /// <summary>Enrols those who may be; the others are given back with why not. Who is enrolled already stays as they are.</summary>
    /// <param name="actor">See <see cref="Enrollment.EnrolledBy"/>.</param>
    /// <returns>Null when the sequence is not there or was put away.</returns>
    public async Task<EnrollPreview?> EnrollAsync(Guid sequenceId, IReadOnlyCollection<Guid> leads, string actor, CancellationToken cancellationToken = default)
    {
        EnrollPreview? all = null;
        foreach (var part in leads.Distinct().Take(MostAtOnce).Chunk(Portion))
        {
            var done = await writes.RunAsync(
                async (db, ct) =>
                {
                    // Locked: of two who enrol the same lead at once, the second sees the first.
                    var sequence = await db.Sequences.AsNoTracking().Where(s => s.Id == sequenceId && s.State != SequenceState.Archived).ForUpdate().SingleOrDefaultAsync(ct);
                    if (sequence is null)
                    {
                        return null;
                    }

                    var lines = await ScreenAsync(db, sequence, part, ct);
                    await StoreAsync(db, sequence, lines, actor, time.GetUtcNow(), ct);
                    return new EnrollPreview(sequence, [.. lines.Where(l => l.Why is null)], [.. lines.Where(l => l.Why is not null)]);
                },
                cancellationToken);
            if (done is null)
            {
                return all;
            }

            all = all is null ? done : done with { Taken = [.. all.Taken, .. done.Taken], Refused = [.. all.Refused, .. done.Refused] };
        }

        return all;
    }

    /// <summary>Takes a lead out of a sequence.</summary>
    /// <returns>False when it is not on the way there any more.</returns>
    public Task<bool> StopAsync(Guid enrollmentId, CancellationToken cancellationToken = default) => writes.RunAsync(
        async (db, ct) =>
        {
            const string Why = "A member stopped it.";
            var now = time.GetUtcNow().UtcDateTime;
            var stopped = await db.Enrollments
                .Where(e => e.Id == enrollmentId && e.State != EnrollmentState.Finished && e.State != EnrollmentState.Stopped)
                .ExecuteUpdateAsync(
                    e => e.SetProperty(x => x.State, EnrollmentState.Stopped).SetProperty(x => x.StateReason, Why).SetProperty(x => x.DueAt, (DateTime?)null)
                        .SetProperty(x => x.ClaimToken, (Guid?)null).SetProperty(x => x.ClaimedUntil, (DateTime?)null).SetProperty(x => x.EndedAt, now),
                    ct);
            await db.OutreachMessages.Where(m => m.EnrollmentId == enrollmentId && (m.State == OutreachState.Draft || m.State == OutreachState.Approved)).ExecuteUpdateAsync(
                m => m.SetProperty(x => x.State, OutreachState.Cancelled).SetProperty(x => x.StateReason, Why).SetProperty(x => x.EndedAt, now)
                    .SetProperty(x => x.Revision, x => x.Revision + 1),
                ct);
            return stopped == 1;
        },
        cancellationToken);

    /// <summary>Enrols by the rules of running sequences, in the transaction that scored the leads.</summary>
    public async Task ByRuleAsync(TenantDb db, IReadOnlyCollection<Guid> leads, DateTime now, CancellationToken cancellationToken)
    {
        var sequences = (await db.Sequences.AsNoTracking().Where(s => s.State == SequenceState.Active).ToListAsync(cancellationToken)).Where(s => s.Plan.Rule is not null);
        foreach (var sequence in sequences)
        {
            var rule = sequence.Plan.Rule!;
            var found = await db.Leads.AsNoTracking().Where(l => leads.Contains(l.Id) && l.Email != null).Select(l => new { l.Id, l.Grade, l.TopIntent, l.Consent }).ToListAsync(cancellationToken);
            var fit = found.Where(l => (rule.Grades.Count == 0 || (l.Grade is { } grade && rule.Grades.Contains(grade.ToString(), StringComparer.OrdinalIgnoreCase)))
                && (rule.Intents.Count == 0 || (l.TopIntent is { } intent && rule.Intents.Contains(intent.ToString(), StringComparer.OrdinalIgnoreCase)))
                && (!rule.NeedsConsent || l.Consent is not null)).Select(l => l.Id).ToList();
            if (fit.Count > 0)
            {
                await StoreAsync(db, sequence, await ScreenAsync(db, sequence, fit, cancellationToken), "rule", new DateTimeOffset(now, TimeSpan.Zero), cancellationToken);
            }
        }
    }

    private static async Task StoreAsync(TenantDb db, Sequence sequence, IReadOnlyList<EnrollLine> lines, string actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<Enrollment> rows = [.. lines.Where(l => l.Why is null).Select(l => new Enrollment
        {
            Id = Guid.CreateVersion7(now),
            SequenceId = sequence.Id,
            LeadId = l.LeadId,
            DueAt = l.DueAt,
            EnrolledBy = actor,
            EnrolledAt = now.UtcDateTime,
        })];
        await db.BulkInsertAsync(rows, cancellationToken);
        if (rows.Count > 0)
        {
            db.Raise(WorkKind.Outreach);
        }
    }

    private async Task<IReadOnlyList<EnrollLine>> ScreenAsync(TenantDb db, Sequence sequence, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var leads = await db.Leads.AsNoTracking().Where(l => ids.Contains(l.Id)).ToListAsync(cancellationToken);
        var others = await db.Enrollments.AsNoTracking().Where(e => ids.Contains(e.LeadId)).Join(db.Sequences, e => e.SequenceId, s => s.Id, (e, s) => new { e.LeadId, e.SequenceId, e.State, s.Name }).ToListAsync(cancellationToken);
        var closed = await suppressions.FindAsync(db, [.. leads.Select(l => l.Email).OfType<string>()], cancellationToken);
        var refused = await suppressions.RefusedAsync(db, [.. leads.Select(l => l.Email).OfType<string>().Select(e => (e, sequence.Plan.TopicId))], cancellationToken);
        var calendar = await OutreachCalendar.ReadAsync(db, cancellationToken);
        var inUse = others.ToLookup(o => o.LeadId);
        return [.. leads.Select(lead =>
        {
            var here = inUse[lead.Id].Any(o => o.SequenceId == sequence.Id);
            var elsewhere = inUse[lead.Id].FirstOrDefault(o => o.SequenceId != sequence.Id && o.State is EnrollmentState.Active or EnrollmentState.Waiting or EnrollmentState.Snoozed)?.Name;
            var due = sequence.Plan.Steps.Count == 0 ? now : calendar.DueAfter(now, sequence.Plan, 0, lead.Country);
            var why = lead switch
            {
                { Email: null } => "No e-mail address",
                _ when closed.TryGetValue(lead.Email, out var reason) => SuppressionWords.Of(reason).TrimEnd('.'),
                _ when sequence.Plan.TopicId is { } topic && refused.TryGetValue((lead.Email, topic), out var unwanted) => unwanted.TrimEnd('.'),
                { Outcome: { } outcome } => outcome == Outcome.Won ? "The deal was won already" : "The deal was lost already",
                { TopIntent: IntentKind.Unsubscribe } => "They asked for no more mail",
                _ when here => "Was enrolled in this sequence before",
                _ when elsewhere is not null => $"Is in “{elsewhere}” now",
                _ when due is null => "The sending window never opens",
                _ => null,
            };
            return new EnrollLine(lead.Id, lead.FullName ?? lead.Email ?? lead.CompanyName ?? "Unnamed", lead.CompanyName, why, why is null ? due : null);
        })];
    }
}

/// <summary>Who would be enrolled and who not.</summary>
public sealed record EnrollPreview(Sequence Sequence, IReadOnlyList<EnrollLine> Taken, IReadOnlyList<EnrollLine> Refused);

/// <summary>One lead.</summary>
/// <param name="Why">Why it is not taken, in plain words; null when it is.</param>
/// <param name="DueAt">When its first step is due, UTC.</param>
public sealed record EnrollLine(Guid LeadId, string Name, string? Company, string? Why, DateTime? DueAt);
