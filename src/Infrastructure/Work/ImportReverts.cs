using System.Collections.Concurrent;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LeadGen.Infrastructure.Work;

/// <summary>
/// Imports being taken back in this process, apart from the page that asked: it may be left and come back to. One that a restart broke off
/// is finished by asking again.
/// </summary>
public sealed partial class ImportReverts(TenantScopes scopes, ILogger<ImportReverts> logger)
{
    private readonly ConcurrentDictionary<(TenantId Tenant, Guid Import), Running> running = new();

    /// <summary>Begins, or joins who began already.</summary>
    public void Begin(TenantId tenant, Guid import, string actor)
    {
        var mine = new Running();
        if (running.TryAdd((tenant, import), mine))
        {
            _ = Task.Run(() => RunAsync(tenant, import, actor, mine));
        }
    }

    /// <summary>How far it is, 0 to 1; null when none runs.</summary>
    public double? ShareOf(TenantId tenant, Guid import) => running.TryGetValue((tenant, import), out var it) ? it.Share : null;

    private async Task RunAsync(TenantId tenant, Guid import, string actor, Running mine)
    {
        try
        {
            await scopes.RunAsync(tenant, async services =>
            {
                await using (var db = await services.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync())
                {
                    mine.Lines = Math.Max(1, await db.LeadChanges.CountAsync(c => c.ImportId == import));
                }

                await services.GetRequiredService<Imports>().RevertAsync(import, actor, mine);
            });
        }
        catch (Exception e)
        {
            // The import stays as it is, part of it taken back: the page offers it again.
            RevertFailed(logger, e, tenant);
        }
        finally
        {
            running.TryRemove((tenant, import), out _);
        }
    }

    [LoggerMessage(111, LogLevel.Error, "Taking an import of tenant {Tenant} back broke off")]
    private static partial void RevertFailed(ILogger logger, Exception exception, TenantId tenant);

    private sealed class Running : IProgress<long>
    {
        private long looked;

        public long Lines { get; set; } = long.MaxValue;

        public double Share => Math.Min(1, (double)Interlocked.Read(ref looked) / Lines);

        public void Report(long value) => Interlocked.Exchange(ref looked, value);
    }
}
