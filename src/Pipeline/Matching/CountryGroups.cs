using System.Collections.Frozen;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Matching;

/// <summary>Regions that sales teams name, as sets of countries.</summary>
internal static class CountryGroups
{
    private const string Eu = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE";
    private const string NotEu = "AL AD BY BA FO GI GG IS IM JE LI MK MD MC ME NO RU SM RS CH UA GB VA AX";
    private const string Latin = "AR BO BR CL CO CR CU DO EC SV GF GT HN MX NI PA PY PE PR UY VE HT";
    private const string AsiaPacific = "AU BD BN KH CN FJ HK IN ID JP KR LA LK MO MY MN MM NP NZ PK PG PH SG TH TL TW VN";
    private const string Gulf = "AE SA QA KW BH OM";
    private const string NearEast = Gulf + " IL JO LB IQ IR EG TR YE SY PS";
    private const string African = "DZ AO BJ BW BF BI CM CV CF TD KM CD CG CI DJ EG GQ ER SZ ET GA GM GH GN GW KE LS LR LY MG MW ML MR MU MA MZ NA NE NG RW ST SN SC SL SO ZA SS SD TZ TG TN UG ZM ZW";

    private static readonly (string Name, string Countries, string Aliases)[] Rows =
    [
        ("EU", Eu, "eu|european union|eu27|europaische union|union europeenne|union europea"),
        ("EEA", Eu + " IS LI NO", "eea|european economic area|ewr"),
        ("Europe", Eu + " " + NotEu, "europe|europa"),
        ("DACH", "DE AT CH", "dach|d a ch|german speaking|dach region"),
        ("Benelux", "BE NL LU", "benelux"),
        ("Nordics", "DK FI IS NO SE", "nordics|nordic|nordic countries|nordic region"),
        ("Scandinavia", "DK NO SE", "scandinavia|skandinavien"),
        ("Baltics", "EE LV LT", "baltics|baltic states|baltikum"),
        ("UK & Ireland", "GB IE", "uk & ireland|uki|uk and ireland|uk&i|british isles"),
        ("Southern Europe", "ES PT IT GR MT CY", "southern europe|sudeuropa"),
        ("Iberia", "ES PT", "iberia|iberian peninsula"),
        ("Eastern Europe", "PL CZ SK HU RO BG UA MD BY EE LV LT", "eastern europe|osteuropa"),
        ("CEE", "PL CZ SK HU RO BG HR SI RS BA ME MK AL EE LV LT", "cee|central and eastern europe|central & eastern europe"),
        ("Western Europe", "AT BE CH DE FR GB IE LI LU MC NL", "western europe|westeuropa"),
        ("North America", "US CA MX", "north america|nordamerika|amerique du nord|norteamerica|na|noram"),
        ("LATAM", Latin, "latam|latin america|lateinamerika|amerique latine|latinoamerica"),
        ("South America", "AR BO BR CL CO EC GY PY PE SR UY VE GF", "south america|sudamerika|sudamerica"),
        ("Americas", "US CA " + Latin, "americas|the americas"),
        ("APAC", AsiaPacific, "apac|asia pacific|asia|asien"),
        ("ANZ", "AU NZ", "anz|australia & new zealand"),
        ("Southeast Asia", "BN KH ID LA MY MM PH SG TH TL VN", "southeast asia|south east asia|sea|asean"),
        ("GCC", Gulf, "gcc|gulf|gulf states"),
        ("Middle East", NearEast, "middle east|near east|naher osten"),
        ("Africa", African, "africa|afrika|afrique"),
        ("MENA", NearEast + " DZ LY MA TN", "mena|middle east & north africa"),
        ("EMEA", Eu + " " + NotEu + " " + NearEast + " " + African, "emea"),
    ];

    private static readonly FrozenDictionary<string, (string Name, FrozenSet<string> Countries)> Groups = Rows
        .SelectMany(row => row.Aliases.Split('|'), (row, alias) => (alias, row.Name, row.Countries))
        .ToFrozenDictionary(x => x.alias, x => (x.Name, x.Countries.Split(' ').ToFrozenSet(StringComparer.Ordinal)), StringComparer.Ordinal);

    /// <summary>Alpha-2 codes of a country or region; empty when the text names neither.</summary>
    public static IReadOnlySet<string> Codes(string text)
    {
        if (Find(text) is { } group)
            return group.Countries;
        return Countries.Normalize(text) is { } code ? new HashSet<string>(StringComparer.Ordinal) { code } : FrozenSet<string>.Empty;
    }

    /// <summary>The region's or country's name in English; a text that names neither as it is.</summary>
    public static string Name(string text) =>
        Find(text) is { } group ? group.Name : Countries.Normalize(text) is { } code ? Countries.EnglishName(code) : text.Trim();

    // "NA" is Namibia in a list of codes and North America in a sales plan: a region's alias in capitals is the region.
    private static (string Name, FrozenSet<string> Countries)? Find(string text) =>
        Groups.TryGetValue(TextFold.Fold(text), out var group) ? group : null;
}
