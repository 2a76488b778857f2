using LeadGen.Infrastructure.Outbox.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Outbox;

public static class OutboxServices
{
    public static IServiceCollection AddOutbox(this IServiceCollection services)
    {
        services.AddOptions<OutboxOptions>().BindConfiguration(OutboxOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<OutboxMetrics>();
        services.AddScoped<OutboxQueue>();
        services.AddScoped<OutboxReplay>();
        services.AddTransient<OutboxLane>();
        services.AddScoped<AdminNotices>();
        services.AddScoped<WebhookEndpoints>();
        services.AddScoped<WebhookSender>();
        services.AddScoped<IOutboxChannel, WebhookChannel>();
        return services;
    }
}
