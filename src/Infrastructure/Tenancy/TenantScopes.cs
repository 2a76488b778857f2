using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tenancy;

/// <summary>Runs background work inside a tenant: one fresh scope, one tenant, disposed at the end.</summary>
public sealed class TenantScopes(IServiceScopeFactory scopes, TenantStore store)
{
    /// <exception cref="TenantUnavailableException">The tenant does not exist or is not active.</exception>
    public async Task<T> RunAsync<T>(TenantId id, Func<IServiceProvider, Task<T>> work, CancellationToken cancellationToken = default)
    {
        var tenant = await store.FindAsync(id, cancellationToken);
        if (tenant is not { State: TenantState.Active })
        {
            throw new TenantUnavailableException(id);
        }

        return await RunAsync(tenant, work);
    }

    public Task RunAsync(TenantId id, Func<IServiceProvider, Task> work, CancellationToken cancellationToken = default) =>
        RunAsync<object?>(
            id,
            async services =>
            {
                await work(services);
                return null;
            },
            cancellationToken);

    /// <summary>For provisioning and migration, which work on tenants that are not active yet.</summary>
    internal async Task<T> RunAsync<T>(Tenant tenant, Func<IServiceProvider, Task<T>> work)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentTenant>().Set(tenant);
        return await work(scope.ServiceProvider);
    }
}

/// <summary>The tenant does not exist, is suspended or is being changed.</summary>
public sealed class TenantUnavailableException(TenantId id) : Exception($"Tenant {id} is not available.");
