using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Ai;
using LeadGen.Infrastructure.Answers;
using LeadGen.Infrastructure.Backup;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Catalog;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Encoders;
using LeadGen.Infrastructure.Forms;
using LeadGen.Infrastructure.Jobs;
using LeadGen.Infrastructure.Knowledge;
using LeadGen.Infrastructure.Mail;
using LeadGen.Infrastructure.Outbound;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Infrastructure.Secrets;
using LeadGen.Infrastructure.Telemetry;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Vectors;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline;
using LeadGen.Pipeline.Embedding;
using LeadGen.Pipeline.Intent;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Quartz;

namespace LeadGen.Infrastructure;

/// <summary>Everything below the screens, as services. Portal and commands call <see cref="AddLeadGen"/> once.</summary>
public static class InfrastructureServices
{
    public static IServiceCollection AddLeadGen(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services.AddData(configuration).AddTenancy().AddAccess().AddPipeline(configuration).AddOutbound(configuration).AddOutbox()
            .AddMail(configuration).AddForms(configuration).AddCrm(configuration).AddKnowledge().AddAi(configuration).AddWriting().AddSending().AddAnswers();
    }

    private static IServiceCollection AddData(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DataOptions>().Bind(configuration.GetSection(DataOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IDbContextFactory<CatalogDb>, CatalogDbFactory>();
        services.AddScoped(s => s.GetRequiredService<IDbContextFactory<CatalogDb>>().CreateDbContext());
        services.AddSingleton<TenantDatabases>();
        services.AddSingleton<ITenantMemory>(s => s.GetRequiredService<TenantDatabases>());
        services.AddSingleton<MigrationLocks>();
        services.AddSingleton<WriteGates>();
        services.AddScoped<IDbContextFactory<TenantDb>, TenantDbFactory>();
        services.AddScoped<TenantWrites>();
        services.AddKeys(configuration);
        return services;
    }

    /// <summary>Keys of cookies and protected values: beside the data, or in the catalog that all nodes share.</summary>
    private static void AddKeys(this IServiceCollection services, IConfiguration configuration)
    {
        var options = configuration.GetSection(DataOptions.Section).Get<DataOptions>() ?? new DataOptions();
        var keys = services.AddDataProtection().SetApplicationName("LeadGen");
        if (options.Provider == DataProvider.Sqlite)
        {
            keys.PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(options.FullPath, "keys")));
        }
        else
        {
            keys.PersistKeysToDbContext<CatalogDb>();
        }
    }

    private static IServiceCollection AddTenancy(this IServiceCollection services)
    {
        services.AddScoped<CurrentTenant>();
        services.AddSingleton<TenantStore>();
        services.AddSingleton<TenantScopes>();
        services.AddSingleton<TenantStarter>();
        services.AddSingleton<TenantProvisioning>();
        services.AddSingleton<TenantBackup>();
        services.AddScoped<TenantRestore>();
        services.AddScoped<Tombstones>();
        services.AddScoped<TenantSecrets>();
        services.AddSingleton<WorkBoard>();
        services.AddSingleton<WorkerPulse>();
        return services;
    }

    /// <summary>What a lead passes through, and the doors to it; all of it in the scope's tenant but for the models.</summary>
    private static IServiceCollection AddPipeline(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<VectorOptions>().Bind(configuration.GetSection(VectorOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<WorkOptions>().Bind(configuration.GetSection(WorkOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddEncoders(configuration);
        services.AddSingleton<LeadEncoder>();
        services.AddSingleton(s => new IntentClassifier(s.GetRequiredService<IntentModels>().For(s.GetRequiredService<OnnxTextEncoder>())));
        services.AddSingleton<LeadAnalyzer>();
        services.AddSingleton<LiveScoringCache>();
        services.AddSingleton<ITenantMemory>(s => s.GetRequiredService<LiveScoringCache>());
        services.AddSingleton<VectorMemory>();
        services.AddSingleton<ITenantMemory>(s => s.GetRequiredService<VectorMemory>());
        services.AddSingleton<PipelineMetrics>();
        services.AddSingleton<Outreach.OutreachMetrics>();
        services.AddScoped<LiveScoring>();
        services.AddScoped<LeadVectors>();
        services.AddScoped<LeadIntake>();
        services.AddSingleton<RequestPressure>();
        services.AddScoped<LeadClaims>();
        services.AddScoped<OverrideExpiry>();
        services.AddScoped<LeadUnderstanding>();
        services.AddScoped<ImportFiles>();
        services.AddScoped<ImportRun>();
        services.AddScoped<Imports>();
        services.AddScoped<ImportDrafts>();
        services.AddScoped<ImportTrial>();
        services.AddScoped<ImportSteering>();
        services.AddSingleton<ImportReverts>();
        services.AddScoped<Export>();
        services.AddScoped<IcpEditing>();
        services.AddScoped<ScoringTraining>();
        services.AddScoped<Retention>();
        return services;
    }

    /// <summary>The work that goes on by itself; a command that only looks leaves it out.</summary>
    public static IServiceCollection AddLeadGenWorkers(this IServiceCollection services)
    {
        services.AddHostedService<ImportWorker>();
        services.AddHostedService<LeadWorker>();
        services.AddHostedService<CrmWorker>();
        services.AddHostedService<KnowledgeWorker>();
        services.AddHostedService<BacklogWatch>();
        services.AddHostedService<OutboxDispatcher>();
        services.AddHostedService<OutreachWorker>();
        services.AddHostedService<AccountLetterWorker>();
        services.AddHostedService<AnswerWorker>();
        return services;
    }

    /// <summary>Nightly and recurring jobs, on one node.</summary>
    public static IServiceCollection AddLeadGenJobs(this IServiceCollection services)
    {
        services.AddQuartz(quartz =>
        {
            quartz.AddJob<TenantSchedule>(job => job.WithIdentity("tenant-schedule"));
            quartz.AddTrigger(trigger => trigger.ForJob("tenant-schedule").WithIdentity("tenant-schedule")
                .WithSimpleSchedule(s => s.WithInterval(TimeSpan.FromMinutes(10)).RepeatForever()));
        });
        services.AddQuartzHostedService(o => o.WaitForJobsToComplete = false);
        return services;
    }

    private static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddIdentityCore<User>(o =>
            {
                o.User.RequireUniqueEmail = true;
                o.Password.RequiredLength = 10;
                o.Password.RequiredUniqueChars = 1;
                o.Password.RequireDigit = o.Password.RequireLowercase = o.Password.RequireUppercase = o.Password.RequireNonAlphanumeric = false;
                o.Lockout.MaxFailedAccessAttempts = 5;
                o.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
            })
            .AddEntityFrameworkStores<CatalogDb>()
            .AddTokenProvider<DataProtectorTokenProvider<User>>(TokenOptions.DefaultProvider);
        services.AddScoped<Owners>();
        services.AddScoped<Members>();
        services.AddScoped<Sessions>();
        services.AddScoped<WorkspaceSettings>();
        services.AddScoped<ApiKeys>();
        services.AddSingleton<ApiKeyLookup>();
        return services;
    }
}
