using System.Security.Cryptography;

namespace LeadGen.Infrastructure.Outbox.Webhooks;

/// <summary>Signing secrets as Standard Webhooks writes them: <c>whsec_</c> and base64.</summary>
public static class WebhookSecret
{
    private const string Prefix = "whsec_";
    private const int Bytes = 32;

    /// <summary>A new one, of 32 random bytes.</summary>
    public static string Create() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>The key in a secret, with or without its prefix.</summary>
    /// <exception cref="ArgumentException">Empty, or no base64.</exception>
    public static byte[] Key(string secret)
    {
        var text = secret.StartsWith(Prefix, StringComparison.Ordinal) ? secret[Prefix.Length..] : secret;
        var key = new byte[text.Length];
        return Convert.TryFromBase64String(text, key, out var length) && length > 0
            ? key[..length]
            : throw new ArgumentException("A signing secret is whsec_ and base64.", nameof(secret));
    }
}
