using LeadGen.Infrastructure.Outreach.Sequences;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>Sequences and the sending of their mails.</summary>
public static class SendingServices
{
    public static IServiceCollection AddSending(this IServiceCollection services)
    {
        services.AddOptions<SendingOptions>().BindConfiguration(SendingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(_ => DomainChecks.System());
        services.AddSingleton<UnsubscribeTokens>();
        services.AddSingleton<OutreachLinks>();
        services.AddSingleton<DkimSigners>();
        services.AddSingleton<SmtpPool>();
        services.AddScoped<DkimKeys>();
        services.AddScoped<DomainChecks>();
        services.AddScoped<SenderEditing>();
        services.TryAddScoped<Suppressions>();
        services.AddScoped<SuppressionList>();
        services.AddScoped<SendClaims>();
        services.AddScoped<SendResults>();
        services.AddScoped<OutreachPauses>();
        services.AddScoped<OutreachSender>();
        services.AddScoped<TestMails>();
        services.AddScoped<Unsubscribing>();
        services.AddScoped<StepClaims>();
        services.AddScoped<SequenceRun>();
        services.AddScoped<SequenceEditing>();
        services.AddScoped<Enrolling>();
        services.AddScoped<OutreachDesk>();
        services.AddScoped<SequenceResults>();
        services.AddScoped<TopicEditing>();
        services.AddScoped<TopicChoices>();
        return services;
    }
}
