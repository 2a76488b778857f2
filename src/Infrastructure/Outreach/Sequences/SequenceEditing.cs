using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach.Sequences;

/// <summary>Changes the tenant's sequences. Whoever calls has asked whether the person may.</summary>
public sealed class SequenceEditing(IDbContextFactory<TenantDb> databases, TenantWrites writes, TemplateNames templates, OutreachLinks links, TimeProvider time)
{
    private const int MostSteps = 30;
    private const int LongestName = 80;
    private const int LongestTask = 1_000;
    private const string Gone = "The sequence is not there any more.";

    /// <summary>Those in use, newest first, then those put away.</summary>
    public async Task<IReadOnlyList<Sequence>> ListAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var all = await db.Sequences.AsNoTracking().ToListAsync(cancellationToken);
        return [.. all.OrderBy(s => s.State == SequenceState.Archived).ThenByDescending(s => s.CreatedAt)];
    }

    public async Task<Sequence?> FindAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Sequences.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken);
    }

    /// <param name="actor">See <see cref="Sequence.CreatedBy"/>.</param>
    public Task<Sequence> CreateAsync(string name, Guid? senderId, SequencePlan plan, string actor, CancellationToken cancellationToken = default) => writes.RunAsync(
        async (db, ct) =>
        {
            var now = time.GetUtcNow();
            var sequence = new Sequence
            {
                Id = Guid.CreateVersion7(now),
                Name = name.Trim() is { Length: > 0 and <= LongestName } given ? given : "New sequence",
                SenderId = senderId,
                Plan = plan,
                CreatedAt = now.UtcDateTime,
                ChangedAt = now.UtcDateTime,
                CreatedBy = actor,
            };
            db.Sequences.Add(sequence);
            await db.SaveChangesAsync(ct);
            return sequence;
        },
        cancellationToken);

    /// <param name="revision">The one that the change was made on.</param>
    /// <returns>The sequence, or what is wrong.</returns>
    public async Task<SequenceSaved> SaveAsync(Guid id, string name, Guid? senderId, SequencePlan plan, int revision, CancellationToken cancellationToken = default)
    {
        var problems = Check(name, plan);
        if (problems.Count > 0)
        {
            return new SequenceSaved(null, problems);
        }

        return await ChangeAsync(
            id,
            async (db, sequence, ct) =>
            {
                if (sequence.Revision != revision)
                {
                    return ["Somebody changed this sequence meanwhile. Load the page again."];
                }

                if (senderId is { } sender && !await db.Senders.AnyAsync(s => s.Id == sender, ct))
                {
                    return ["The sender is not there any more. Choose another."];
                }

                if (plan.TopicId is { } topic && topic != sequence.Plan.TopicId
                    && !(await db.Meta.AsNoTracking().Select(m => m.Settings).SingleAsync(ct)).Topics.Any(t => t.Id == topic))
                {
                    return ["The topic is not there any more. Choose another."];
                }

                (sequence.Name, sequence.SenderId, sequence.Plan) = (name.Trim(), senderId, plan);
                return sequence.State == SequenceState.Active ? await ObstaclesAsync(db, sequence, ct) : [];
            },
            cancellationToken);
    }

    /// <summary>Starts a sequence, or lets it go on: from here on bounces are counted anew.</summary>
    public Task<SequenceSaved> StartAsync(Guid id, CancellationToken cancellationToken = default) => ChangeAsync(
        id,
        async (db, sequence, ct) =>
        {
            var obstacles = await ObstaclesAsync(db, sequence, ct);
            if (obstacles.Count == 0 && sequence.State != SequenceState.Active)
            {
                (sequence.State, sequence.StateReason, sequence.RatesSince) = (SequenceState.Active, null, time.GetUtcNow().UtcDateTime);
            }

            return obstacles;
        },
        cancellationToken);

    /// <summary>Nothing leaves and nobody is enrolled by rule until it goes on.</summary>
    public Task<SequenceSaved> PauseAsync(Guid id, CancellationToken cancellationToken = default) => ChangeAsync(
        id,
        (_, sequence, _) =>
        {
            (sequence.State, sequence.StateReason) = (SequenceState.Paused, "Paused by a member.");
            return Task.FromResult<IReadOnlyList<string>>([]);
        },
        cancellationToken);

    /// <summary>Puts a sequence away: whoever is still on the way stops, its results stay.</summary>
    public Task<SequenceSaved> ArchiveAsync(Guid id, CancellationToken cancellationToken = default) => ChangeAsync(
        id,
        async (db, sequence, ct) =>
        {
            const string Why = "The sequence was put away.";
            var now = time.GetUtcNow().UtcDateTime;
            (sequence.State, sequence.StateReason) = (SequenceState.Archived, null);
            await db.Enrollments.Where(e => e.SequenceId == id && e.State != EnrollmentState.Finished && e.State != EnrollmentState.Stopped).ExecuteUpdateAsync(
                e => e.SetProperty(x => x.State, EnrollmentState.Stopped).SetProperty(x => x.StateReason, Why).SetProperty(x => x.DueAt, (DateTime?)null)
                    .SetProperty(x => x.ClaimToken, (Guid?)null).SetProperty(x => x.ClaimedUntil, (DateTime?)null).SetProperty(x => x.EndedAt, now),
                ct);
            await db.OutreachMessages.Where(m => m.SequenceId == id && (m.State == OutreachState.Draft || m.State == OutreachState.Approved)).ExecuteUpdateAsync(
                m => m.SetProperty(x => x.State, OutreachState.Cancelled).SetProperty(x => x.StateReason, Why).SetProperty(x => x.EndedAt, now)
                    .SetProperty(x => x.Revision, x => x.Revision + 1),
                ct);
            return [];
        },
        cancellationToken);

    /// <summary>What keeps a sequence from starting, in plain words; empty when it can.</summary>
    public async Task<IReadOnlyList<string>> ObstaclesAsync(Sequence sequence, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await ObstaclesAsync(db, sequence, cancellationToken);
    }

    private async Task<IReadOnlyList<string>> ObstaclesAsync(TenantDb db, Sequence sequence, CancellationToken cancellationToken)
    {
        var obstacles = new List<string>();
        if (sequence.Plan.Steps.Count == 0)
        {
            obstacles.Add("It has no step yet.");
        }

        var known = (await templates.ActiveAsync(cancellationToken)).Select(t => t.Id).ToHashSet();
        for (var i = 0; i < sequence.Plan.Steps.Count; i++)
        {
            switch (sequence.Plan.Steps[i])
            {
                case { Kind: StepKind.Mail, TemplateId: null }:
                    obstacles.Add($"Step {i + 1} has no template yet.");
                    break;
                case { Kind: StepKind.Mail, TemplateId: { } template } when !known.Contains(template):
                    obstacles.Add($"The template of step {i + 1} is not published.");
                    break;
                case { Kind: StepKind.Task, Task: var task } when string.IsNullOrWhiteSpace(task):
                    obstacles.Add($"Step {i + 1} does not say what is to be done.");
                    break;
            }
        }

        if (sequence.Plan.Steps.Any(s => s.Kind == StepKind.Mail))
        {
            var sender = sequence.SenderId is { } id ? await db.Senders.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken) : null;
            if (sender is null)
            {
                obstacles.Add("It has no sender yet.");
            }
            else if (SenderPace.Problem(sender, links.IsPublic) is { } problem)
            {
                obstacles.Add(problem);
            }
        }

        return obstacles;
    }

    private static List<string> Check(string name, SequencePlan plan)
    {
        var problems = new List<string>();
        Need(name.Trim().Length is > 0 and <= LongestName, $"Give it a name of at most {LongestName} characters.");
        Need(plan.Steps.Count <= MostSteps, $"A sequence has at most {MostSteps} steps.");
        Need(plan.Steps.All(s => s.AfterDays is >= 0 and <= 365), "A delay is from 0 to 365 days.");
        Need(plan.Steps.All(s => (s.Task?.Length ?? 0) <= LongestTask), $"A task has at most {LongestTask} characters.");
        Need(plan.Window.Days.Count > 0, "Choose at least one day on which mails may leave.");
        Need(plan.Window.Until > plan.Window.From, "The window must end after it begins.");
        Need(plan.DailyCap is > 0 and <= 100_000, "The daily cap is from 1 to 100,000 mails.");
        return problems;

        void Need(bool holds, string what)
        {
            if (!holds)
            {
                problems.Add(what);
            }
        }
    }

    private Task<SequenceSaved> ChangeAsync(
        Guid id, Func<TenantDb, Sequence, CancellationToken, Task<IReadOnlyList<string>>> change, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            if (await db.Sequences.SingleOrDefaultAsync(s => s.Id == id, ct) is not { } sequence)
            {
                return new SequenceSaved(null, [Gone]);
            }

            var problems = await change(db, sequence, ct);
            if (problems.Count > 0)
            {
                db.ChangeTracker.Clear();
                return new SequenceSaved(null, problems);
            }

            (sequence.Revision, sequence.ChangedAt) = (sequence.Revision + 1, time.GetUtcNow().UtcDateTime);
            await db.SaveChangesAsync(ct);
            db.Raise(WorkKind.Outreach);
            return new SequenceSaved(sequence, []);
        },
        cancellationToken);
}

/// <summary>A sequence as it was saved, or what is wrong with it, in plain words.</summary>
public sealed record SequenceSaved(Sequence? Sequence, IReadOnlyList<string> Problems);
