using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Catalog;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LeadGen.Infrastructure;

/// <summary>Everything below the screens, as services. Portal and commands call <see cref="AddLeadGen"/> once.</summary>
public static class InfrastructureServices
{
    public static IServiceCollection AddLeadGen(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services.AddData(configuration).AddTenancy().AddAccess();
    }

    private static IServiceCollection AddData(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DataOptions>().Bind(configuration.GetSection(DataOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IDbContextFactory<CatalogDb>, CatalogDbFactory>();
        services.AddScoped(s => s.GetRequiredService<IDbContextFactory<CatalogDb>>().CreateDbContext());
        services.AddSingleton<TenantDatabases>();
        services.AddSingleton<WriteGates>();
        services.AddScoped<IDbContextFactory<TenantDb>, TenantDbFactory>();
        services.AddScoped<TenantWrites>();
        services.AddKeys(configuration);
        return services;
    }

    /// <summary>Keys of cookies and protected values: beside the data, or in the catalog that all nodes share.</summary>
    private static void AddKeys(this IServiceCollection services, IConfiguration configuration)
    {
        var options = configuration.GetSection(DataOptions.Section).Get<DataOptions>() ?? new DataOptions();
        var keys = services.AddDataProtection().SetApplicationName("LeadGen");
        if (options.Provider == DataProvider.Sqlite)
        {
            keys.PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(options.FullPath, "keys")));
        }
        else
        {
            keys.PersistKeysToDbContext<CatalogDb>();
        }
    }

    private static IServiceCollection AddTenancy(this IServiceCollection services)
    {
        services.AddScoped<CurrentTenant>();
        services.AddSingleton<TenantStore>();
        services.AddSingleton<TenantScopes>();
        services.AddSingleton<TenantStarter>();
        services.AddSingleton<TenantProvisioning>();
        services.AddScoped<Tombstones>();
        services.AddSingleton<WorkBoard>();
        return services;
    }

    private static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddScoped<Members>();
        services.AddScoped<ApiKeys>();
        services.AddSingleton<ApiKeyLookup>();
        return services;
    }
}
