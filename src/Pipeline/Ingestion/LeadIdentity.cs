using System.Globalization;
using System.Text;
using LeadGen.Pipeline.Leads;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>When two records are one lead.</summary>
/// <remarks>
/// <para>The key is the e-mail address; without one, full name and company; without a name, the company alone. A company is its domain, else its
/// name without legal form, accents, signs and case.</para>
/// <para>A record with an e-mail matches the same e-mail, else a lead <em>without</em> one of the same name and company: the address was
/// not known then. A record without e-mail matches any lead of the same name and company; a company alone matches a company alone.
/// A company known only by name and the same company known only by domain stay two.</para>
/// </remarks>
public static class LeadIdentity
{
    private static readonly HashSet<string> _legalForms = new(StringComparer.Ordinal)
    {
        "gmbh", "mbh", "ag", "kg", "kgaa", "ohg", "ug", "se", "ev", "eg", "inc", "incorporated", "corp", "corporation", "co", "company", "llc", "llp",
        "lp", "ltd", "limited", "plc", "pte", "pty", "pvt", "sa", "sas", "sarl", "sl", "slu", "srl", "spa", "bv", "nv", "ab", "as", "asa",
        "aps", "oy", "oyj", "sro", "kft", "zrt", "doo", "dd", "lda", "ltda", "eirl", "gbr", "haftungsbeschrankt", "und", "the",
    };

    /// <summary><c>e:EMAIL</c>, <c>p:NAME|COMPANY</c> or <c>c:COMPANY</c>.</summary>
    public static string KeyOf(Lead lead) =>
        lead.Email is { Length: > 0 } email ? "e:" + email
        : PersonKeyOf(lead) is { } person ? "p:" + person
        : "c:" + (CompanyKeyOf(lead) ?? lead.Id.ToString("N", CultureInfo.InvariantCulture));

    /// <summary><c>NAME|COMPANY</c>, or null when one of them is not known.</summary>
    public static string? PersonKeyOf(Lead lead)
    {
        var name = Folded(lead.FullName ?? PersonName.Join(lead.FirstName, lead.LastName));
        return name.Length > 0 && CompanyKeyOf(lead) is { } company ? $"{name}|{company}" : null;
    }

    /// <summary>Domain, else the name's core; null when neither is known.</summary>
    public static string? CompanyKeyOf(Lead lead)
    {
        if (lead.CompanyDomain is { Length: > 0 } domain)
            return domain;
        var words = Folded(lead.CompanyName).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var core = words.Where(word => !_legalForms.Contains(word)).ToArray();
        return words.Length == 0 ? NoLetters(lead.CompanyName) : string.Join(' ', core.Length > 0 ? core : words);
    }

    /// <summary>Sets both keys of the lead from its fields.</summary>
    public static void Assign(Lead lead)
    {
        lead.IdentityKey = KeyOf(lead);
        lead.PersonKey = PersonKeyOf(lead);
    }

    /// <summary>A company called "+++" still is one.</summary>
    private static string? NoLetters(string? name) => string.IsNullOrWhiteSpace(name) ? null : name.Trim();

    /// <summary>Letters and digits in lower case without accents, words divided by one blank; dots join ("G.m.b.H." is "gmbh").</summary>
    private static string Folded(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        var folded = new StringBuilder(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormKD))
        {
            if (char.IsLetterOrDigit(c) || char.IsSurrogate(c))
                folded.Append(char.ToLowerInvariant(c));
            else if (c is not ('.' or '\'' or '’') && char.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && folded.Length > 0 && folded[^1] != ' ')
                folded.Append(' ');
        }
        return folded.ToString().TrimEnd();
    }
}
