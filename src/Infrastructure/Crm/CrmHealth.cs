using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Crm;

/// <summary>What is known of a connection's well-being, from every call to its vendor.</summary>
public sealed class CrmHealth(TenantWrites writes, AdminNotices notices, TimeProvider time)
{
    /// <summary>How long a vendor that said only "too fast" is left alone.</summary>
    private static readonly TimeSpan ShortHold = TimeSpan.FromSeconds(10);

    public static Task WorkedAsync(TenantDb db, Guid id, CancellationToken cancellationToken) => db.Integrations
        .Where(i => i.Id == id && (i.FailingSince != null || i.HoldUntil != null))
        .ExecuteUpdateAsync(i => i.SetProperty(x => x.FailingSince, (DateTime?)null).SetProperty(x => x.HoldUntil, (DateTime?)null), cancellationToken);

    /// <summary>Remembers what went wrong: a pause that was asked for, credentials that are refused, or a vendor that does not answer.</summary>
    /// <returns>How long to wait, where it was asked for.</returns>
    public async Task<TimeSpan?> FailedAsync(Guid id, CrmException trouble, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var hold = trouble.Trouble == CrmTrouble.Throttled ? trouble.RetryAfter ?? ShortHold : (TimeSpan?)null;
        await writes.RunAsync(
            (db, ct) =>
            {
                var integration = db.Integrations.Where(i => i.Id == id);
                return trouble.Trouble switch
                {
                    CrmTrouble.Throttled => integration.ExecuteUpdateAsync(i => i.SetProperty(x => x.HoldUntil, now + hold), ct),
                    CrmTrouble.Refused => BreakAsync(db, id, trouble.Message, now, ct),
                    CrmTrouble.Unavailable => integration.ExecuteUpdateAsync(i => i.SetProperty(x => x.FailingSince, x => x.FailingSince ?? now), ct),
                    _ => Task.CompletedTask,
                };
            },
            cancellationToken);
        return hold;
    }

    /// <summary>Stops the connection until a person acts. Whoever stops it tells the admins, once a day.</summary>
    private async Task BreakAsync(TenantDb db, Guid id, string reason, DateTime now, CancellationToken cancellationToken)
    {
        if (await db.Integrations.Where(i => i.Id == id && i.State == IntegrationState.Active).ExecuteUpdateAsync(
            i => i.SetProperty(x => x.State, IntegrationState.Broken)
                .SetProperty(x => x.StateReason, reason)
                .SetProperty(x => x.FailingSince, x => x.FailingSince ?? now),
            cancellationToken) == 0)
        {
            return;
        }

        var name = await db.Integrations.Where(i => i.Id == id).Select(i => i.Name).SingleAsync(cancellationToken);
        await notices.AddOnceAsync(
            db,
            $"“{name}” needs you to sign in anew",
            $"LeadGen has stopped sending leads to “{name}”. {reason}\n\n"
                + $"Nothing is lost: what happens meanwhile waits. Open “{name}” under Integrations, choose “Sign in anew” and sign in there, or enter new credentials.",
            now.AddDays(-1),
            now,
            cancellationToken);
    }
}
