using LeadGen.Infrastructure.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Knowledge;

/// <summary>The tenant's own documents, kept and found.</summary>
public static class KnowledgeServices
{
    public static IServiceCollection AddKnowledge(this IServiceCollection services)
    {
        services.AddSingleton<KnowledgeMemory>();
        services.AddSingleton<ITenantMemory>(s => s.GetRequiredService<KnowledgeMemory>());
        services.AddScoped<KnowledgeEmbedding>();
        services.AddScoped<KnowledgeBase>();
        services.AddScoped<KnowledgeSearch>();
        return services;
    }
}
