using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.AspNetCore.DataProtection;

namespace LeadGen.Infrastructure.Forms;

/// <summary>
/// Marks on a form that was shown: which form of which tenant, when, and the id that its sending will have, so that one showing is one
/// submission, however often it is sent. Sealed: nobody can make one or change its time.
/// </summary>
public sealed class FormTokens(IDataProtectionProvider protection, CurrentTenant tenant, TimeProvider time)
{
    /// <summary>How long a page may stay open.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    private const int Length = 16 + 16 + 8;

    private IDataProtector Protector => protection.CreateProtector(tenant.Id.Purpose("form-token"));

    public string Issue(Guid formId)
    {
        var now = time.GetUtcNow();
        var bytes = new byte[Length];
        formId.TryWriteBytes(bytes);
        Guid.CreateVersion7(now).TryWriteBytes(bytes.AsSpan(16));
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), now.UtcTicks);
        return Base64Url.EncodeToString(Protector.Protect(bytes));
    }

    /// <summary>Null when it is not ours, of another form or tenant, or too old.</summary>
    public FormToken? Read(Guid formId, string? token)
    {
        if (string.IsNullOrEmpty(token) || token.Length > 1_000 || !Base64Url.IsValid(token))
        {
            return null;
        }

        try
        {
            var bytes = Protector.Unprotect(Base64Url.DecodeFromChars(token));
            var shown = new DateTime(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(32)), DateTimeKind.Utc);
            var age = time.GetUtcNow().UtcDateTime - shown;
            return bytes.Length == Length && new Guid(bytes.AsSpan(0, 16)) == formId && age <= Lifetime && age >= TimeSpan.FromMinutes(-1)
                ? new FormToken(new Guid(bytes.AsSpan(16, 16)), shown)
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

/// <param name="SubmissionId">What its sending will be called.</param>
/// <param name="ShownAt">UTC.</param>
public sealed record FormToken(Guid SubmissionId, DateTime ShownAt);
