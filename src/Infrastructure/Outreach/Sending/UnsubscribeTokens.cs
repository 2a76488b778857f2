using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.AspNetCore.DataProtection;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>
/// What stands behind <c>/u/</c> in a mail: which mail of which tenant to whom, sealed: nobody can read it or make one up. The address is in
/// it, so that it still counts when lead and mail were deleted here since.
/// </summary>
public sealed class UnsubscribeTokens(IDataProtectionProvider protection)
{
    private const int Ids = 32;
    private const int Longest = 1_500;

    private readonly IDataProtector protector = protection.CreateProtector("LeadGen.Unsubscribe");

    /// <param name="email">Canonical.</param>
    public string Issue(TenantId tenant, Guid messageId, string email)
    {
        var bytes = new byte[Ids + Encoding.UTF8.GetByteCount(email)];
        tenant.Value.TryWriteBytes(bytes);
        messageId.TryWriteBytes(bytes.AsSpan(16));
        Encoding.UTF8.GetBytes(email, bytes.AsSpan(Ids));
        return Base64Url.EncodeToString(protector.Protect(bytes));
    }

    /// <summary>Null when it is not ours or was changed.</summary>
    public MailReceiver? Read(string? token)
    {
        if (string.IsNullOrEmpty(token) || token.Length > Longest || !Base64Url.IsValid(token))
        {
            return null;
        }

        try
        {
            var bytes = protector.Unprotect(Base64Url.DecodeFromChars(token));
            return bytes.Length > Ids
                ? new MailReceiver(new TenantId(new Guid(bytes.AsSpan(0, 16))), new Guid(bytes.AsSpan(16, 16)), Encoding.UTF8.GetString(bytes.AsSpan(Ids)))
                : null;
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }
}

/// <summary>Who followed the link of a mail.</summary>
/// <param name="MessageId">The mail; it may be gone.</param>
/// <param name="Email">Canonical.</param>
public sealed record MailReceiver(TenantId Tenant, Guid MessageId, string Email);
