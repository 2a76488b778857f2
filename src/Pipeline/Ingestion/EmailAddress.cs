using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>E-mail addresses in the one form in which they are stored and compared.</summary>
/// <remarks>
/// NFKC, lower case, the domain as Punycode; a plus tag stays, since whether it means the same mailbox is the provider's business. Read
/// are <c>ann@acme.example</c>, <c>Ann Lee &lt;ann@acme.example&gt;</c> and <c>mailto:</c> links.
/// </remarks>
public static class EmailAddress
{
    public const int MaxLength = 254;
    private const int MaxLocal = 64;
    private const string LocalSigns = "!#$%&'*+-/=?^_`{|}~.";

    /// <param name="text">As given.</param>
    /// <param name="email">The canonical form.</param>
    /// <param name="display">The name before an address in angle brackets, or null.</param>
    public static bool TryRead(string text, [NotNullWhen(true)] out string? email, out string? display)
    {
        email = null;
        display = null;
        var rest = CleanText.Line(text.Normalize(NormalizationForm.FormKC)).Trim();
        var open = rest.LastIndexOf('<');
        if (open >= 0)
        {
            if (!rest.EndsWith('>'))
                return false;
            var name = rest[..open].Trim().Trim('"', '\'').Trim();
            display = name.Length == 0 || name.Contains('@', StringComparison.Ordinal) ? null : name;
            rest = rest[(open + 1)..^1].Trim();
        }
        if (rest.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase))
            rest = rest["mailto:".Length..].Split('?')[0];
        rest = rest.ToLowerInvariant();
        var at = rest.LastIndexOf('@');
        if (at is < 1 or > MaxLocal || !IsLocal(rest.AsSpan(0, at)) || !CompanyDomains.TryHost(rest[(at + 1)..], out var domain))
            return false;
        email = rest[..at] + "@" + domain;
        return email.Length <= MaxLength;
    }

    private static bool IsLocal(ReadOnlySpan<char> local)
    {
        if (local[0] == '.' || local[^1] == '.' || local.IndexOf("..") >= 0)
            return false;
        foreach (var c in local)
        {
            if (!char.IsLetterOrDigit(c) && !LocalSigns.Contains(c, StringComparison.Ordinal) && !char.IsSurrogate(c))
                return false;
        }
        return true;
    }
}
