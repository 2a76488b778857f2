using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>The list of addresses that get no mail, as people look at it and add to it.</summary>
public sealed class SuppressionList(IDbContextFactory<TenantDb> databases, TenantWrites writes, Suppressions suppressions, TimeProvider time)
{
    /// <summary>Most addresses that are added at once.</summary>
    public const int MostAtOnce = 20_000;

    private const int Portion = 500;

    /// <summary>Newest first.</summary>
    /// <param name="text">Part of an address; empty for all.</param>
    public async Task<IReadOnlyList<Suppression>> ListAsync(string? text, int skip, int most, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = db.Suppressions.AsNoTracking();
        if (!string.IsNullOrWhiteSpace(text))
        {
            var asked = text.Trim().ToLowerInvariant();
            rows = rows.Where(s => s.Email != null && s.Email.Contains(asked));
        }

        return await rows.OrderByDescending(s => s.At).ThenBy(s => s.Hash).Skip(skip).Take(most).ToListAsync(cancellationToken);
    }

    public async Task<IReadOnlyDictionary<SuppressionReason, int>> CountsAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Suppressions.GroupBy(s => s.Reason).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
    }

    /// <summary>Whether an address is on the list.</summary>
    /// <param name="email">As typed.</param>
    public async Task<SuppressionReason?> FindAsync(string email, CancellationToken cancellationToken = default)
    {
        if (!EmailAddress.TryRead(email, out var canonical, out _))
        {
            return null;
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return (await suppressions.FindAsync(db, [canonical], cancellationToken)).TryGetValue(canonical, out var reason) ? reason : null;
    }

    /// <summary>Adds addresses as somebody gave them: one on a line, or with commas between. What waits for them is cancelled.</summary>
    /// <param name="actor">See <see cref="Suppression.Actor"/>.</param>
    public async Task<SuppressionsAdded> AddAsync(IEnumerable<string> given, string actor, CancellationToken cancellationToken = default)
    {
        var (emails, wrong) = (new HashSet<string>(StringComparer.Ordinal), new List<string>());
        foreach (var text in given.Select(g => g.Trim()).Where(g => g.Length > 0))
        {
            if (EmailAddress.TryRead(text, out var email, out _))
            {
                emails.Add(email);
            }
            else
            {
                wrong.Add(text);
            }
        }

        if (emails.Count > MostAtOnce)
        {
            return new SuppressionsAdded(0, 0, [$"{emails.Count:N0} addresses are too many at once; add at most {MostAtOnce:N0}."]);
        }

        var (added, now) = (0, time.GetUtcNow().UtcDateTime);
        foreach (var part in emails.Chunk(Portion))
        {
            added += await writes.RunAsync(
                async (db, ct) =>
                {
                    var fresh = 0;
                    foreach (var email in part)
                    {
                        fresh += await suppressions.AddAsync(db, email, SuppressionReason.ByHand, actor, null, now, ct) ? 1 : 0;
                    }

                    await db.SaveChangesAsync(ct);
                    var leads = await db.Leads.Where(l => part.Contains(l.Email!)).Select(l => l.Id).ToListAsync(ct);
                    await OutreachStops.StopAsync(db, leads, SuppressionWords.Of(SuppressionReason.ByHand), now, ct);
                    return fresh;
                },
                cancellationToken);
        }

        return new SuppressionsAdded(added, emails.Count - added, wrong);
    }

    /// <summary>Opens an address again that a member shut. What a person asked for themselves, no member takes back.</summary>
    /// <returns>False when it is not there, or was not added by hand.</returns>
    public Task<bool> RemoveAsync(byte[] hash, CancellationToken cancellationToken = default) => writes.RunAsync(
        async (db, ct) => await db.Suppressions.Where(s => s.Hash == hash && s.Reason == SuppressionReason.ByHand).ExecuteDeleteAsync(ct) == 1, cancellationToken);
}

/// <summary>What became of addresses that were added.</summary>
/// <param name="Known">Were on the list already.</param>
/// <param name="Wrong">Texts that are no address.</param>
public sealed record SuppressionsAdded(int Added, int Known, IReadOnlyList<string> Wrong);
