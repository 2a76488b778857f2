using System.Buffers.Text;
using System.Security.Cryptography;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.AspNetCore.DataProtection;

namespace LeadGen.Infrastructure.Crm.Consent;

/// <summary>
/// What a vendor hands back as <c>state</c>: the tenant and 32 random bytes, sealed. It names the tenant since all tenants share one address to
/// come back to; whether it still counts, and for whom, the tenant's own row says.
/// </summary>
public sealed class ConsentStates(IDataProtectionProvider protection)
{
    private const int Random = 32;
    private const int Longest = 500;

    private readonly IDataProtector protector = protection.CreateProtector("LeadGen.CrmConsent");

    /// <returns>The state, and the hash that its row is kept under.</returns>
    public (string State, string Hash) Issue(TenantId tenant)
    {
        var bytes = new byte[16 + Random];
        tenant.Value.TryWriteBytes(bytes);
        RandomNumberGenerator.Fill(bytes.AsSpan(16));
        return (Base64Url.EncodeToString(protector.Protect(bytes)), HashOf(bytes.AsSpan(16)));
    }

    /// <summary>Null when it is not ours or was changed.</summary>
    public (TenantId Tenant, string Hash)? Read(string? state)
    {
        if (string.IsNullOrEmpty(state) || state.Length > Longest || !Base64Url.IsValid(state))
        {
            return null;
        }

        try
        {
            var bytes = protector.Unprotect(Base64Url.DecodeFromChars(state));
            return bytes.Length == 16 + Random ? (new TenantId(new Guid(bytes.AsSpan(0, 16))), HashOf(bytes.AsSpan(16))) : null;
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private static string HashOf(ReadOnlySpan<byte> random) => Convert.ToHexStringLower(SHA256.HashData(random));
}
