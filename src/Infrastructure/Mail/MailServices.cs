using LeadGen.Infrastructure.Outbox;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Mail;

/// <summary>The system's own letters.</summary>
public static class MailServices
{
    public static IServiceCollection AddMail(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MailOptions>().Bind(configuration.GetSection(MailOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<PickupTransport>();
        services.AddSingleton<SmtpTransport>();
        services.TryAddSingleton<IMailTransport>(s => s.GetRequiredService<IOptions<MailOptions>>().Value.IsSmtp
            ? s.GetRequiredService<SmtpTransport>()
            : s.GetRequiredService<PickupTransport>());
        services.AddScoped<SystemLetters>();
        services.AddScoped<Mailbox>();
        services.AddScoped<IOutboxChannel, MailChannel>();
        services.AddSingleton<AccountLetters>();
        services.Configure<DataProtectionTokenProviderOptions>(o => o.TokenLifespan = AccountLetters.Lifetime);
        return services;
    }
}
