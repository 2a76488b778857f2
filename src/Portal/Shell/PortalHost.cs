using LeadGen.Infrastructure;
using LeadGen.Portal.Api;
using LeadGen.Portal.Demo;

namespace LeadGen.Portal.Shell;

/// <summary>Puts the web application together: services, then the way of a request.</summary>
public static class PortalHost
{
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddEnvironmentVariables("LEADGEN_");
        configure?.Invoke(builder);
        builder.Services.AddLeadGen(builder.Configuration);
        builder.Services.AddLeadGenWorkers();
        builder.Services.AddLeadGenJobs();
        builder.Services.AddSingleton<DemoTenant>();
        builder.Services.AddApi();

        var app = builder.Build();
        app.UseApi();
        app.MapApi();
        return app;
    }
}
