using LeadGen.Infrastructure.Outbound;
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
        services.AddTransient<AnswerCap>();

        // A little more than the writer's own patience, which says what happened.
        services.AddGuardedClient(AnswerCap.Client, TimeSpan.FromSeconds(25)).AddHttpMessageHandler<AnswerCap>();
        services.AddScoped<WritingModels>();
        services.AddScoped<ModelBudget>();
        services.AddScoped<ModelWriter>();
        return services;
    }
}
