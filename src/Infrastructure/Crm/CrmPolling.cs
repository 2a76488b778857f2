using System.Globalization;
using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Crm;

/// <summary>Asks CRMs that tell us nothing by themselves what changed, once a minute, from where it stopped.</summary>
public sealed class CrmPolling(
    IDbContextFactory<TenantDb> databases, TenantWrites writes, CrmConnections connections, CrmHealth health, CrmPull pull, TimeProvider time)
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <returns>Whether anything was asked, and when the next is due.</returns>
    public async Task<(bool Worked, DateTime? Again)> RunAsync(CancellationToken cancellationToken)
    {
        List<Integration> active;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            active = await db.Integrations.AsNoTracking().Where(i => i.State == IntegrationState.Active).ToListAsync(cancellationToken);
        }

        var (worked, again, now) = (false, (DateTime?)null, time.GetUtcNow().UtcDateTime);
        foreach (var integration in active)
        {
            try
            {
                var connector = connections.ConnectorOf(integration.Kind);
                var connection = connections.Open(integration);
                if (!connector.Polls(connection.Secrets))
                {
                    continue;
                }

                var (asked, cursor) = Place(integration.Cursor);
                var due = Later(asked + Every, integration.HoldUntil);
                if (due <= now && await MarkAsync(integration, cursor, cancellationToken) is { } mine)
                {
                    worked = true;
                    await AskAsync(integration, connector, connection, cursor, mine, cancellationToken);
                    due = now + Every;
                }

                again = again is null || due < again ? due : again;
            }
            catch (CrmException e)
            {
                await health.FailedAsync(integration.Id, e, cancellationToken);
                again ??= now + Every;
            }
        }

        return (worked, again);
    }

    /// <summary>The cursor's column holds when it was asked last, and the vendor's own words after a space.</summary>
    private static (DateTime Asked, string? Cursor) Place(string? stored) =>
        stored?.Split(' ', 2) is [var at, var cursor] && long.TryParse(at, CultureInfo.InvariantCulture, out var milliseconds)
            ? (DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime, cursor.Length == 0 ? null : cursor)
            : (DateTime.MinValue, null);

    private static DateTime Later(DateTime one, DateTime? other) => other > one ? other.Value : one;

    /// <summary>Of several who look at the same moment one goes on.</summary>
    private Task<string?> MarkAsync(Integration integration, string? cursor, CancellationToken cancellationToken) => WriteAsync(
        integration.Id, integration.Cursor, string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow().ToUnixTimeMilliseconds()} {cursor}"), cancellationToken);

    private Task<string?> WriteAsync(Guid id, string? before, string after, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) => await db.Integrations.Where(i => i.Id == id && i.Cursor == before && i.State == IntegrationState.Active)
            .ExecuteUpdateAsync(i => i.SetProperty(x => x.Cursor, after), ct) == 1 ? after : null,
        cancellationToken);

    private async Task AskAsync(
        Integration integration, ICrmConnector connector, CrmConnection connection, string? cursor, string mark, CancellationToken cancellationToken)
    {
        for (var more = true; more;)
        {
            var changes = await connector.ChangesAsync(connection, cursor, cancellationToken);
            await ApplyAsync(integration, changes, cancellationToken);

            // Only now: killed before, the same changes are read again and change nothing.
            if (await WriteAsync(integration.Id, mark, $"{mark.Split(' ')[0]} {changes.Cursor}", cancellationToken) is not { } next)
            {
                return;
            }

            (mark, more) = (next, changes.More && changes.Cursor != cursor);
            cursor = changes.Cursor;
        }
    }

    private Task ApplyAsync(Integration integration, CrmChanges changes, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            var underWay = changes.Records.Count > 0 && await CrmFirstPushes.AnyAsync(db, integration, ct);
            foreach (var record in changes.Records)
            {
                if (underWay && !await CrmFirstPushes.IsTiedAsync(db, integration, record, ct))
                {
                    await CrmInbox.PutAsideAsync(db, integration.Id, record, time.GetUtcNow().UtcDateTime, ct);
                }
                else
                {
                    await pull.ApplyAsync(db, integration, record, ct);
                }
            }

            await CrmHealth.WorkedAsync(db, integration.Id, ct);
        },
        cancellationToken);
}
