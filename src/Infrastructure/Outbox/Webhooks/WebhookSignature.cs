using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LeadGen.Infrastructure.Outbox.Webhooks;

/// <summary>Signs and checks webhooks. Source: the Standard Webhooks specification 1.0.0, symmetric signatures (<c>v1</c>).</summary>
public static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    private const string Version = "v1,";

    /// <summary>How far a sender's clock may be off, either way.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <param name="id">Without a dot.</param>
    /// <param name="timestamp">Seconds since 1970.</param>
    /// <param name="body">The bytes as they go over the wire.</param>
    /// <returns><c>v1,</c> and base64.</returns>
    public static string Sign(string id, long timestamp, ReadOnlySpan<byte> body, ReadOnlySpan<byte> key)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(head);
        hash.AppendData(body);
        return Version + Convert.ToBase64String(hash.GetHashAndReset());
    }

    /// <summary>Whether a webhook is what it says: signed with one of the secrets, and not long ago.</summary>
    /// <param name="secrets">Those that are valid now; two while one replaces another.</param>
    /// <param name="now">UTC.</param>
    /// <exception cref="ArgumentException">A secret is empty or no base64.</exception>
    public static WebhookVerdict Verify(
        IReadOnlyList<string> secrets, string? id, string? timestamp, string? signature, ReadOnlySpan<byte> body, DateTime now)
    {
        var keys = secrets.Select(WebhookSecret.Key).ToList();
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(timestamp) || string.IsNullOrEmpty(signature))
        {
            return WebhookVerdict.HeaderMissing;
        }

        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return WebhookVerdict.TimestampUnreadable;
        }

        var age = new DateTimeOffset(now).ToUnixTimeSeconds() - seconds;
        if (Math.Abs(age) > (long)Tolerance.TotalSeconds)
        {
            return age > 0 ? WebhookVerdict.TooOld : WebhookVerdict.TooNew;
        }

        var given = signature.Split(' ').Where(s => s.StartsWith(Version, StringComparison.Ordinal)).Select(Encoding.UTF8.GetBytes).ToList();
        foreach (var key in keys)
        {
            var right = Encoding.UTF8.GetBytes(Sign(id, seconds, body, key));
            if (given.Exists(g => CryptographicOperations.FixedTimeEquals(g, right)))
            {
                return WebhookVerdict.Genuine;
            }
        }

        return WebhookVerdict.Forged;
    }
}

public enum WebhookVerdict
{
    Genuine,
    HeaderMissing,
    TimestampUnreadable,
    TooOld,
    TooNew,

    /// <summary>No signature fits.</summary>
    Forged,
}
