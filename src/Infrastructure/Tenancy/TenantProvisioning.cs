using System.Security.Cryptography;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Catalog;
using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Tenancy;

/// <summary>Makes, migrates and ends tenants. Every step may be repeated, so that an interrupted one is finished by running again.</summary>
public sealed class TenantProvisioning(
    IDbContextFactory<CatalogDb> catalog,
    TenantDatabases databases,
    TenantStore store,
    TenantStarter starter,
    WriteGates gates,
    MigrationLocks locks,
    IEnumerable<ITenantMemory> memories,
    IDataProtectionProvider protection,
    TimeProvider time)
{
    /// <summary>Adds the tenant to the catalog and gives it its database, its starter profile and model.</summary>
    /// <returns>The active tenant, or null when the slug is taken.</returns>
    /// <exception cref="ArgumentException">The slug is not one (see <see cref="TenantStore.IsSlug"/>).</exception>
    public async Task<Tenant?> CreateAsync(string slug, string name, CancellationToken cancellationToken = default)
    {
        if (await AddAsync(slug, name, TenantState.Provisioning, cancellationToken) is not { } tenant)
        {
            return null;
        }

        // From here on a caller that goes away leaves a row that the next start finishes.
        await FinishAsync(tenant, CancellationToken.None);
        return tenant;
    }

    /// <summary>Adds a tenant whose rows come from elsewhere; it opens when they are in, and is gone again when that fails.</summary>
    /// <returns>The active tenant, or null when the slug is taken.</returns>
    internal async Task<Tenant?> RestoreAsync(string slug, string name, Func<Tenant, Task> fill, CancellationToken cancellationToken)
    {
        await using var alone = await locks.TakeAsync("restore-" + slug, cancellationToken);
        if ((await store.AllAsync(cancellationToken)).SingleOrDefault(t => t.Slug == slug) is { State: TenantState.Restoring } interrupted)
        {
            await DeleteAsync(interrupted, cancellationToken);
        }

        if (await AddAsync(slug, name, TenantState.Restoring, cancellationToken) is not { } tenant)
        {
            return null;
        }

        try
        {
            await MakeEmptyAsync(tenant, cancellationToken);
            await fill(tenant);
        }
        catch
        {
            await DeleteAsync(tenant, CancellationToken.None);
            throw;
        }

        await MarkAsync(tenant, TenantState.Active, null, CancellationToken.None);
        return tenant;
    }

    private async Task<Tenant?> AddAsync(string slug, string name, TenantState state, CancellationToken cancellationToken)
    {
        if (!TenantStore.IsSlug(slug))
        {
            throw new ArgumentException("A tenant's address has 2 to 40 characters: a-z, 0-9 and inner hyphens.", nameof(slug));
        }

        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        if (await db.Tenants.AnyAsync(t => t.Slug == slug, cancellationToken))
        {
            return null;
        }

        var now = time.GetUtcNow();
        var tenant = new Tenant { Id = Guid.CreateVersion7(now), Slug = slug, Name = name, State = state, CreatedAt = now.UtcDateTime };
        db.Tenants.Add(tenant);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return tenant;
        }
        catch (DbUpdateException) when (SlugTaken(slug))
        {
            return null;
        }
    }

    /// <summary>Migrates the catalog, then every tenant; a tenant that fails is marked broken and stops no other.</summary>
    /// <returns>The tenants whose migration failed.</returns>
    public async Task<IReadOnlyList<Tenant>> MigrateAsync(string? onlySlug = null, CancellationToken cancellationToken = default)
    {
        await MigrateCatalogAsync(cancellationToken);
        var broken = new List<Tenant>();
        foreach (var tenant in await store.AllAsync(cancellationToken))
        {
            // A restore may be under way in another process.
            if ((onlySlug is not null && tenant.Slug != onlySlug) || tenant.State == TenantState.Restoring)
            {
                continue;
            }

            try
            {
                await (tenant.State == TenantState.Deleting ? DeleteAsync(tenant, cancellationToken) : FinishAsync(tenant, cancellationToken));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // What is being made or deleted is tried again at the next start; a suspended tenant stays suspended.
                var state = tenant.State == TenantState.Active ? TenantState.Broken : tenant.State;
                await MarkAsync(tenant, state, e.Message, cancellationToken);
                broken.Add(tenant);
            }
        }

        return broken;
    }

    /// <summary>Shuts an active tenant; one that is suspended already stays so.</summary>
    /// <exception cref="InvalidOperationException">It is neither; the message says what it is.</exception>
    public async Task SuspendAsync(Tenant tenant, CancellationToken cancellationToken = default)
    {
        await RequireAsync(tenant, "suspended", cancellationToken);
        await MarkAsync(tenant, TenantState.Suspended, null, cancellationToken);
    }

    /// <summary>Opens a suspended tenant, brought to this version first if it was not.</summary>
    /// <exception cref="InvalidOperationException">It is neither suspended nor active; the message says what it is.</exception>
    public async Task ResumeAsync(Tenant tenant, CancellationToken cancellationToken = default)
    {
        await RequireAsync(tenant, "resumed", cancellationToken);
        await FinishAsync(tenant, cancellationToken);
        await MarkAsync(tenant, TenantState.Active, null, cancellationToken);
    }

    /// <summary>Ends a tenant for good: database, files, keys, memberships. The slug's row goes last, so that an interrupted deletion is resumed.</summary>
    public async Task DeleteAsync(Tenant tenant, CancellationToken cancellationToken = default)
    {
        await MarkAsync(tenant, TenantState.Deleting, null, cancellationToken);
        await gates.CloseAsync(tenant.TenantId);
        foreach (var memory in memories)
        {
            memory.Forget(tenant.TenantId);
        }

        if (!databases.IsSqlite)
        {
            await using var database = databases.OpenUnguarded(tenant.TenantId);
            await database.Database.EnsureDeletedAsync(cancellationToken);
        }

        Directory.Delete(databases.Folder(tenant.TenantId), recursive: true);
        locks.Forget(tenant.TenantId.ToString());
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        await db.ApiKeys.Where(k => k.TenantId == tenant.Id).ExecuteDeleteAsync(cancellationToken);
        await db.Invitations.Where(i => i.TenantId == tenant.Id).ExecuteDeleteAsync(cancellationToken);
        await db.Memberships.Where(m => m.TenantId == tenant.Id).ExecuteDeleteAsync(cancellationToken);
        await db.Work.Where(w => w.TenantId == tenant.Id).ExecuteDeleteAsync(cancellationToken);
        await db.Tenants.Where(t => t.Id == tenant.Id).ExecuteDeleteAsync(cancellationToken);
        store.Forget();
    }

    private async Task MigrateCatalogAsync(CancellationToken cancellationToken)
    {
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        if (databases.IsSqlite)
        {
            await using var alone = await locks.TakeAsync("catalog", cancellationToken);
            await db.Database.MigrateAloneAsync(cancellationToken);
        }
        else
        {
            await db.Database.MigrateAsync(cancellationToken);
        }
    }

    private async Task FinishAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        if (!await IsReadyAsync(tenant, cancellationToken))
        {
            await using var alone = await locks.TakeAsync(tenant.TenantId.ToString(), cancellationToken);
            await MakeAsync(tenant, cancellationToken);
        }

        if (tenant.State is TenantState.Provisioning or TenantState.Broken)
        {
            await MarkAsync(tenant, TenantState.Active, null, cancellationToken);
        }
    }

    /// <summary>The look that most starts end with: this version, this tenant's, with profile, model and templates.</summary>
    private async Task<bool> IsReadyAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        await using var db = databases.OpenUnguarded(tenant.TenantId);
        if (!await db.Database.ExistsAsync(cancellationToken))
        {
            // A new, empty one in its place would look like all leads were gone.
            return tenant.State == TenantState.Provisioning ? false : throw new InvalidOperationException("The tenant's database is missing.");
        }

        return !(await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any()
            && await db.Meta.AnyAsync(m => m.TenantId == tenant.Id, cancellationToken)
            && await db.Models.AnyAsync(cancellationToken)
            && await db.Icps.AnyAsync(cancellationToken)
            && await db.Templates.AnyAsync(cancellationToken);
    }

    private async Task MakeAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        await MakeEmptyAsync(tenant, cancellationToken);
        await using var db = databases.Open(tenant.TenantId);
        await starter.EnsureAsync(db, cancellationToken);
    }

    private async Task MakeEmptyAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        databases.Folder(tenant.TenantId);
        await using var db = databases.OpenUnguarded(tenant.TenantId);
        await db.Database.MigrateAloneAsync(cancellationToken);
        if (!await db.Meta.AnyAsync(cancellationToken))
        {
            var key = protection.CreateProtector(tenant.TenantId.Purpose("hash-key"));
            db.Meta.Add(new TenantMeta
            {
                TenantId = tenant.Id,
                HashKey = Convert.ToBase64String(key.Protect(RandomNumberGenerator.GetBytes(32))),
            });
            await db.SaveChangesAsync(cancellationToken);
        }
    }

    private async Task RequireAsync(Tenant tenant, string wish, CancellationToken cancellationToken)
    {
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        var state = await db.Tenants.Where(t => t.Id == tenant.Id).Select(t => (TenantState?)t.State).SingleOrDefaultAsync(cancellationToken);
        if (state is not (TenantState.Active or TenantState.Suspended))
        {
            throw new InvalidOperationException($"The tenant {tenant.Slug} cannot be {wish}: it is {state?.ToString() ?? "gone"}.");
        }

        tenant.State = state.Value;
    }

    private async Task MarkAsync(Tenant tenant, TenantState state, string? problem, CancellationToken cancellationToken)
    {
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        await db.Tenants.Where(t => t.Id == tenant.Id).ExecuteUpdateAsync(
            t => t.SetProperty(x => x.State, state).SetProperty(x => x.Problem, problem), cancellationToken);
        tenant.State = state;
        tenant.Problem = problem;
        store.Forget();
    }

    private bool SlugTaken(string slug)
    {
        using var db = catalog.CreateDbContext();
        return db.Tenants.Any(t => t.Slug == slug);
    }
}
