using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Preprocessing;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Work;

/// <summary>The one door into a tenant's leads: file rows, API calls and form posts all pass here, inside the caller's transaction.</summary>
public sealed class LeadIntake(Tombstones tombstones)
{
    /// <summary>Stores what is new, merges what is known, refuses who was erased.</summary>
    /// <param name="db">A context of <see cref="TenantWrites"/>; saved here, committed by the caller.</param>
    /// <param name="incoming">Normalised leads, in the order they came; at most a few thousand. Changed here: a write that runs again reads them anew.</param>
    /// <param name="mode">What meeting a known lead does.</param>
    /// <param name="actor">Who brings them, for the history.</param>
    /// <param name="importId">The import they belong to, if any.</param>
    /// <param name="now">UTC.</param>
    /// <param name="cancellationToken">Ends the transaction.</param>
    /// <returns>One result for each incoming lead, in order.</returns>
    public Task<IReadOnlyList<Intake>> StoreAsync(
        TenantDb db,
        IReadOnlyList<Lead> incoming,
        MergeMode mode,
        string actor,
        Guid? importId,
        DateTime now,
        CancellationToken cancellationToken) => StoreAsync(db, incoming, mode, MatchKey.EmailOrPerson, actor, importId, now, cancellationToken);

    /// <inheritdoc cref="StoreAsync(TenantDb, IReadOnlyList{Lead}, MergeMode, string, Guid?, DateTime, CancellationToken)"/>
    /// <param name="match">By what a lead finds the stored one.</param>
    public async Task<IReadOnlyList<Intake>> StoreAsync(
        TenantDb db,
        IReadOnlyList<Lead> incoming,
        MergeMode mode,
        MatchKey match,
        string actor,
        Guid? importId,
        DateTime now,
        CancellationToken cancellationToken)
    {
        await MergedAddresses.ResolveAsync(db, incoming, cancellationToken);

        // In this order: whoever is erased at this moment is either held here, or erased before the tombstones are asked.
        var existing = await ExistingAsync(db.Leads.AsTracking(), incoming, match, l => l.ForUpdate(), cancellationToken);
        var erased = await tombstones.FindAsync(db, incoming, cancellationToken);
        var welcome = erased.Count == 0 ? incoming : [.. incoming.Where(l => !erased.Contains(l))];
        ReadTitles(welcome);
        var plan = LeadResolution.Resolve(welcome, existing, mode, now, actor, importId, match);

        // Merged leads first: one that moves to another key makes room for a new one.
        await db.SaveChangesAsync(cancellationToken);
        await db.BulkInsertAsync(plan.Created, cancellationToken);
        await db.BulkInsertAsync(plan.Changes, cancellationToken);
        await LeadEvents.WriteAsync(db, () => Events(plan), now, cancellationToken);

        var next = 0;
        return [.. incoming.Select(l => erased.Contains(l) ? new Intake(IntakeKind.Erased, null) : Of(plan.Leads[next++]))];
    }

    /// <summary>What <see cref="StoreAsync(TenantDb, IReadOnlyList{Lead}, MergeMode, MatchKey, string, Guid?, DateTime, CancellationToken)"/> would do, without doing it.</summary>
    /// <returns>For each incoming lead what it would become, null for erased people; and the history that would be written.</returns>
    public async Task<(IReadOnlyList<ResolvedLead?> Leads, IReadOnlyList<LeadChange> Changes)> TryAsync(
        TenantDb db, IReadOnlyList<Lead> incoming, ImportSettings settings, string actor, DateTime now, CancellationToken cancellationToken)
    {
        var existing = await ExistingAsync(db.Leads.AsNoTracking(), incoming, settings.Match, l => l, cancellationToken);
        var erased = await tombstones.FindAsync(db, incoming, cancellationToken);
        List<Lead> welcome = [.. incoming.Where(l => !erased.Contains(l))];
        ReadTitles(welcome);
        var plan = LeadResolution.Resolve(welcome, existing, settings.Merge, now, actor, null, settings.Match);
        var next = 0;
        return ([.. incoming.Select(l => erased.Contains(l) ? null : plan.Leads[next++])], plan.Changes);
    }

    /// <summary>Who is new, and whose deal ended since.</summary>
    private static IEnumerable<LeadEvent> Events(ChunkPlan plan)
    {
        var created = plan.Created.Select(l => l.Id).ToHashSet();
        var ended = plan.Changes.Where(c => c is { Field: "outcome", New: not null }).Select(c => c.LeadId).Where(id => !created.Contains(id)).ToHashSet();
        var known = plan.Leads.Select(l => l.Target).Where(l => ended.Contains(l.Id)).DistinctBy(l => l.Id);
        return plan.Created.Select(l => LeadEvent.Of(LeadTopics.Created, l)).Concat(known.Select(l => LeadEvent.Of(LeadTopics.OutcomeRecorded, l)));
    }

    private static Intake Of(ResolvedLead item) => new(
        item.Resolution switch
        {
            Resolution.Created => IntakeKind.Created,
            Resolution.Merged => IntakeKind.Merged,
            _ => IntakeKind.Duplicate,
        },
        item.Target);

    /// <summary>A title tells level and department where the source does not.</summary>
    private static void ReadTitles(IReadOnlyList<Lead> incoming)
    {
        foreach (var lead in incoming.Where(l => l.JobTitle is not null))
        {
            var (seniority, department) = JobTitles.Read(lead.JobTitle);
            lead.Seniority = lead.Seniority == Seniority.Unknown ? seniority : lead.Seniority;
            lead.Department = lead.Department == Department.Unknown ? department : lead.Department;
        }
    }

    private static async Task<List<Lead>> ExistingAsync(
        IQueryable<Lead> leads,
        IReadOnlyList<Lead> incoming,
        MatchKey match,
        Func<IQueryable<Lead>, IQueryable<Lead>> locked,
        CancellationToken cancellationToken)
    {
        var found = new Dictionary<Guid, Lead>();
        foreach (var part in incoming.Chunk(500))
        {
            var identities = part.Select(l => l.IdentityKey).Distinct().ToList();
            var people = part.Select(l => l.PersonKey).OfType<string>().Distinct().ToList();
            var numbers = match == MatchKey.ExternalId ? part.Select(l => l.ExternalId).OfType<string>().Distinct().ToList() : [];
            await AddAsync(leads.Where(l => identities.Contains(l.IdentityKey)));
            if (people.Count > 0)
            {
                await AddAsync(leads.Where(l => people.Contains(l.PersonKey!)));
            }

            if (numbers.Count > 0)
            {
                await AddAsync(leads.Where(l => numbers.Contains(l.ExternalId!)));
            }
        }

        return [.. found.Values.OrderBy(l => l.Id)];

        async Task AddAsync(IQueryable<Lead> some)
        {
            foreach (var lead in await locked(some.OrderBy(l => l.Id)).ToListAsync(cancellationToken))
            {
                found.TryAdd(lead.Id, lead);
            }
        }
    }
}

/// <summary>What became of one incoming lead.</summary>
/// <param name="Kind">Created, merged, nothing new, or refused.</param>
/// <param name="Lead">The lead it is now; null when refused.</param>
public sealed record Intake(IntakeKind Kind, Lead? Lead);

public enum IntakeKind
{
    Created,
    Merged,
    Duplicate,

    /// <summary>The person was erased from this tenant and stays erased.</summary>
    Erased,
}
