using System.Security.Cryptography;
using System.Text;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox.Webhooks;
using LeadGen.Infrastructure.Secrets;
using LeadGen.Pipeline.Feedback;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Answers;

/// <summary>Mail that a provider posts as it came (raw MIME): proved, stored, acknowledged; understood afterwards by <see cref="AnswerWorker"/>.</summary>
public sealed class AnswerHook(IDbContextFactory<TenantDb> databases, TenantWrites writes, TenantSecrets secrets, TimeProvider time)
{
    internal const string Secret = "secret";

    private const string Basic = "Basic ";

    /// <summary>Whether a call with these headers can be worth reading: its body may be large.</summary>
    public static bool IsSigned(IReadOnlyDictionary<string, string> headers) =>
        headers.GetValueOrDefault("authorization")?.StartsWith(Basic, StringComparison.OrdinalIgnoreCase) == true || headers.ContainsKey(WebhookSignature.SignatureHeader);

    /// <summary>Durable when it returns. The same mail again is the same row.</summary>
    /// <param name="hookKey">The random part of the address.</param>
    /// <param name="headers">By name in lower case.</param>
    /// <param name="body">The mail.</param>
    public async Task<HookAnswer> TakeAsync(string hookKey, IReadOnlyDictionary<string, string> headers, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        AnswerMailbox? mailbox;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            mailbox = await db.Mailboxes.AsNoTracking().SingleOrDefaultAsync(m => m.HookKey == hookKey, cancellationToken);
        }

        if (mailbox is null || mailbox.State == MailboxState.Paused)
        {
            return HookAnswer.Unknown;
        }

        var now = time.GetUtcNow().UtcDateTime;
        if (!IsGenuine(secrets.OpenAll(mailbox.Secrets).GetValueOrDefault(Secret, ""), headers, body.Span, now))
        {
            return HookAnswer.Unproven;
        }

        IncomingMail mail;
        try
        {
            using var stream = new MemoryStream(body.ToArray(), writable: false);
            mail = MailParser.Read(stream, cancellationToken);
        }
        catch (FormatException)
        {
            // Sent again it would be no better: taken, and nothing comes of it.
            return HookAnswer.Taken;
        }

        await writes.RunAsync(
            async (db, ct) =>
            {
                await AnswerIntake.StoreAsync(db, mailbox.Id, [mail], now, ct);
                await db.Mailboxes.Where(m => m.Id == mailbox.Id).ExecuteUpdateAsync(m => m.SetProperty(x => x.LastReadAt, now), ct);
            },
            cancellationToken);
        return HookAnswer.Taken;
    }

    private static bool IsGenuine(string secret, IReadOnlyDictionary<string, string> headers, ReadOnlySpan<byte> body, DateTime now)
    {
        if (secret.Length == 0)
        {
            return false;
        }

        if (headers.GetValueOrDefault("authorization") is { } authorization && authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            var given = new byte[authorization.Length];
            return Convert.TryFromBase64String(authorization[Basic.Length..].Trim(), given, out var length)
                && Encoding.UTF8.GetString(given, 0, length).Split(':', 2) is [_, var password]
                && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(password)), SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
        }

        return WebhookSignature.Verify(
            [secret], headers.GetValueOrDefault(WebhookSignature.IdHeader), headers.GetValueOrDefault(WebhookSignature.TimestampHeader),
            headers.GetValueOrDefault(WebhookSignature.SignatureHeader), body, now) == WebhookVerdict.Genuine;
    }
}
