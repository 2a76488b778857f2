using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.AspNetCore.DataProtection;

namespace LeadGen.Infrastructure.Answers;

/// <summary>
/// Links of a mail that go through us, where a tenant counts clicks. What stands in such an address is sealed and names a link of a stored
/// mail by its number, never an address: nobody can make us send people elsewhere.
/// </summary>
public sealed partial class TrackedLinks(IDataProtectionProvider protection)
{
    public const string ClickPrefix = "/c";
    public const string OpenPrefix = "/o";

    /// <summary>Number of the picture that tells of an opened mail.</summary>
    public const int Picture = -1;

    private const int Length = 36;
    private const int Longest = 1_000;

    private readonly IDataProtector protector = protection.CreateProtector("LeadGen.Tracking");

    /// <summary>The HTML as it leaves: its links go through us, and at its end stands a picture, each where it is wanted.</summary>
    /// <param name="html">As it is stored with the message, without the foot that sending adds.</param>
    /// <param name="address">Where this portal is reached, without a slash at its end.</param>
    public string Rewrite(string html, string address, TenantId tenant, Guid messageId, bool clicks, bool opens)
    {
        var number = 0;
        var rewritten = clicks
            ? Link().Replace(html, m => m.Groups["before"].Value + WebUtility.HtmlEncode($"{address}{ClickPrefix}/{Issue(tenant, messageId, number++)}") + m.Groups["after"].Value)
            : html;
        if (!opens)
        {
            return rewritten;
        }

        var picture = string.Create(
            CultureInfo.InvariantCulture,
            $"<img src=\"{WebUtility.HtmlEncode($"{address}{OpenPrefix}/{Issue(tenant, messageId, Picture)}.gif")}\" width=\"1\" height=\"1\" alt=\"\" style=\"display:block\">");
        var end = rewritten.LastIndexOf("</body>", StringComparison.OrdinalIgnoreCase);
        return end < 0 ? rewritten + picture : rewritten.Insert(end, picture);
    }

    /// <summary>The address behind a number, as it stands in the stored mail; null when it has no such link.</summary>
    public static string? LinkOf(string? html, int number) => html is not null && number >= 0 && Link().Matches(html).ElementAtOrDefault(number) is { } match
        && Uri.TryCreate(WebUtility.HtmlDecode(match.Groups["url"].Value), UriKind.Absolute, out var address) && address.Scheme is "https" or "http"
        ? address.AbsoluteUri
        : null;

    public string Issue(TenantId tenant, Guid messageId, int number)
    {
        var bytes = new byte[Length];
        tenant.Value.TryWriteBytes(bytes);
        messageId.TryWriteBytes(bytes.AsSpan(16));
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(32), number);
        return Base64Url.EncodeToString(protector.Protect(bytes));
    }

    /// <summary>Null when it is not ours or was changed.</summary>
    public (TenantId Tenant, Guid MessageId, int Number)? Read(string? token)
    {
        if (string.IsNullOrEmpty(token) || token.Length > Longest || !Base64Url.IsValid(token))
        {
            return null;
        }

        try
        {
            var bytes = protector.Unprotect(Base64Url.DecodeFromChars(token));
            return bytes.Length == Length
                ? (new TenantId(new Guid(bytes.AsSpan(0, 16))), new Guid(bytes.AsSpan(16, 16)), BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(32)))
                : null;
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }

    [GeneratedRegex("""(?<before><a\b[^>]*?\bhref\s*=\s*(?<quote>["']))(?<url>https?://[^"'\s<>]+)(?<after>\k<quote>)""", RegexOptions.IgnoreCase)]
    private static partial Regex Link();
}
