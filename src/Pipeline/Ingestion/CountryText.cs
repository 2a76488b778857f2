using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>The one place where a source's country becomes the stored one.</summary>
internal static class CountryText
{
    /// <summary>ISO 3166-1 alpha-2 where the text names a country, else the text as given.</summary>
    public static string Normalize(string text) => Countries.Normalize(text) ?? text;
}
