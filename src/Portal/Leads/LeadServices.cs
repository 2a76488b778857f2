using LeadGen.Infrastructure.Work;

namespace LeadGen.Portal.Leads;

/// <summary>What API and pages share about leads.</summary>
public static class LeadServices
{
    public static IServiceCollection AddLeads(this IServiceCollection services) => services
        .AddScoped<LeadQueries>()
        .AddScoped<LeadSlices>()
        .AddScoped<LeadTimeline>()
        .AddScoped<LeadActions>()
        .AddScoped<FeedbackActions>();
}
