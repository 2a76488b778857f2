using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbound;
using LeadGen.Infrastructure.Secrets;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>Changes the tenant's senders. Whoever calls has asked whether the person may.</summary>
public sealed class SenderEditing(
    IDbContextFactory<TenantDb> databases, TenantWrites writes, TenantSecrets secrets, DkimKeys keys, DomainChecks checks, SmtpPool pool, OutboundGuard guard,
    TimeProvider time)
{
    private const int MostSenders = 100;

    /// <summary>By name.</summary>
    public async Task<IReadOnlyList<Sender>> ListAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Senders.AsNoTracking().OrderBy(s => s.Name).ThenBy(s => s.Id).ToListAsync(cancellationToken);
    }

    /// <summary>Mails of each sender that left since a time, and those that wait.</summary>
    public async Task<IReadOnlyDictionary<Guid, (int Sent, int Waiting)>> CountsAsync(DateTime since, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var sent = await db.OutreachMessages.Where(m => m.SendingAt >= since).GroupBy(m => m.SenderId).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken);
        var waiting = await db.OutreachMessages.Where(m => m.State == OutreachState.Approved).GroupBy(m => m.SenderId).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken);
        return sent.Select(s => s.Key).Union(waiting.Select(w => w.Key)).ToDictionary(
            id => id, id => (sent.FirstOrDefault(s => s.Key == id)?.Count ?? 0, waiting.FirstOrDefault(w => w.Key == id)?.Count ?? 0));
    }

    public async Task<Sender?> FindAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Senders.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken);
    }

    /// <param name="id">Null for a new one.</param>
    /// <returns>The sender, or what is wrong by field.</returns>
    public async Task<(Sender? Sender, IReadOnlyDictionary<string, string> Problems)> SaveAsync(Guid? id, SenderFields given, CancellationToken cancellationToken = default)
    {
        var fields = given.Trimmed();
        var problems = fields.Problems();
        if (fields.Host.Length > 0 && await ClosedAsync(fields.Host, cancellationToken) is { } closed)
        {
            problems[nameof(SenderFields.Host)] = closed;
        }

        if (problems.Count > 0)
        {
            return (null, problems);
        }

        var password = fields.Password.Length > 0 ? secrets.Seal(fields.Password) : null;
        return await writes.RunAsync(
            async (db, ct) =>
            {
                var now = time.GetUtcNow();
                var sender = id is { } known ? await db.Senders.SingleOrDefaultAsync(s => s.Id == known, ct) : null;
                if (id is not null && sender?.Revision != fields.Revision)
                {
                    return Wrong("", sender is null ? "The sender is not there any more." : "Somebody changed this sender meanwhile. Load the page again.");
                }

                if (await db.Senders.AnyAsync(s => s.Email == fields.Email && s.Id != id, ct))
                {
                    return Wrong(nameof(SenderFields.Email), "Another sender has this address already.");
                }

                if (sender is null)
                {
                    if (await db.Senders.CountAsync(ct) >= MostSenders)
                    {
                        return Wrong("", $"A workspace has at most {MostSenders} senders.");
                    }

                    sender = new Sender { Id = Guid.CreateVersion7(now), Name = fields.Name, Email = fields.Email, CreatedAt = now.UtcDateTime, WarmUpSince = fields.WarmsUp ? now.UtcDateTime : null };
                    db.Senders.Add(sender);
                }
                else
                {
                    sender.Revision++;
                }

                fields.PutInto(sender, password, now.UtcDateTime);
                await db.SaveChangesAsync(ct);
                db.Raise(WorkKind.Outreach);
                return (sender, (IReadOnlyDictionary<string, string>)new Dictionary<string, string>());
            },
            cancellationToken);

        static (Sender?, IReadOnlyDictionary<string, string>) Wrong(string field, string what) => (null, new Dictionary<string, string> { [field] = what });
    }

    /// <summary>Connects to a sender's server and signs in.</summary>
    /// <returns>What is wrong, in plain words; null when it works.</returns>
    public async Task<string?> TestAsync(Guid id, CancellationToken cancellationToken = default) =>
        await FindAsync(id, cancellationToken) is { Server: { } server } ? await pool.TestAsync(server, secrets, cancellationToken) : "The sender has no server yet.";

    /// <summary>Makes a DKIM key: the first signs at once, one that replaces another waits until its record stands in DNS.</summary>
    public Task<bool> MakeKeyAsync(Guid id, CancellationToken cancellationToken = default) => ChangeAsync(
        id,
        sender =>
        {
            var key = keys.Create(DomainChecks.DomainOf(sender.Email), time.GetUtcNow());
            if (sender.Dkim is null || sender.Dkim.Domain != key.Domain)
            {
                (sender.Dkim, sender.NextDkim) = (key, null);
            }
            else
            {
                sender.NextDkim = key;
            }
        },
        cancellationToken);

    /// <summary>Asks DNS about a sender's domain and keeps the answer; a key that waited signs from now on if its record is there.</summary>
    public async Task<DomainCheck?> CheckAsync(Guid id, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(id, cancellationToken) is not { } sender)
        {
            return null;
        }

        var takesOver = sender.NextDkim is { } next && await checks.StandsAsync(next, cancellationToken);
        var check = await checks.RunAsync(sender, cancellationToken);
        await ChangeAsync(
            id,
            s =>
            {
                s.Check = check;
                if (takesOver && s.NextDkim == sender.NextDkim)
                {
                    (s.Dkim, s.NextDkim) = (s.NextDkim, null);
                }
            },
            cancellationToken);
        return check;
    }

    public Task<bool> PauseAsync(Guid id, CancellationToken cancellationToken = default) =>
        ChangeAsync(id, s => (s.State, s.StateReason) = (SenderState.Paused, "Paused by a member."), cancellationToken);

    /// <summary>From here on bounces and complaints are counted anew: a person looked.</summary>
    public Task<bool> ResumeAsync(Guid id, CancellationToken cancellationToken = default) => ChangeAsync(
        id, s => (s.State, s.StateReason, s.HoldUntil, s.RatesSince) = (SenderState.Active, null, null, time.GetUtcNow().UtcDateTime), cancellationToken);

    /// <summary>Lets a sender send although its domain did not pass, or takes that back.</summary>
    public Task<bool> SendUncheckedAsync(Guid id, bool sends, CancellationToken cancellationToken = default) => ChangeAsync(id, s => s.SendsUnchecked = sends, cancellationToken);

    /// <returns>Why it cannot go, in plain words; null when it went.</returns>
    public Task<string?> DeleteAsync(Guid id, CancellationToken cancellationToken = default) => writes.RunAsync(
        async (db, ct) =>
        {
            if (await db.Sequences.AnyAsync(s => s.SenderId == id && s.State != SequenceState.Archived, ct))
            {
                return "A sequence sends as this sender. Give it another one first.";
            }

            if (await db.OutreachMessages.AnyAsync(m => m.SenderId == id, ct))
            {
                return "Mails were written as this sender; pause it instead.";
            }

            await db.Senders.Where(s => s.Id == id).ExecuteDeleteAsync(ct);
            return (string?)null;
        },
        cancellationToken);

    private Task<bool> ChangeAsync(Guid id, Action<Sender> change, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            if (await db.Senders.SingleOrDefaultAsync(s => s.Id == id, ct) is not { } sender)
            {
                return false;
            }

            change(sender);
            sender.Revision++;
            await db.SaveChangesAsync(ct);
            db.Raise(WorkKind.Outreach);
            return true;
        },
        cancellationToken);

    private async Task<string?> ClosedAsync(string host, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(OutboundHttp.Patience);
        try
        {
            await guard.ResolveAsync(host, limit.Token);
            return null;
        }
        catch (OutboundRefusedException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "The name of the server could not be looked up in time. Try again.";
        }
    }
}
