using System.Collections.Frozen;

namespace LeadGen.Pipeline.Outreach;

/// <summary>The time zone that most people of a country live in.</summary>
public static class CountryZones
{
    /// <summary>IANA zones by ISO 3166-1 alpha-2 code. Of countries with several, the one with most offices.</summary>
    private const string Zones =
        "AD Europe/Andorra|AE Asia/Dubai|AF Asia/Kabul|AL Europe/Tirane|AM Asia/Yerevan|AO Africa/Luanda|AR America/Argentina/Buenos_Aires|AT Europe/Vienna|" +
        "AU Australia/Sydney|AZ Asia/Baku|BA Europe/Sarajevo|BB America/Barbados|BD Asia/Dhaka|BE Europe/Brussels|BF Africa/Ouagadougou|BG Europe/Sofia|" +
        "BH Asia/Bahrain|BI Africa/Bujumbura|BJ Africa/Porto-Novo|BM Atlantic/Bermuda|BN Asia/Brunei|BO America/La_Paz|BR America/Sao_Paulo|BS America/Nassau|" +
        "BT Asia/Thimphu|BW Africa/Gaborone|BY Europe/Minsk|BZ America/Belize|CA America/Toronto|CD Africa/Kinshasa|CF Africa/Bangui|CG Africa/Brazzaville|" +
        "CH Europe/Zurich|CI Africa/Abidjan|CL America/Santiago|CM Africa/Douala|CN Asia/Shanghai|CO America/Bogota|CR America/Costa_Rica|CU America/Havana|" +
        "CV Atlantic/Cape_Verde|CY Asia/Nicosia|CZ Europe/Prague|DE Europe/Berlin|DJ Africa/Djibouti|DK Europe/Copenhagen|DO America/Santo_Domingo|DZ Africa/Algiers|" +
        "EC America/Guayaquil|EE Europe/Tallinn|EG Africa/Cairo|ER Africa/Asmara|ES Europe/Madrid|ET Africa/Addis_Ababa|FI Europe/Helsinki|FJ Pacific/Fiji|" +
        "FO Atlantic/Faroe|FR Europe/Paris|GA Africa/Libreville|GB Europe/London|GE Asia/Tbilisi|GF America/Cayenne|GG Europe/Guernsey|GH Africa/Accra|" +
        "GI Europe/Gibraltar|GL America/Nuuk|GM Africa/Banjul|GN Africa/Conakry|GP America/Guadeloupe|GQ Africa/Malabo|GR Europe/Athens|GT America/Guatemala|" +
        "GW Africa/Bissau|GY America/Guyana|HK Asia/Hong_Kong|HN America/Tegucigalpa|HR Europe/Zagreb|HT America/Port-au-Prince|HU Europe/Budapest|ID Asia/Jakarta|" +
        "IE Europe/Dublin|IL Asia/Jerusalem|IM Europe/Isle_of_Man|IN Asia/Kolkata|IQ Asia/Baghdad|IR Asia/Tehran|IS Atlantic/Reykjavik|IT Europe/Rome|" +
        "JE Europe/Jersey|JM America/Jamaica|JO Asia/Amman|JP Asia/Tokyo|KE Africa/Nairobi|KG Asia/Bishkek|KH Asia/Phnom_Penh|KR Asia/Seoul|KW Asia/Kuwait|" +
        "KZ Asia/Almaty|LA Asia/Vientiane|LB Asia/Beirut|LI Europe/Vaduz|LK Asia/Colombo|LR Africa/Monrovia|LS Africa/Maseru|LT Europe/Vilnius|LU Europe/Luxembourg|" +
        "LV Europe/Riga|LY Africa/Tripoli|MA Africa/Casablanca|MC Europe/Monaco|MD Europe/Chisinau|ME Europe/Podgorica|MG Indian/Antananarivo|MK Europe/Skopje|" +
        "ML Africa/Bamako|MM Asia/Yangon|MN Asia/Ulaanbaatar|MO Asia/Macau|MQ America/Martinique|MR Africa/Nouakchott|MT Europe/Malta|MU Indian/Mauritius|" +
        "MV Indian/Maldives|MW Africa/Blantyre|MX America/Mexico_City|MY Asia/Kuala_Lumpur|MZ Africa/Maputo|NA Africa/Windhoek|NC Pacific/Noumea|NE Africa/Niamey|" +
        "NG Africa/Lagos|NI America/Managua|NL Europe/Amsterdam|NO Europe/Oslo|NP Asia/Kathmandu|NZ Pacific/Auckland|OM Asia/Muscat|PA America/Panama|PE America/Lima|" +
        "PG Pacific/Port_Moresby|PH Asia/Manila|PK Asia/Karachi|PL Europe/Warsaw|PR America/Puerto_Rico|PS Asia/Hebron|PT Europe/Lisbon|PY America/Asuncion|" +
        "QA Asia/Qatar|RE Indian/Reunion|RO Europe/Bucharest|RS Europe/Belgrade|RU Europe/Moscow|RW Africa/Kigali|SA Asia/Riyadh|SC Indian/Mahe|SD Africa/Khartoum|" +
        "SE Europe/Stockholm|SG Asia/Singapore|SI Europe/Ljubljana|SK Europe/Bratislava|SL Africa/Freetown|SM Europe/San_Marino|SN Africa/Dakar|SO Africa/Mogadishu|" +
        "SR America/Paramaribo|SS Africa/Juba|SV America/El_Salvador|SY Asia/Damascus|SZ Africa/Mbabane|TD Africa/Ndjamena|TG Africa/Lome|TH Asia/Bangkok|" +
        "TJ Asia/Dushanbe|TM Asia/Ashgabat|TN Africa/Tunis|TR Europe/Istanbul|TT America/Port_of_Spain|TW Asia/Taipei|TZ Africa/Dar_es_Salaam|UA Europe/Kyiv|" +
        "UG Africa/Kampala|US America/New_York|UY America/Montevideo|UZ Asia/Tashkent|VA Europe/Vatican|VE America/Caracas|VN Asia/Ho_Chi_Minh|XK Europe/Belgrade|" +
        "YE Asia/Aden|ZA Africa/Johannesburg|ZM Africa/Lusaka|ZW Africa/Harare";

    private static readonly FrozenDictionary<string, TimeZoneInfo> Known = Read();

    /// <param name="country">ISO 3166-1 alpha-2 code; anything else is unknown.</param>
    /// <param name="fallback">For a country that is not known.</param>
    public static TimeZoneInfo Of(string? country, TimeZoneInfo fallback) =>
        country is not null && Known.TryGetValue(country, out var zone) ? zone : fallback;

    private static FrozenDictionary<string, TimeZoneInfo> Read() => Zones.Split('|')
        .Select(z => (Code: z[..2], Found: TimeZoneInfo.TryFindSystemTimeZoneById(z[3..], out var zone), Zone: zone))
        .Where(z => z.Found).ToFrozenDictionary(z => z.Code, z => z.Zone!, StringComparer.OrdinalIgnoreCase);
}
