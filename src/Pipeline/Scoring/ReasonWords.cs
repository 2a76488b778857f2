using System.Globalization;
using System.Text;
using LeadGen.Pipeline.Intent;

namespace LeadGen.Pipeline.Scoring;

/// <summary>Says in a salesperson's words what a contribution is about.</summary>
public static class ReasonWords
{
    // A source may be called "2024".
    private static readonly HashSet<string> WordFields =
    [
        FeatureNames.Seniority, FeatureNames.Department, FeatureNames.Country, FeatureNames.Industry, FeatureNames.Source, FeatureNames.Campaign,
    ];

    /// <summary>A sentence for a field and the lead's value there.</summary>
    /// <param name="contribution">From <see cref="LeadScore.Contributions"/>.</param>
    /// <param name="intents">When given, the newest words of an intent say when they were written.</param>
    /// <param name="now">UTC, for "3 days ago".</param>
    public static string Say(ScoreContribution contribution, IReadOnlyList<IntentSignal>? intents = null, DateTime? now = null)
    {
        var (name, value) = (contribution.Feature, contribution.Value);
        if (KindOf(name) is { } kind)
            return IntentSentence(kind, NumberOf(value) ?? 0, AgoOf(kind, intents, now));
        if (name.StartsWith(FeatureNames.CustomPrefix, StringComparison.OrdinalIgnoreCase))
            return $"{NameOf(name)}: {value ?? "not known"}";
        return !WordFields.Contains(name) && NumberOf(value) is { } number ? NumberSentence(name, number) : WordSentence(name, value);
    }

    /// <summary>A field's name for people: <c>custom.job_title</c> → <c>Job title</c>.</summary>
    public static string NameOf(string feature) => feature switch
    {
        FeatureNames.IcpMatch => "Profile fit",
        FeatureNames.IcpExcluded => "Musts of the profile",
        FeatureNames.EmployeeCount => "Employees",
        FeatureNames.AnnualRevenue => "Annual revenue",
        FeatureNames.HasPhone => "Phone number",
        FeatureNames.HasLinkedIn => "LinkedIn profile",
        FeatureNames.HasEmail => "E-mail address",
        FeatureNames.FreeMail => "Private e-mail address",
        FeatureNames.MessageLength => "Length of the message",
        FeatureNames.Visits => "Visits",
        FeatureNames.Forms => "Submitted forms",
        FeatureNames.Clicks => "Clicks",
        FeatureNames.Replies => "Replies",
        FeatureNames.Meetings => "Booked meetings",
        _ when KindOf(feature) is { } kind => IntentWords(kind).Yes,
        _ => Plain(feature.StartsWith(FeatureNames.CustomPrefix, StringComparison.OrdinalIgnoreCase) ? feature[FeatureNames.CustomPrefix.Length..] : feature),
    };

    /// <summary>A word of a field for people: <c>VicePresident</c> → <c>Vice president</c>, <c>nl</c> → <c>NL</c>.</summary>
    public static string WordOf(string feature, string word) => feature switch
    {
        FeatureNames.Seniority when word == "CLevel" => "C-level",
        FeatureNames.Department when word == "InformationTechnology" => "IT",
        FeatureNames.Department when word == "HumanResources" => "HR",
        FeatureNames.Seniority or FeatureNames.Department => Plain(word),
        FeatureNames.Country when word.Length == 2 => word.ToUpperInvariant(),
        FeatureNames.Country or FeatureNames.Industry => Capital(word),
        _ => word,
    };

    private static string NumberSentence(string name, double number)
    {
        var yes = number >= 0.5;
        var few = number < 0.05;
        return name switch
        {
            FeatureNames.IcpMatch when number < 40 => $"Hardly fits your profile, {Whole(number)} of 100",
            FeatureNames.IcpMatch when number < 65 => $"Partly fits your profile, {Whole(number)} of 100",
            FeatureNames.IcpMatch => $"Fits your profile, {Whole(number)} of 100",
            FeatureNames.IcpExcluded => yes ? "Fails a must of your profile" : "Fails no must of your profile",
            FeatureNames.EmployeeCount => $"{Whole(number)} employees",
            FeatureNames.AnnualRevenue => $"Annual revenue of {Whole(number)}",
            FeatureNames.HasPhone => yes ? "Left a phone number" : "No phone number",
            FeatureNames.HasLinkedIn => yes ? "Has a LinkedIn profile" : "No LinkedIn profile",
            FeatureNames.HasEmail => yes ? "Has an e-mail address" : "No e-mail address",
            FeatureNames.FreeMail => yes ? "Writes from a private e-mail address" : "Writes from a company e-mail address",
            FeatureNames.MessageLength => number < 1 ? "Left no message" : $"Wrote a message of {Whole(number)} characters",
            FeatureNames.Technologies => number < 1 ? "No known technologies" : number < 1.5 ? "1 known technology" : $"{Whole(number)} known technologies",
            FeatureNames.Visits => few ? "No recent visits" : number < 1.5 ? "Visited recently" : number < 4 ? "Visited several times recently" : "Visits very often",
            FeatureNames.Forms => few ? "No recent form" : number < 1.5 ? "Filled in a form" : "Filled in several forms",
            FeatureNames.Clicks => few ? "No recent clicks" : number < 1.5 ? "Clicked a link" : "Clicked several links",
            FeatureNames.Replies => few ? "No recent reply" : number < 1.5 ? "Replied to us" : "Replied several times",
            FeatureNames.Meetings => few ? "No recent meeting" : number < 1.5 ? "Booked a meeting" : "Booked several meetings",
            _ => $"{NameOf(name)}: {number.ToString("#,0.####", CultureInfo.InvariantCulture)}",
        };
    }

    private static string WordSentence(string name, string? value) => (name, value) switch
    {
        (FeatureNames.Seniority, null) => "Level of the job not known",
        (FeatureNames.Department, null) => "Department not known",
        (FeatureNames.IcpMatch or FeatureNames.IcpExcluded, null) => "Fit with your profile not known",
        (FeatureNames.FreeMail, null) => "No e-mail address to judge",
        (_, null) => $"{NameOf(name)} not known",
        (FeatureNames.Seniority, "Owner") => "Owns the company",
        (FeatureNames.Seniority, "CLevel") => "Sits in top management",
        (FeatureNames.Seniority, "VicePresident") => "Vice president",
        (FeatureNames.Seniority, "Director") => "Director",
        (FeatureNames.Seniority, "Head") => "Heads a department",
        (FeatureNames.Seniority, "Manager") => "Manager",
        (FeatureNames.Seniority, "Senior") => "Senior specialist",
        (FeatureNames.Seniority, "Junior") => "Junior position",
        (FeatureNames.Seniority, "Intern") => "Intern or student",
        (FeatureNames.Department, _) => $"Works in {InSentence(WordOf(name, value))}",
        (FeatureNames.Source, _) => $"Came through {value}",
        _ => $"{NameOf(name)}: {WordOf(name, value)}",
    };

    private static string IntentSentence(IntentKind kind, double strength, string ago)
    {
        var (yes, perhaps, no) = IntentWords(kind);
        return strength < 0.05 ? no : strength < 0.35 ? perhaps + ago : yes + ago;
    }

    private static (string Yes, string Perhaps, string No) IntentWords(IntentKind kind) => kind switch
    {
        IntentKind.PurchaseReady => ("Ready to buy", "May be ready to buy", "Says nothing of buying"),
        IntentKind.DemoRequest => ("Asked for a demo or meeting", "May want a demo or meeting", "Did not ask for a demo"),
        IntentKind.PricingInquiry => ("Asked for pricing", "May be asking for pricing", "Did not ask for pricing"),
        IntentKind.Evaluation => ("Compares offers", "May be comparing offers", "Shows no sign of comparing offers"),
        IntentKind.TechnicalQuestion => ("Asked a technical question", "May have a technical question", "Asked no technical question"),
        IntentKind.Referral => ("Referred us to another person", "May be referring us to another person", "Referred us to nobody"),
        IntentKind.NotNow => ("Said: not now", "May have said: not now", "Did not put us off"),
        IntentKind.NotInterested => ("Said no", "May have said no", "Did not say no"),
        IntentKind.Unsubscribe => ("Wants no more mail", "May want no more mail", "Did not object to mail"),
        IntentKind.OutOfOffice => ("Is away", "May be away", "No absence note"),
        IntentKind.Support => ("Asked for support as a customer", "May be asking for support", "Did not ask for support"),
        IntentKind.JobSeeker => ("Is looking for a job", "May be looking for a job", "Not looking for a job"),
        IntentKind.VendorPitch => ("Wants to sell to us", "May want to sell to us", "Not selling to us"),
        _ => ("Wrote about something else", "Wrote about something else", "No message"),
    };

    private static string AgoOf(IntentKind kind, IReadOnlyList<IntentSignal>? intents, DateTime? now)
    {
        if (intents is null || now is not { } today)
            return "";
        var seen = intents.Where(signal => signal.Kind == kind && signal.ObservedAt <= today).Select(signal => (DateTime?)signal.ObservedAt).Max();
        if (seen is null)
            return "";
        var days = (int)(today - seen.Value).TotalDays;
        return days switch
        {
            0 => " today",
            1 => " yesterday",
            < 14 => $" {days} days ago",
            < 60 => $" {days / 7} weeks ago",
            < 730 => $" {days / 30} months ago",
            _ => $" {days / 365} years ago",
        };
    }

    private static IntentKind? KindOf(string feature) =>
        feature.StartsWith(FeatureNames.IntentPrefix, StringComparison.Ordinal)
        && Enum.TryParse<IntentKind>(feature.AsSpan(FeatureNames.IntentPrefix.Length), out var kind) ? kind : null;

    private static double? NumberOf(string? value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Whole(double number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary><c>nr.employed</c>, <c>lastContact</c>, <c>day_of_week</c> as words with a capital.</summary>
    private static string Plain(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (letter is '.' or '_' or '-' or ' ')
            {
                if (text.Length > 0 && text[^1] != ' ')
                    text.Append(' ');
                continue;
            }

            if (char.IsUpper(letter) && text.Length > 0 && char.IsLower(text[^1]))
                text.Append(' ').Append(char.ToLowerInvariant(letter));
            else
                text.Append(letter);
        }

        return Capital(text.ToString().TrimEnd());
    }

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    private static string InSentence(string text) => text.Length > 1 && char.IsUpper(text[1]) ? text : char.ToLowerInvariant(text[0]) + text[1..];
}
