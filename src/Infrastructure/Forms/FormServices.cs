using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Forms;

/// <summary>Web forms below the screens.</summary>
public static class FormServices
{
    public static IServiceCollection AddForms(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<FormOptions>().Bind(configuration.GetSection(FormOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddScoped<FormEditing>();
        services.AddScoped<FormTokens>();
        services.AddScoped<FormTaking>();
        services.AddScoped<FormIntake>();
        services.AddScoped<FormSubmissions>();
        return services;
    }
}
