using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Integrations;

/// <summary>What connections did and what is in their way.</summary>
public sealed class IntegrationQueries(IDbContextFactory<TenantDb> databases)
{
    private const int MostProblems = 20;

    /// <param name="today">UTC, when the day began here.</param>
    public async Task<IntegrationNumbers> NumbersAsync(Guid id, DateTime today, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var messages = db.Outbox.Where(m => m.DestinationId == id);
        return new IntegrationNumbers(
            await messages.CountAsync(m => m.State == OutboxState.Delivered && m.EndedAt >= today, cancellationToken),
            await messages.CountAsync(m => m.State == OutboxState.Waiting, cancellationToken),
            await messages.CountAsync(m => m.State == OutboxState.Dead, cancellationToken),
            await db.Inbox.CountAsync(i => i.SourceId == id && i.State == InboxState.Processed && i.ProcessedAt >= today, cancellationToken),
            await db.CrmLinks.CountAsync(l => l.IntegrationId == id && !l.Deleted, cancellationToken));
    }

    /// <summary>Leads whose records have a trouble of their own, latest first.</summary>
    public async Task<IReadOnlyList<LeadTrouble>> ProblemsAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var dead = await db.Outbox.AsNoTracking().Where(m => m.DestinationId == id && m.State == OutboxState.Dead).OrderByDescending(m => m.Id).Take(MostProblems)
            .Join(db.Leads, m => m.LeadId, l => l.Id, (m, l) => new LeadTrouble(l.Id, l.FullName ?? l.Email ?? l.CompanyName ?? "", m.LastError ?? "", m.EndedAt))
            .ToListAsync(cancellationToken);
        var links = await db.CrmLinks.AsNoTracking().Where(k => k.IntegrationId == id && k.LastError != null).OrderByDescending(k => k.SyncedAt).Take(MostProblems)
            .Join(db.Leads, k => k.LeadId, l => l.Id, (k, l) => new LeadTrouble(l.Id, l.FullName ?? l.Email ?? l.CompanyName ?? "", k.LastError ?? "", k.SyncedAt))
            .ToListAsync(cancellationToken);
        return [.. dead.Concat(links).DistinctBy(t => t.LeadId).Take(MostProblems)];
    }

    public async Task<(int Through, int All)> ThroughAsync(CrmRules rules, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return (await db.Leads.Through(rules).CountAsync(cancellationToken), await db.Leads.CountAsync(cancellationToken));
    }

    /// <summary>The lead with the highest score of those that the rules let through, to show a mapping by.</summary>
    public async Task<Lead?> ExampleAsync(CrmRules rules, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Leads.AsNoTracking().Through(rules).OrderByDescending(l => l.ScoreValue).ThenBy(l => l.Id).FirstOrDefaultAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<LeadInCrm>> OfLeadAsync(Guid lead, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var integrations = await db.Integrations.AsNoTracking().Where(i => i.State != IntegrationState.Connecting).OrderBy(i => i.CreatedAt).ToListAsync(cancellationToken);
        if (integrations.Count == 0)
        {
            return [];
        }

        var links = await db.CrmLinks.AsNoTracking().Where(l => l.LeadId == lead).ToDictionaryAsync(l => l.IntegrationId, cancellationToken);
        var waiting = await db.Outbox.Where(m => m.LeadId == lead && m.Channel == OutboxChannel.Crm && m.State == OutboxState.Waiting)
            .Select(m => m.DestinationId).Distinct().ToListAsync(cancellationToken);
        return [.. integrations.Select(i => new LeadInCrm(i, links.GetValueOrDefault(i.Id), waiting.Contains(i.Id)))];
    }
}

/// <summary>What went through today and what did not.</summary>
public sealed record IntegrationNumbers(int SentToday, int Waiting, int Dead, int TakenToday, int Linked);

/// <summary>A lead that the CRM has trouble with.</summary>
public sealed record LeadTrouble(Guid LeadId, string Name, string Problem, DateTime? At);

/// <summary>Where a lead stands in a connected CRM.</summary>
public sealed record LeadInCrm(Integration Integration, CrmLink? Link, bool Waits);
