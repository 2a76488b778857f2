using LeadGen.Portal.Answers;
using LeadGen.Portal.Dashboard;
using LeadGen.Portal.Deliveries;
using LeadGen.Portal.Developers;
using LeadGen.Portal.Forms;
using LeadGen.Portal.Icps;
using LeadGen.Portal.Importing;
using LeadGen.Portal.Integrations;
using LeadGen.Portal.Knowledge;
using LeadGen.Portal.Leads;
using LeadGen.Portal.Letters;
using LeadGen.Portal.Outreach;
using LeadGen.Portal.Settings;
using LeadGen.Portal.Team;
using LeadGen.Portal.Templates;

namespace LeadGen.Portal.Shell;

/// <summary>What single pages keep their logic in.</summary>
internal static class PageServices
{
    public static void AddPageServices(this IServiceCollection services)
    {
        services.AddScoped<Wording>();
        services.AddScoped<PipelineLoad>();
        services.AddLeadPages();
        services.AddDashboard();
        services.AddOutreachPages();
        services.AddScoped<TeamActions>();
        services.AddScoped<KeyActions>();
        services.AddScoped<IntegrationActions>();
        services.AddSingleton<ConsentCallback>();
        services.AddScoped<IntegrationQueries>();
        services.AddScoped<SubscriptionActions>();
        services.AddScoped<DeliveryActions>();
        services.AddScoped<RequestActions>();
        services.AddScoped<SettingsActions>();
        services.AddScoped<ImportActions>();
        services.AddScoped<DraftActions>();
        services.AddTransient<DraftEditor>();
        services.AddFormPages();
        services.AddScoped<LetterActions>();
        services.AddScoped<KnowledgeActions>();
        services.AddScoped<TemplateActions>();
        services.AddTransient<TemplateEditor>();
        services.AddScoped<AnswerQueries>();
        services.AddScoped<AnswerActions>();
        services.AddScoped<MailboxActions>();
        services.AddScoped<IcpActions>();
        services.AddTransient<IcpEditor>();
        services.AddTransient<IcpTrial>();
    }
}
