using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach;

/// <summary>The current tenant's topics of mails.</summary>
public sealed class TopicEditing(TenantWrites writes)
{
    /// <summary>Puts a list in the place of the one before. A topic that a sequence carries stays: what people refused must not come again without a topic.</summary>
    /// <returns>What is wrong and what to do; null when it was saved.</returns>
    public async Task<string?> SaveAsync(IReadOnlyList<MailTopic> topics, CancellationToken cancellationToken = default)
    {
        if (MailTopic.Problem(topics) is { } problem)
        {
            return problem;
        }

        return await writes.RunAsync(
            async (db, ct) =>
            {
                await db.LockTenantAsync(ct);
                var meta = await db.Meta.SingleAsync(ct);
                var gone = meta.Settings.Topics.ExceptBy(topics.Select(t => t.Id), t => t.Id).ToList();
                if (gone.Count > 0)
                {
                    var sequences = await db.Sequences.AsNoTracking().Where(s => s.State != SequenceState.Archived).Select(s => new { s.Name, s.Plan }).ToListAsync(ct);
                    if (sequences.FirstOrDefault(s => gone.Exists(g => g.Id == s.Plan.TopicId)) is { } user)
                    {
                        return $"The sequence “{user.Name}” carries “{gone.First(g => g.Id == user.Plan.TopicId).Name}”. Choose another topic there first.";
                    }
                }

                meta.Settings = meta.Settings with { Topics = [.. topics.Select(t => t with { Name = t.Name.Trim() })] };
                await db.SaveChangesAsync(ct);
                return (string?)null;
            },
            cancellationToken);
    }
}
