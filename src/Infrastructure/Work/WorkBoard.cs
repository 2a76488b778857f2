using System.Collections.Concurrent;
using System.Threading.Channels;
using LeadGen.Infrastructure.Data.Catalog;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Work;

/// <summary>
/// Where it is written which tenants have work. The in-process signal only saves waiting: losing it loses nothing, since the row in the
/// catalog was raised, and even without that row every tenant is looked at now and then.
/// </summary>
public sealed class WorkBoard(IDbContextFactory<CatalogDb> catalog, TimeProvider time)
{
    private readonly ConcurrentDictionary<WorkKind, Listener> listeners = new();
    private readonly ConcurrentDictionary<(TenantId, WorkKind), SharedLook> looks = new();

    /// <summary>Runs a write that makes work: raised before its commit, looked at again after it.</summary>
    public async Task<T> AnnounceAsync<T>(TenantId tenant, WorkKind kind, Func<Task<T>> write, CancellationToken cancellationToken = default)
    {
        await RaiseAsync(tenant, kind, cancellationToken);
        var result = await write();

        // A worker may have looked, found nothing and lowered between our raise and our commit.
        await RaiseAsync(tenant, kind, CancellationToken.None);
        Signal(tenant, kind);
        return result;
    }

    /// <summary>
    /// Writes the row only when it is down or due later: on a busy tenant this is one small read, which all who come while another is under
    /// way share.
    /// </summary>
    public Task RaiseAsync(TenantId tenant, WorkKind kind, CancellationToken cancellationToken = default) =>
        looks.GetOrAdd((tenant, kind), _ => new SharedLook()).RunAsync(() => LookAndRaiseAsync(tenant, kind)).WaitAsync(cancellationToken);

    /// <summary>Tells this process's workers at once.</summary>
    public void Signal(TenantId tenant, WorkKind kind) => Listen(kind).Add(tenant);

    /// <summary>The tenants with work of a kind, and the numbers to lower them with.</summary>
    public async Task<IReadOnlyList<(TenantId Tenant, long Raised)>> DueAsync(WorkKind kind, CancellationToken cancellationToken)
    {
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow().UtcDateTime;
        var due = await db.Work.AsNoTracking().Where(w => w.Kind == kind && w.DueAt != null && w.DueAt <= now)
            .OrderBy(w => w.DueAt).Select(w => new { w.TenantId, w.Raised }).ToListAsync(cancellationToken);
        return [.. due.Select(w => (new TenantId(w.TenantId), w.Raised))];
    }

    /// <summary>
    /// After an empty look: nobody raised since, so there is no work. When leased work remains, it is due again at <paramref name="again"/>.
    /// Who lowered must look once more: a write that found the flag still up leaves it as it is, so what was committed since the look
    /// has no other sign.
    /// </summary>
    /// <returns>False when somebody raised or lowered meanwhile.</returns>
    public async Task<bool> LowerAsync(TenantId tenant, WorkKind kind, long raised, DateTime? again, CancellationToken cancellationToken)
    {
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        return await db.Work.Where(w => w.TenantId == tenant.Value && w.Kind == kind && w.Raised == raised)
            .ExecuteUpdateAsync(w => w.SetProperty(x => x.DueAt, again), cancellationToken) == 1;
    }

    /// <summary>Raises every active tenant: at start and every ten minutes, in case a raise was lost with its process.</summary>
    public async Task RaiseAllAsync(WorkKind kind, CancellationToken cancellationToken)
    {
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        var tenants = await db.Tenants.Where(t => t.State == TenantState.Active).Select(t => t.Id).ToListAsync(cancellationToken);
        foreach (var tenant in tenants)
        {
            await RaiseAsync(new TenantId(tenant), kind, cancellationToken);
        }
    }

    internal Listener Listen(WorkKind kind) => listeners.GetOrAdd(kind, _ => new Listener());

    private async Task LookAndRaiseAsync(TenantId tenant, WorkKind kind)
    {
        await using var db = await catalog.CreateDbContextAsync();
        var now = time.GetUtcNow().UtcDateTime;
        if (await db.Work.AnyAsync(w => w.TenantId == tenant.Value && w.Kind == kind && w.DueAt <= now))
        {
            return;
        }

        var raised = await db.Work.Where(w => w.TenantId == tenant.Value && w.Kind == kind)
            .ExecuteUpdateAsync(w => w.SetProperty(x => x.DueAt, now).SetProperty(x => x.Raised, x => x.Raised + 1));
        if (raised == 0)
        {
            db.Work.Add(new TenantWork { TenantId = tenant.Value, Kind = kind, DueAt = now, Raised = 1 });
            try
            {
                await db.SaveChangesAsync();
            }
            catch (DbUpdateException) when (RowExists(tenant, kind))
            {
                // Somebody else wrote the first row at the same moment: it is raised.
            }
        }
    }

    private bool RowExists(TenantId tenant, WorkKind kind)
    {
        using var db = catalog.CreateDbContext();
        return db.Work.Any(w => w.TenantId == tenant.Value && w.Kind == kind);
    }

    /// <summary>Wakes waiting workers; several signals before a wait are one.</summary>
    internal sealed class Listener
    {
        private readonly Channel<bool> bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        private readonly ConcurrentDictionary<TenantId, byte> named = new();

        public void Add(TenantId tenant)
        {
            named[tenant] = 0;
            bell.Writer.TryWrite(true);
        }

        public async Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(longest);
            try
            {
                await bell.Reader.ReadAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Nobody rang in time.
            }
        }

        public IReadOnlyList<TenantId> Take()
        {
            var taken = named.Keys.ToList();
            taken.ForEach(t => named.TryRemove(t, out _));
            return taken;
        }
    }
}
