using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>Which topics the receiver of our mail wants to hear of. The mail whose link they followed says who they are.</summary>
public sealed class TopicChoices(IDbContextFactory<TenantDb> databases, TenantWrites writes, Suppressions suppressions, TimeProvider time)
{
    /// <summary>All topics of the tenant, and whether the receiver wants them; empty where there are none.</summary>
    public async Task<IReadOnlyList<TopicChoice>> LookAsync(MailReceiver receiver, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var topics = (await db.Meta.AsNoTracking().Select(m => m.Settings).SingleAsync(cancellationToken)).Topics;
        var refused = await suppressions.RefusedAsync(db, [.. topics.Select(t => (receiver.Email, (Guid?)t.Id))], cancellationToken);
        return [.. topics.Select(t => new TopicChoice(t.Id, t.Name, !refused.ContainsKey((receiver.Email, t.Id))))];
    }

    /// <summary>Keeps a choice: of what is not wanted nothing leaves from now on, what waits is cancelled, and its sequences stop. Harmless to repeat.</summary>
    /// <param name="wanted">Ids of topics; those that are not the tenant's mean nothing.</param>
    /// <returns>The choice as it stands now.</returns>
    public async Task<IReadOnlyList<TopicChoice>> ChooseAsync(MailReceiver receiver, IReadOnlyCollection<Guid> wanted, CancellationToken cancellationToken = default)
    {
        await writes.RunAsync(
            async (db, ct) =>
            {
                var now = time.GetUtcNow().UtcDateTime;
                var topics = (await db.Meta.AsNoTracking().Select(m => m.Settings).SingleAsync(ct)).Topics;
                var refused = topics.Where(t => !wanted.Contains(t.Id)).ToList();
                await suppressions.RefuseAsync(db, receiver.Email, [.. topics.Select(t => t.Id)], [.. refused.Select(t => t.Id)], now, ct);
                var leads = await db.Leads
                    .Where(l => l.Email == receiver.Email || db.OutreachMessages.Any(m => m.Id == receiver.MessageId && m.LeadId == l.Id)).Select(l => l.Id).ToListAsync(ct);
                var sequences = refused.Count == 0 || leads.Count == 0 ? [] : await db.Sequences.AsNoTracking().Select(s => new { s.Id, s.Plan }).ToListAsync(ct);
                foreach (var topic in refused)
                {
                    var own = sequences.Where(s => s.Plan.TopicId == topic.Id).Select(s => s.Id).ToList();
                    if (own.Count > 0)
                    {
                        await OutreachStops.StopInAsync(db, leads, own, SuppressionWords.OfTopic(topic.Name), now, ct);
                    }
                }

                return true;
            },
            cancellationToken);
        return await LookAsync(receiver, cancellationToken);
    }
}

/// <param name="Wanted">Until somebody refuses it.</param>
public sealed record TopicChoice(Guid Id, string Name, bool Wanted);
