namespace LeadGen.Pipeline.Ingestion;

/// <summary>The one place where a source's country becomes the stored one.</summary>
internal static class CountryText
{
    /// <summary>ISO 3166-1 alpha-2 where the text is such a code, else the text as given.</summary>
    public static string Normalize(string text)
    {
        if (text.Length != 2 || !char.IsAsciiLetter(text[0]) || !char.IsAsciiLetter(text[1]))
            return text;
        var code = text.ToUpperInvariant();
        return code == "UK" ? "GB" : code;
    }
}
