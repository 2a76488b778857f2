using System.Text.Json;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Secrets;
using LeadGen.Infrastructure.Work;

namespace LeadGen.Infrastructure.Mail;

/// <summary>
/// Writes letters of the current tenant in the caller's transaction, each with the outbox row that sends it. A link is sealed in the outbox row; the letter's own row has only its place.
/// </summary>
public sealed class SystemLetters(TenantSecrets secrets)
{
    public const string Confirm = "confirm";
    public const string Invitation = "invitation";

    /// <param name="db">Of the caller's write; not saved here.</param>
    /// <param name="kind">See <see cref="SystemMail.Kind"/>.</param>
    /// <param name="to">An address.</param>
    /// <param name="letter">Its words.</param>
    /// <param name="link">Where it leads; null for a letter that only tells.</param>
    /// <param name="now">UTC.</param>
    public SystemMail Add(TenantDb db, string kind, string to, LetterText letter, string? link, DateTimeOffset now)
    {
        var mail = new SystemMail
        {
            Id = Guid.CreateVersion7(now),
            Kind = kind,
            To = to,
            Subject = letter.Subject,
            Text = letter.Text,
            Html = letter.Html,
            CreatedAt = now.UtcDateTime,
        };
        db.SystemMails.Add(mail);
        db.Outbox.Add(new OutboxMessage
        {
            Id = Guid.CreateVersion7(now),
            Channel = OutboxChannel.Mail,
            DestinationId = mail.Id,
            Topic = "mail." + kind,
            Payload = link is null ? null : JsonSerializer.Serialize(new SealedLink(secrets.Seal(link))),
            CreatedAt = now.UtcDateTime,
            DueAt = now.UtcDateTime,
        });
        db.Raise(WorkKind.Outbox);
        return mail;
    }

    /// <summary>The link that an outbox row carries, or null.</summary>
    public string? LinkOf(OutboxMessage message) =>
        message.Payload is null ? null : secrets.Open(JsonSerializer.Deserialize<SealedLink>(message.Payload)!.Link);

    private sealed record SealedLink(string Link);
}
