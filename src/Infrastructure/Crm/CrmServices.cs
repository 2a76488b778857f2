using LeadGen.Infrastructure.Crm.Consent;
using LeadGen.Infrastructure.Crm.HubSpot;
using LeadGen.Infrastructure.Crm.Pipedrive;
using LeadGen.Infrastructure.Crm.Salesforce;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Work;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Crm;

internal static class CrmServices
{
    public static IServiceCollection AddCrm(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<ICrmConnector, HubSpotConnector>();
        services.AddSingleton<ICrmConnector, SalesforceConnector>();
        services.AddSingleton<ICrmConnector, PipedriveConnector>();
        services.AddSingleton<ICrmConnector, WebhookConnector>();
        services.AddOptions<CrmAppOptions>().Bind(configuration.GetSection(CrmAppOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CrmAppOptions>, CrmAppCheck>();
        services.AddSingleton<ConsentStates>();
        services.AddScoped<CrmConsents>();
        services.AddScoped<CrmConnections>();
        services.AddScoped<CrmHealth>();
        services.AddScoped<CrmNewcomers>();
        services.AddScoped<CrmPull>();
        services.AddScoped<CrmInbox>();
        services.AddScoped<CrmInboxRun>();
        services.AddScoped<CrmPolling>();
        services.AddScoped<CrmJobResults>();
        services.AddScoped<CrmJobRun>();
        services.AddScoped<CrmBackfills>();
        services.AddScoped<CrmSetup>();
        services.AddScoped<CrmSync>();
        services.AddScoped<IOutboxChannel>(s => s.GetRequiredService<CrmSync>());
        services.AddScoped<FeedbackActions>();
        return services;
    }
}
