using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using LeadGen.Infrastructure.Secrets;
using LeadGen.Pipeline.Outreach;
using MimeKit;
using MimeKit.Cryptography;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>Makes the keys that senders sign with, and signs. RSA of 2,048 bits with SHA-256: what every receiver can check.</summary>
public sealed class DkimKeys(TenantSecrets secrets, DkimSigners signers)
{
    private const int Bits = 2048;

    /// <summary>
    /// What is signed. From stands twice ("oversigned"): nobody can put a second one before ours; the headers of unsubscribing are part of
    /// the promise.
    /// </summary>
    private static readonly string[] Signed =
    [
        "From", "From", "To", "Subject", "Date", "Message-Id", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Reply-To", "In-Reply-To", "References",
        OutreachMime.Unsubscribe, OutreachMime.OneClick,
    ];

    /// <summary>A new key under a name of its own, so that the old one holds until the new one stands in DNS.</summary>
    public DkimKey Create(string domain, DateTimeOffset now)
    {
        using var rsa = RSA.Create(Bits);
        var selector = $"lg{now.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}{RandomNumberGenerator.GetHexString(4, lowercase: true)}";
        return new DkimKey(domain, selector, secrets.Seal(rsa.ExportPkcs8PrivateKeyPem()), Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>The record to add to DNS.</summary>
    public static DnsRecord RecordOf(DkimKey key) => new($"{key.Selector}._domainkey.{key.Domain}", $"v=DKIM1; k=rsa; p={key.PublicKey}");

    /// <summary>Signs a prepared mail.</summary>
    /// <exception cref="CryptographicException">The key was sealed with keys that are gone.</exception>
    public void Sign(MimeMessage mime, DkimKey key)
    {
        var signer = signers.Of(key, secrets.Open);
        signer.Sign(mime, [.. Signed.Where(h => mime.Headers.Contains(h))]);
    }
}

/// <summary>Signers by their key: to read a key costs more than to sign with it.</summary>
public sealed class DkimSigners
{
    private const int Most = 1_000;

    private readonly ConcurrentDictionary<string, DkimSigner> known = new(StringComparer.Ordinal);

    internal DkimSigner Of(DkimKey key, Func<string, string> open)
    {
        if (known.Count > Most)
        {
            known.Clear();
        }

        return known.GetOrAdd(key.PrivateKey, sealedKey =>
        {
            return new NativeDkimSigner(open(sealedKey), key.Domain, key.Selector)
            {
                HeaderCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed,
                BodyCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed,
                AgentOrUserIdentifier = "@" + key.Domain,
                QueryMethod = "dns/txt",
            };
        });
    }
}
