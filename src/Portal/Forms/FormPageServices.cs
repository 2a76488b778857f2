using LeadGen.Portal.Forms.Open;

namespace LeadGen.Portal.Forms;

/// <summary>Forms: the builder's pages and the public side.</summary>
internal static class FormPageServices
{
    public static void AddFormPages(this IServiceCollection services)
    {
        services.AddScoped<FormActions>();
        services.AddTransient<FormEditor>();
        services.AddScoped<FormPages>();
        services.AddSingleton<FormLimits>();
    }
}
