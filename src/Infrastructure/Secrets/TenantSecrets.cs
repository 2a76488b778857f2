using System.Security.Cryptography;
using System.Text.Json;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.AspNetCore.DataProtection;

namespace LeadGen.Infrastructure.Secrets;

/// <summary>Seals what a tenant entrusts to us (tokens, signing secrets). Sealed for one tenant, it opens in no other.</summary>
public sealed class TenantSecrets(IDataProtectionProvider protection, CurrentTenant tenant)
{
    private IDataProtector Protector => protection.CreateProtector("LeadGen.TenantSecrets", tenant.Id.Value.ToString("N"));

    public string Seal(string text) => Protector.Protect(text);

    /// <summary>Seals values by name as one text.</summary>
    public string SealAll(IReadOnlyDictionary<string, string> values) => Seal(JsonSerializer.Serialize(values));

    /// <exception cref="CryptographicException">Sealed for another tenant, or with keys that are gone.</exception>
    public string Open(string sealedText) => Protector.Unprotect(sealedText);

    /// <inheritdoc cref="Open"/>
    public IReadOnlyDictionary<string, string> OpenAll(string sealedText) => JsonSerializer.Deserialize<Dictionary<string, string>>(Open(sealedText)) ?? [];
}
