using System.Text.Json.Serialization;
using LeadGen.Portal.Deliveries;
using LeadGen.Portal.Icps;
using LeadGen.Portal.Leads;
using Microsoft.AspNetCore.Authentication;

namespace LeadGen.Portal.Api;

/// <summary>The HTTP API under <c>/api/v1</c>.</summary>
public static class ApiServices
{
    /// <summary>Bytes of a request, files apart.</summary>
    public const int LargestBody = 5 * 1024 * 1024;

    /// <summary>From here on the server itself shuts the connection.</summary>
    private const int Unbearable = 16 * LargestBody;

    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddOptions<ApiOptions>().BindConfiguration(ApiOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null);
        services.AddAuthorization();

        // Two lines of log for every stranger who knocks are two too many; 401s are counted elsewhere.
        services.AddLogging(logging => logging.AddFilter(typeof(ApiKeyHandler).FullName, LogLevel.Warning));
        services.ConfigureHttpJsonOptions(o => o.SerializerOptions.Converters.Add(new JsonStringEnumConverter(allowIntegerValues: false)));
        services.AddSingleton<RateLimits>();
        services.AddSingleton<RequestLog>();
        services.AddHostedService(s => s.GetRequiredService<RequestLog>());
        services.AddScoped<IdempotentRequests>();
        services.AddSingleton<LeadPosts>();
        services.AddScoped<LeadPostRun>();
        services.AddScoped<LeadIntakeEndpoints>();
        services.AddScoped<IcpPreviews>();
        services.AddScoped<DeliveryQueries>();
        return services.AddLeads().AddApiDescription();
    }

    /// <summary>Goes before everything else that answers requests: errors below <c>/api</c> leave as problems.</summary>
    public static IApplicationBuilder UseApi(this IApplicationBuilder app) =>
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/api"), api => api.UseMiddleware<RequestLogging>().UseMiddleware<ApiErrors>());

    public static IEndpointRouteBuilder MapApi(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1")
            .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(Unbearable))
            .AddEndpointFilter<RateLimitFilter>();
        api.MapLeads();
        LeadIntakeEndpoints.Map(api);
        api.MapSearch();
        api.MapImports();
        api.MapIcps();
        api.MapModels();
        api.MapFeedback();
        api.MapTexts();
        api.MapIntegrations();
        api.MapOutreach();
        api.MapWebhookEndpoints();
        api.MapDeliveries();
        api.MapTemplates();
        api.MapKnowledge();
        app.MapApiDescription();
        return app;
    }
}
