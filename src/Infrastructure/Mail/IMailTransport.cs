using LeadGen.Infrastructure.Tenancy;

namespace LeadGen.Infrastructure.Mail;

/// <summary>The way a letter leaves: a folder, or a mail server.</summary>
public interface IMailTransport
{
    /// <param name="letter">What to send.</param>
    /// <param name="tenant">Whose letter it is; null for letters about people's accounts, which stand above tenants.</param>
    /// <param name="cancellationToken">Ends it; whether the letter left by then, the outcome says.</param>
    Task<MailOutcome> SendAsync(MailLetter letter, TenantId? tenant, CancellationToken cancellationToken);
}
