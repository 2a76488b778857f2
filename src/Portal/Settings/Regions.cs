using System.Globalization;

namespace LeadGen.Portal.Settings;

/// <summary>Time zones and formats to choose from.</summary>
internal static class Regions
{
    /// <summary>IANA names, by their letters.</summary>
    public static readonly IReadOnlyList<string> Zones =
        [.. TimeZoneInfo.GetSystemTimeZones().Where(z => z.HasIanaId).Select(z => z.Id).Append("UTC").Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Formats of the countries that European and American sellers sell to; the words on screen stay English.</summary>
    public static readonly IReadOnlyList<CultureInfo> Cultures =
    [
        .. new[]
        {
            "en-GB", "en-US", "en-IE", "en-CA", "en-AU", "da-DK", "de-AT", "de-CH", "de-DE", "es-ES", "fi-FI", "fr-BE", "fr-CH", "fr-FR", "it-IT",
            "nb-NO", "nl-BE", "nl-NL", "pl-PL", "pt-BR", "pt-PT", "sv-SE", "cs-CZ",
        }.Select(CultureInfo.GetCultureInfo),
    ];

    public static bool IsZone(string id) => TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) && (zone.HasIanaId || id == "UTC");
}
