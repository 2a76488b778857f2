using System.Buffers.Text;
using System.Security.Cryptography;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.AspNetCore.DataProtection;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>What stands behind <c>/u/</c> in a mail: which mail of which tenant, sealed. It tells nobody whose address it is, and none can be made up.</summary>
public sealed class UnsubscribeTokens(IDataProtectionProvider protection)
{
    private const int Length = 32;
    private const int Longest = 1_000;

    private readonly IDataProtector protector = protection.CreateProtector("LeadGen.Unsubscribe");

    public string Issue(TenantId tenant, Guid messageId)
    {
        var bytes = new byte[Length];
        tenant.Value.TryWriteBytes(bytes);
        messageId.TryWriteBytes(bytes.AsSpan(16));
        return Base64Url.EncodeToString(protector.Protect(bytes));
    }

    /// <summary>Null when it is not ours or was changed.</summary>
    public (TenantId Tenant, Guid MessageId)? Read(string? token)
    {
        if (string.IsNullOrEmpty(token) || token.Length > Longest || !Base64Url.IsValid(token))
        {
            return null;
        }

        try
        {
            var bytes = protector.Unprotect(Base64Url.DecodeFromChars(token));
            return bytes.Length == Length ? (new TenantId(new Guid(bytes.AsSpan(0, 16))), new Guid(bytes.AsSpan(16))) : null;
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }
}
