using PhoneNumbers;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>Phone numbers in international form.</summary>
internal static class PhoneText
{
    /// <summary>False for what is digits and signs alone, which spares reading the number again.</summary>
    public static bool MayHaveExtension(string text) => text.Any(c => char.IsLetter(c) || c is '#' or ';' or ',');

    /// <summary>E.164 and the extension, or null where the number cannot be read (no country known, too short, no number).</summary>
    /// <param name="text">As given.</param>
    /// <param name="region">ISO 3166-1 alpha-2 code of the country that a number without <c>+</c> belongs to, or null.</param>
    public static (string Number, string? Extension)? Read(string text, string? region)
    {
        var util = PhoneNumberUtil.GetInstance();
        try
        {
            var number = util.Parse(text, region);
            if (!util.IsPossibleNumber(number))
                return null;
            return (util.Format(number, PhoneNumberFormat.E164), number.HasExtension ? number.Extension : null);
        }
        catch (NumberParseException)
        {
            return null; // what cannot be read is kept as given
        }
    }
}
