using LeadGen.Infrastructure;
using LeadGen.Infrastructure.Telemetry;
using LeadGen.Portal.Api;
using LeadGen.Portal.Demo;
using LeadGen.Portal.Leads;

namespace LeadGen.Portal.Shell;

/// <summary>Puts the web application together: services, then the way of a request.</summary>
public static class PortalHost
{
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ApplicationName = typeof(PortalHost).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });

        // A built (not published) portal finds stylesheets and scripts in the source folders; published, in wwwroot.
        builder.WebHost.UseStaticWebAssets();
        builder.Configuration.AddEnvironmentVariables("LEADGEN_");
        configure?.Invoke(builder);
        builder.Services.AddLeadGen(builder.Configuration);
        builder.Services.AddLeadGenWorkers();
        builder.Services.AddHostedService<BulkWorker>();
        builder.Services.AddLeadGenJobs();
        builder.Services.AddTelemetry(builder.Configuration);
        builder.Services.AddSingleton<DemoTenant>();
        builder.Services.AddPortal(builder.Configuration);
        builder.Services.AddApi();

        var app = builder.Build();
        app.UseApi();
        app.UsePortal();
        app.MapTelemetry();
        app.MapApi();
        app.MapPortal();
        return app;
    }
}
