using LeadGen.Pipeline.Outreach.Grounding;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Ai;

/// <summary>The model that may write, and all that keeps it honest and cheap.</summary>
public static class AiServices
{
    public static IServiceCollection AddAi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AiOptions>().Bind(configuration.GetSection(AiOptions.Section)).ValidateDataAnnotations()
            .Validate(
                o => o.Endpoint.Length == 0 || (o.Model.Length > 0 && Uri.TryCreate(o.Endpoint, UriKind.Absolute, out var a) && a.Scheme is "https" or "http"),
                "Ai:Endpoint must be a whole address (https://host/v1), and Ai:Model must name the model.")
            .ValidateOnStart();
        services.AddSingleton<ModelBreaker>();
        services.AddSingleton<MailGrounding>();
        services.AddScoped<WritingModels>();
        services.AddScoped<ModelBudget>();
        services.AddScoped<ModelWriter>();
        services.AddScoped<ModelSpending>();
        services.AddScoped<ModelTrial>();
        return services;
    }
}
