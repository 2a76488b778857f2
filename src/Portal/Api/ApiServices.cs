using LeadGen.Portal.Leads;

namespace LeadGen.Portal.Api;

/// <summary>The HTTP API under <c>/api/v1</c>.</summary>
public static class ApiServices
{
    public static IServiceCollection AddApi(this IServiceCollection services) => services.AddLeads();

    public static IEndpointRouteBuilder MapApi(this IEndpointRouteBuilder app) => app;
}
