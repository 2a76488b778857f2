using System.Collections.Frozen;
using PhoneNumbers;

namespace LeadGen.Pipeline.Preprocessing;

/// <summary>Telephone numbers, checked against the number plan of the country they name or the lead is in.</summary>
internal static class PhoneReader
{
    private const int MostNumbers = 20;
    private const int MostCandidates = 200;

    private static readonly FrozenSet<string> Cues = WordTable.Set(
        "tel telephone telefon telefono teléfono téléphone phone call mobile mobil mobiel cell handy ring whatsapp direct dial fon durchwahl móvil portable");

    private static readonly PhoneNumberUtil Numbers = PhoneNumberUtil.GetInstance();

    /// <param name="text">Clean text.</param>
    /// <param name="region">ISO 3166-1 alpha-2 for numbers without a country code, or null.</param>
    /// <param name="found">Mentions so far, which are not read again; the phones are added.</param>
    public static void Read(string text, string? region, List<TextEntity> found)
    {
        var others = found.Count;
        var tried = 0;
        foreach (var (start, length) in Candidates(text))
        {
            if (++tried > MostCandidates || found.Count - others == MostNumbers)
                return;
            if (Overlaps(found, others, start, length) || Parse(text.AsSpan(start, length), region, HasCue(text, start)) is not { } number)
                continue;
            found.Add(new TextEntity(TextEntityKind.Phone, text.Substring(start, length), number, start));
        }
    }

    /// <summary>Runs of digits and the signs between them that could be a number: 7 to 15 digits.</summary>
    public static IEnumerable<(int Start, int Length)> Candidates(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!(char.IsAsciiDigit(text[i]) || (text[i] is '+' or '(' && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]))))
                continue;

            var start = i;
            var end = i;
            var digits = 0;
            for (; i < text.Length && IsPart(text, i); i++)
            {
                if (!char.IsAsciiDigit(text[i]))
                    continue;
                digits++;
                end = i + 1;
            }

            var stands = start == 0 || !(char.IsLetterOrDigit(text[start - 1]) || text[start - 1] is '/' or '@' or '_' or '=' or '#' or '.');
            var ends = end == text.Length || !(char.IsLetter(text[end]) || text[end] is '@' or '_' or '%');
            if (digits is >= 7 and <= 15 && stands && ends)
                yield return (start, end - start);
        }
    }

    private static bool IsPart(string text, int at) => text[at] switch
    {
        '+' => at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]) && (at == 0 || !char.IsAsciiDigit(text[at - 1])),
        '(' or ')' or '-' or '.' or '/' => true,
        ' ' => at + 1 < text.Length && (char.IsAsciiDigit(text[at + 1]) || text[at + 1] is '(' or '-' or '/'),
        var c => char.IsAsciiDigit(c),
    };

    private static string? Parse(ReadOnlySpan<char> written, string? region, bool cue)
    {
        var international = written[0] == '+' || written.StartsWith("00", StringComparison.Ordinal);
        if (!international && (region is null || !(cue || written[0] is '0' or '(' || written.ContainsAny(' ', '-', '.'))))
            return null;

        var digits = written[0] == '+' || !international ? written.ToString() : string.Concat("+", written[2..]);
        try
        {
            var number = Numbers.Parse(digits, region ?? "ZZ");
            return Numbers.IsValidNumber(number) ? Numbers.Format(number, PhoneNumberFormat.E164) : null;
        }
        catch (NumberParseException)
        {
            // The library's way of saying that this is no number.
            return null;
        }
    }

    private static bool HasCue(string text, int start)
    {
        var from = Math.Max(0, start - 30);
        foreach (var word in text[from..start].Split([' ', ':', '.', ',', '\n', '('], StringSplitOptions.RemoveEmptyEntries))
        {
            if (Cues.Contains(word))
                return true;
        }

        return false;
    }

    private static bool Overlaps(List<TextEntity> found, int count, int start, int length)
    {
        for (var i = 0; i < count; i++)
        {
            if (found[i].Start < start + length && start < found[i].Start + found[i].Text.Length)
                return true;
        }

        return false;
    }
}
