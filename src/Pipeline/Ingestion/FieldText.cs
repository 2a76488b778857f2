using System.Globalization;
using LeadGen.Pipeline.Leads;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>A field's text as a source gives it, turned into the text form that <see cref="LeadField.Set"/> takes.</summary>
public static class FieldText
{
    /// <param name="Text">The text form; null when the source says nothing, or nothing that can be read.</param>
    /// <param name="Problem">What is wrong, as a sentence with the remedy; null when all is well.</param>
    public readonly record struct Reading(string? Text, string? Problem = null);

    private static readonly HashSet<string> _nothing = new(StringComparer.OrdinalIgnoreCase)
    {
        "-", "--", "—", ".", "?", "n/a", "na", "n.a.", "#n/a", "nan", "null", "nil", "none", "undefined", "(none)", "(blank)", "not provided",
    };

    private static readonly HashSet<string> _yes = new(StringComparer.OrdinalIgnoreCase) { "yes", "y", "true", "1", "1.0", "ja", "oui", "si", "sí", "x", "on" };
    private static readonly HashSet<string> _no = new(StringComparer.OrdinalIgnoreCase) { "no", "n", "false", "0", "0.0", "nein", "non", "off" };

    private static readonly HashSet<string> _won = new(StringComparer.OrdinalIgnoreCase)
    {
        "won", "closed won", "closedwon", "closed-won", "win", "converted", "customer", "gewonnen", "gagné", "ganado",
    };

    private static readonly HashSet<string> _lost = new(StringComparer.OrdinalIgnoreCase)
    {
        "lost", "closed lost", "closedlost", "closed-lost", "loss", "not converted", "unqualified", "disqualified", "verloren", "perdu", "perdido",
    };

    private static readonly HashSet<string> _undecided = new(StringComparer.OrdinalIgnoreCase)
    {
        "open", "pending", "unknown", "in progress", "new", "working", "undecided",
    };

    /// <param name="field">The field.</param>
    /// <param name="text">As given.</param>
    /// <param name="region">ISO code of the lead's country, for phone numbers; null when unknown.</param>
    /// <param name="now">UTC; no time of a lead lies more than a day after it.</param>
    public static Reading Read(LeadField field, string text, string? region, DateTime now)
    {
        var clean = field.Kind == FieldKind.LongText ? CleanText.Lines(text) : CleanText.Line(text);
        if (clean.Length == 0 || (field.Kind != FieldKind.LongText && _nothing.Contains(clean)))
            return default;
        var reading = field.Kind switch
        {
            FieldKind.Email => Email(clean),
            FieldKind.Phone => new Reading(PhoneText.Read(clean, region)?.Number ?? clean),
            FieldKind.Country => new Reading(CountryText.Normalize(clean)),
            FieldKind.Domain => Domain(clean),
            FieldKind.Url => LinkedIn(clean),
            FieldKind.Seniority => Level(clean),
            FieldKind.HeadCount => NumberText.TryHeadCount(clean, out var count)
                ? new Reading(count.ToString(CultureInfo.InvariantCulture))
                : new Reading(null, "This is no number of employees. Write a whole number, or a range such as 51-200."),
            FieldKind.Money => NumberText.TryMoney(clean, out var amount)
                ? new Reading(amount.ToString(CultureInfo.InvariantCulture))
                : new Reading(null, "This is no amount of money. Write a number such as 1200000 or 1.2m."),
            FieldKind.List => new Reading(List(clean)),
            FieldKind.Time => Time(clean, now),
            FieldKind.Outcome => Outcome(clean),
            FieldKind.ConsentBasis => new Reading(_no.Contains(clean) ? null : _yes.Contains(clean) ? "consent" : clean),
            _ => new Reading(clean),
        };
        return reading.Text?.Length > field.MaxLength
            ? new Reading(Cut(reading.Text, field.MaxLength), $"The text has {reading.Text.Length:N0} characters; {field.MaxLength:N0} are the most. Shorten it.")
            : reading;
    }

    /// <summary>Won, lost or open, as a source would say it; the column is about the deal's end.</summary>
    internal static bool IsOutcome(string text) => Outcome(CleanText.Line(text)).Problem is null;

    private static Reading Email(string text)
    {
        if (EmailAddress.TryRead(text, out var email, out _))
            return new Reading(email);
        if (text.Count(c => c == '@') > 1)
        {
            foreach (var part in text.Split([';', ',', ' ', '|', '/'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (EmailAddress.TryRead(part, out var first, out _))
                    return new Reading(first, "There are several e-mail addresses; the first is taken. Give each person a row of their own.");
            }
        }
        return new Reading(null, "This is no valid e-mail address. Correct it (name@company.com), or leave it empty when the company is known.");
    }

    private static Reading Domain(string text)
    {
        if (!CompanyDomains.TryRead(text, out var domain))
            return new Reading(null, "This is no web address. Write the company's domain, such as acme.com.");
        return CompanyDomains.IsPlatform(domain) || CompanyDomains.IsMailProvider(domain)
            ? new Reading(null, $"{domain} does not belong to one company. Write the company's own domain.")
            : new Reading(domain);
    }

    private static Reading LinkedIn(string text)
    {
        const string remedy = "This is no LinkedIn address. Write it as https://www.linkedin.com/in/NAME.";
        var url = text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            return new Reading(null, remedy);
        return uri.Host == "linkedin.com" || uri.Host.EndsWith(".linkedin.com", StringComparison.Ordinal)
            ? new Reading($"https://{uri.Host}{uri.AbsolutePath.TrimEnd('/')}")
            : new Reading(null, remedy);
    }

    private static Reading Level(string text)
    {
        var key = string.Concat(text.Where(char.IsAsciiLetter)).ToLowerInvariant();
        var level = key switch
        {
            "vp" or "svp" or "evp" => Seniority.VicePresident,
            "csuite" or "cxo" or "executive" or "chief" => Seniority.CLevel,
            "founder" or "cofounder" or "partner" => Seniority.Owner,
            "entry" or "entrylevel" or "trainee" => Seniority.Junior,
            "lead" or "teamlead" => Seniority.Head,
            _ => Enum.TryParse<Seniority>(key, ignoreCase: true, out var named) ? named : (Seniority?)null,
        };
        return level switch
        {
            null => new Reading(null, $"This is no level. Use one of {string.Join(", ", Enum.GetNames<Seniority>())}."),
            Seniority.Unknown => default,
            _ => new Reading(level.ToString()),
        };
    }

    private static string? List(string text)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var items = text.Split([';', ',', '|', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(seen.Add);
        return LeadFields.Join([.. items]);
    }

    private static Reading Time(string text, DateTime now)
    {
        if (!TimeText.TryRead(text, out var time))
            return new Reading(null, "This is no date we can read. Write it as 2025-03-04 or 2025-03-04T09:30:00Z.");
        return time > now.AddDays(1)
            ? new Reading(null, "This time lies in the future. Correct it; days stand before months in 04/03/2025.")
            : new Reading(LeadFields.Text(time));
    }

    private static Reading Outcome(string text)
    {
        if (text.Length == 0 || _undecided.Contains(text))
            return default;
        if (_won.Contains(text) || _yes.Contains(text))
            return new Reading(nameof(Leads.Outcome.Won));
        return _lost.Contains(text) || _no.Contains(text)
            ? new Reading(nameof(Leads.Outcome.Lost))
            : new Reading(null, "This is no outcome. Use Won or Lost (or true/false, 1/0, yes/no); leave it empty while the deal is open.");
    }

    /// <summary>The beginning of a text, never half a character.</summary>
    internal static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
