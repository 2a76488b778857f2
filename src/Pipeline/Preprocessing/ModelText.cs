using System.Text;
using System.Text.RegularExpressions;
using LeadGen.Pipeline.Leads;

namespace LeadGen.Pipeline.Preprocessing;

/// <summary>Text as models see it: what names or reaches a person is replaced by what it is.</summary>
public static partial class ModelText
{
    private const string Email = "[email]";
    private const string Link = "[link]";
    private const string Phone = "[phone]";
    private const string Name = "[name]";

    /// <summary>
    /// E-mail addresses become <c>[email]</c>, links <c>[link]</c>, telephone numbers <c>[phone]</c>, and, with a lead, the
    /// lead's own names <c>[name]</c>. Amounts, dates and head counts stay. Linear in the length of the text.
    /// </summary>
    public static string Mask(string text, Lead? lead = null)
    {
        if (text.Length == 0)
            return text;
        var masked = MaskPhones(MaskAddresses(text));
        return lead is null ? masked : MaskNames(masked, lead);
    }

    private static string MaskAddresses(string text)
    {
        if (text.AsSpan().IndexOfAny('@', '/', '.') < 0)
            return text;

        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                result.Append(text[i++]);
                continue;
            }

            var start = i;
            while (i < text.Length && !char.IsWhiteSpace(text[i]))
                i++;
            AppendChunk(result, text.AsSpan(start, i - start));
        }

        return result.ToString();
    }

    private static void AppendChunk(StringBuilder result, ReadOnlySpan<char> chunk)
    {
        var body = chunk.TrimStart("(<[\"'„“«").TrimEnd(")>].,;:!?\"'”»");
        var kind = body.IndexOf('@') is > 0 and var at && body[at..].Contains('.') ? Email
            : body.Contains("://", StringComparison.Ordinal) || body.StartsWith("www.", StringComparison.OrdinalIgnoreCase)
                || body.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) || BareDomain().IsMatch(body) ? Link
            : null;
        if (kind is null)
        {
            result.Append(chunk);
            return;
        }

        var start = chunk.IndexOf(body, StringComparison.Ordinal);
        result.Append(chunk[..start]).Append(kind).Append(chunk[(start + body.Length)..]);
    }

    private static string MaskPhones(string text)
    {
        StringBuilder? result = null;
        var copied = 0;
        foreach (var (start, length) in PhoneReader.Candidates(text))
        {
            if (!LooksLikePhone(text.AsSpan(start, length)))
                continue;
            result ??= new StringBuilder(text.Length);
            result.Append(text, copied, start - copied).Append(Phone);
            copied = start + length;
        }

        return result is null ? text : result.Append(text, copied, text.Length - copied).ToString();
    }

    private static bool LooksLikePhone(ReadOnlySpan<char> written)
    {
        if (written[0] is '+' or '(' || (written[0] == '0' && !written.StartsWith("0.", StringComparison.Ordinal)))
            return true;
        if (Date().IsMatch(written) || Thousands().IsMatch(written))
            return false;
        var digits = 0;
        foreach (var c in written)
            digits += char.IsAsciiDigit(c) ? 1 : 0;
        return digits >= 9 && written.ContainsAny(' ', '-', '.');
    }

    private static string MaskNames(string text, Lead lead)
    {
        foreach (var name in PersonNames(lead))
            text = Replace(text, name);
        return text;
    }

    /// <summary>The lead's names, longest first; names of a company are none of them.</summary>
    internal static IEnumerable<string> PersonNames(Lead lead) =>
        new[] { lead.FullName, $"{lead.FirstName} {lead.LastName}", lead.LastName, lead.FirstName }
            .Concat(lead.FullName?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [])
            .Select(n => n?.Trim() ?? "")
            .Where(n => n.Length >= 2 && char.IsUpper(n[0]))
            .Distinct(StringComparer.Ordinal)
            .OrderByDescending(n => n.Length)
            .Take(8);

    private static string Replace(string text, string name)
    {
        var at = text.IndexOf(name, StringComparison.Ordinal);
        if (at < 0)
            return text;

        var result = new StringBuilder(text.Length);
        var copied = 0;
        for (; at >= 0; at = text.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            var end = at + name.Length;
            if (at < copied || (at > 0 && char.IsLetterOrDigit(text[at - 1])) || (end < text.Length && char.IsLetterOrDigit(text[end])))
                continue;
            result.Append(text, copied, at - copied).Append(Name);
            copied = end;
        }

        return result.Append(text, copied, text.Length - copied).ToString();
    }

    [GeneratedRegex(@"^(?:[A-Za-z0-9-]{1,63}\.){1,3}(?:com|net|org|io|ai|de|at|ch|fr|es|it|nl|be|eu|co|uk|us|app|dev|info|biz)(?:/\S{0,500})?$", RegexOptions.CultureInvariant)]
    private static partial Regex BareDomain();

    [GeneratedRegex(@"^(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4})$", RegexOptions.CultureInvariant)]
    private static partial Regex Date();

    [GeneratedRegex(@"^\d{1,3}(?:[ .]\d{3}){1,4}$", RegexOptions.CultureInvariant)]
    private static partial Regex Thousands();
}
