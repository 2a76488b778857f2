using LeadGen.Infrastructure.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Outreach;

/// <summary>What mails are written from, and their writing.</summary>
public static class WritingServices
{
    public static IServiceCollection AddWriting(this IServiceCollection services)
    {
        services.AddSingleton<TemplateMemory>();
        services.AddSingleton<ITenantMemory>(s => s.GetRequiredService<TemplateMemory>());
        services.AddSingleton<LinkMemory>();
        services.AddSingleton<ITenantMemory>(s => s.GetRequiredService<LinkMemory>());
        services.AddScoped<LinkChecks>();
        services.AddScoped<TemplateEditing>();
        services.AddScoped<TemplateNames>();
        services.AddScoped<FactFinding>();
        services.AddScoped<ModelWriting>();
        services.AddScoped<OutreachWriting>();
        return services;
    }
}
