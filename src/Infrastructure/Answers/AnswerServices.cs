using LeadGen.Pipeline.Feedback;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LeadGen.Infrastructure.Answers;

public static class AnswerServices
{
    public static IServiceCollection AddAnswers(this IServiceCollection services)
    {
        services.AddSingleton<ReplyReader>();
        services.AddSingleton<MailboxTokenCache>();
        services.AddSingleton<MailboxWatches>();
        services.AddScoped<MailboxWatch>();
        services.AddScoped<MailboxTokens>();
        services.AddScoped<MailboxConnection>();
        services.AddScoped<MailboxReader>();
        services.AddScoped<MailboxSetup>();
        services.AddScoped<AnswerHook>();
        services.AddScoped<AnswerRun>();
        services.AddScoped<AnswerEffects>();
        services.AddSingleton<TrackedLinks>();
        services.AddScoped<Tracking>();
        services.TryAddScoped<Outreach.Suppressions>();
        services.TryAddScoped<Work.FeedbackActions>();
        return services;
    }
}
