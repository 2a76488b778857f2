using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbound;
using LeadGen.Infrastructure.Secrets;
using LeadGen.Infrastructure.Work;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outbox.Webhooks;

/// <summary>Subscriptions to events in the current tenant: made, changed, paused, rotated, tried, removed.</summary>
public sealed class WebhookEndpoints(
    IDbContextFactory<TenantDb> databases, TenantWrites writes, TenantSecrets secrets, OutboundHttp outbound, WebhookSender sender, TimeProvider time)
{
    /// <summary>Every event is one row for each of them.</summary>
    public const int Most = 50;

    public const int LongestName = 80;

    /// <summary>How long the secret before is still signed with.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    public async Task<IReadOnlyList<WebhookEndpoint>> ListAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.WebhookEndpoints.AsNoTracking().OrderBy(e => e.Id).ToListAsync(cancellationToken);
    }

    public async Task<WebhookEndpoint?> FindAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.WebhookEndpoints.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, cancellationToken);
    }

    /// <param name="topics">See <see cref="LeadTopics"/>; empty for all.</param>
    /// <param name="actor">See LeadChange.Actor.</param>
    public async Task<EndpointSaved> CreateAsync(
        string? name, string? url, IReadOnlyList<string> topics, string actor, CancellationToken cancellationToken = default)
    {
        var (address, problems) = await CheckAsync(name, url, topics, cancellationToken);
        if (address is null || problems.Count > 0)
        {
            return new EndpointSaved(null) { Problems = problems };
        }

        var (secret, now) = (WebhookSecret.Create(), time.GetUtcNow().UtcDateTime);
        var row = new WebhookEndpoint
        {
            Id = OutboxIds.Next(now),
            Name = name!.Trim(),
            Url = address.AbsoluteUri,
            Topics = [.. topics.Distinct()],
            Secret = secrets.Seal(secret),
            CreatedAt = now,
            CreatedBy = actor,
        };
        return await writes.RunAsync(
            async (db, ct) =>
            {
                await db.LockTenantAsync(ct);
                if (await db.WebhookEndpoints.CountAsync(ct) >= Most)
                {
                    return new EndpointSaved(null) { Problems = [("url", $"A workspace has {Most} subscriptions at most. Remove one that is not needed.")] };
                }

                await db.BulkInsertAsync([row], ct);
                return new EndpointSaved(row) { Secret = secret };
            },
            cancellationToken);
    }

    /// <param name="revision">The one that the change was made on; null = whatever it is now.</param>
    public async Task<EndpointSaved> ChangeAsync(
        Guid id, string? name, string? url, IReadOnlyList<string> topics, int? revision = null, CancellationToken cancellationToken = default)
    {
        var (address, problems) = await CheckAsync(name, url, topics, cancellationToken);
        return address is null || problems.Count > 0
            ? new EndpointSaved(null) { Problems = problems }
            : await EditAsync(
                id,
                e =>
                {
                    (e.Name, e.Url, e.Topics) = (name!.Trim(), address.AbsoluteUri, [.. topics.Distinct()]);
                    return null;
                },
                revision,
                cancellationToken);
    }

    /// <summary>Stops sending; what happens meanwhile waits.</summary>
    public Task<EndpointSaved> PauseAsync(Guid id, CancellationToken cancellationToken = default) => EditAsync(
        id,
        e =>
        {
            e.State = e.State == EndpointState.Active ? EndpointState.Paused : e.State;
            return null;
        },
        null,
        cancellationToken);

    /// <summary>Sends again, what waited first; also after it was disabled.</summary>
    public Task<EndpointSaved> ResumeAsync(Guid id, CancellationToken cancellationToken = default) => EditAsync(
        id,
        e =>
        {
            (e.State, e.StateReason, e.FailingSince) = (EndpointState.Active, null, null);
            return null;
        },
        null,
        cancellationToken);

    /// <summary>A new secret; the old one is signed with as well for <see cref="Overlap"/>.</summary>
    public Task<EndpointSaved> RotateAsync(Guid id, CancellationToken cancellationToken = default)
    {
        var secret = WebhookSecret.Create();
        return EditAsync(
            id,
            e =>
            {
                (e.OldSecret, e.OldSecretUntil) = (e.Secret, time.GetUtcNow().UtcDateTime + Overlap);
                e.Secret = secrets.Seal(secret);
                return secret;
            },
            null,
            cancellationToken);
    }

    /// <summary>Removes it; what waited for it is dropped.</summary>
    /// <returns>The row, so that it can be put back; null when there was none.</returns>
    public Task<WebhookEndpoint?> DeleteAsync(Guid id, CancellationToken cancellationToken = default) => writes.RunAsync(
        async (db, ct) =>
        {
            var row = await db.WebhookEndpoints.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct);
            await db.WebhookEndpoints.Where(e => e.Id == id).ExecuteDeleteAsync(ct);
            await OutboxQueue.DropAsync(db, id, time.GetUtcNow().UtcDateTime, ct);
            return row;
        },
        cancellationToken);

    /// <summary>Puts a removed one back, with what was dropped at its removal.</summary>
    /// <param name="removedAt">UTC, not later than its removal.</param>
    public Task RestoreAsync(WebhookEndpoint row, DateTime removedAt, CancellationToken cancellationToken = default) => writes.RunAsync(
        async (db, ct) =>
        {
            if (await db.WebhookEndpoints.AnyAsync(e => e.Id == row.Id, ct))
            {
                return;
            }

            await db.BulkInsertAsync([row], ct);
            await db.Outbox.Where(m => m.DestinationId == row.Id && m.State == OutboxState.Dropped && m.EndedAt >= removedAt).ExecuteUpdateAsync(
                m => m.SetProperty(x => x.State, OutboxState.Waiting).SetProperty(x => x.EndedAt, (DateTime?)null), ct);
            db.Raise(WorkKind.Outbox);
        },
        cancellationToken);

    /// <summary>Sends an example now, once, and tells what was answered; nothing is stored.</summary>
    /// <returns>Null when there is no such subscription.</returns>
    public async Task<DeliveryResult?> TestAsync(Guid id, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(id, cancellationToken) is not { } endpoint)
        {
            return null;
        }

        var now = time.GetUtcNow().UtcDateTime;
        return await sender.SendAsync(endpoint, sender.KeysOf(endpoint, now), OutboxIds.Next(now), LeadPayload.Test(now), cancellationToken);
    }

    private Task<EndpointSaved> EditAsync(Guid id, Func<WebhookEndpoint, string?> change, int? revision, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            if (await db.WebhookEndpoints.Where(e => e.Id == id).ForUpdate().SingleOrDefaultAsync(ct) is not { } row)
            {
                return new EndpointSaved(null);
            }

            if (revision is { } seen && seen != row.Revision)
            {
                return new EndpointSaved(row) { Conflict = true };
            }

            var secret = change(row);
            row.Revision++;
            await db.SaveChangesAsync(ct);
            db.Raise(WorkKind.Outbox);
            return new EndpointSaved(row) { Secret = secret };
        },
        cancellationToken);

    private async Task<(Uri? Address, List<(string Field, string Problem)> Problems)> CheckAsync(
        string? name, string? url, IReadOnlyList<string> topics, CancellationToken cancellationToken)
    {
        var problems = new List<(string, string)>();
        if (string.IsNullOrWhiteSpace(name) || name.Trim().Length > LongestName)
        {
            problems.Add(("name", $"Give it a name of 1 to {LongestName} characters."));
        }

        if (topics.Except(LeadTopics.All).FirstOrDefault() is { } unknown)
        {
            problems.Add(("events", $"There is no event '{unknown}'. Events: {string.Join(", ", LeadTopics.All)}."));
        }

        var (address, problem) = await outbound.CheckAsync(url, cancellationToken);
        if (problem is not null)
        {
            problems.Add(("url", problem));
        }

        return (address, problems);
    }
}

/// <summary>What became of a change.</summary>
/// <param name="Row">As it stands now; null when there is none or something was wrong.</param>
public sealed record EndpointSaved(WebhookEndpoint? Row)
{
    /// <summary>The new signing secret, never to be seen again.</summary>
    public string? Secret { get; init; }

    /// <summary>Somebody else changed it since; nothing was saved.</summary>
    public bool Conflict { get; init; }

    /// <summary>Field and what is wrong with it.</summary>
    public IReadOnlyList<(string Field, string Problem)> Problems { get; init; } = [];
}
