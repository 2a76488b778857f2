using LeadGen.Infrastructure.Tenancy;
using LeadGen.Portal.Start;

namespace LeadGen.Portal.Dashboard;

internal static class DashboardServices
{
    public static IServiceCollection AddDashboard(this IServiceCollection services) => services
        .AddSingleton<DashboardMemory>()
        .AddSingleton<ITenantMemory>(s => s.GetRequiredService<DashboardMemory>())
        .AddScoped<DashboardQueries>()
        .AddScoped<DashboardReader>()
        .AddScoped<FirstStepActions>();
}
