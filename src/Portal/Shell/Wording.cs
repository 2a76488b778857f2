using System.Globalization;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Portal.Settings;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Shell;

/// <summary>How numbers, times and terms are said on screen, in the tenant's culture and time zone.</summary>
public sealed class Wording(IDbContextFactory<TenantDb> databases, TimeProvider time)
{
    private CultureInfo culture = CultureInfo.GetCultureInfo("en-GB");

    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    public DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>As of the last look.</summary>
    public TenantSettings Settings { get; private set; } = new();

    /// <summary>Address of the workspace's logo, or null when it has none.</summary>
    public string? Logo { get; private set; }

    /// <summary>The settings were read anew.</summary>
    public event Action? Changed;

    /// <summary>Reads the tenant's settings; until then it is en-GB in UTC.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        Settings = await db.Meta.AsNoTracking().Select(m => m.Settings).SingleAsync(cancellationToken);
        culture = CultureInfo.GetCultureInfo(Settings.Culture);
        Zone = TimeZoneInfo.FindSystemTimeZoneById(Settings.TimeZone);
        Logo = LogoFile.Read(Settings.Logo) is { } logo ? $"logo?v={logo.Version}" : null;
        Changed?.Invoke();
    }

    public string Number(long value) => value.ToString("N0", culture);

    public string Number(double value, int decimals = 0) => value.ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), culture);

    /// <summary>"1 lead", "2,400 leads".</summary>
    public string Count(long value, string one, string? many = null) => $"{Number(value)} {(value == 1 ? one : many ?? one + "s")}";

    /// <summary>With a sign, and a real minus.</summary>
    public string Points(double value)
    {
        var rounded = Math.Round(value, MidpointRounding.AwayFromZero);
        return rounded == 0 ? "0" : (rounded > 0 ? "+" : "−") + Number(Math.Abs(rounded));
    }

    public string Bytes(long bytes) => bytes switch
    {
        < 1_000 => $"{Number(bytes)} bytes",
        < 1_000_000 => $"{Number(bytes / 1e3)} kB",
        _ => $"{Number(bytes / 1e6, 1)} MB",
    };

    /// <summary>What a clock in a zone shows now, in a format: "Sun 22 Nov 2026, 21:04".</summary>
    public string Sample(TimeZoneInfo zone, CultureInfo format) =>
        TimeZoneInfo.ConvertTimeFromUtc(Now, zone).ToString("ddd d MMM yyyy, HH:mm", format);

    /// <summary>As people say it: "12 min ago", "yesterday", "3 Nov", "3 Nov 2025".</summary>
    public string Ago(DateTime utc)
    {
        var (then, now) = (Local(utc), Local(Now));
        var span = Now - utc;
        return span switch
        {
            { TotalSeconds: < -60 } => then.ToString("d MMM, HH:mm", culture),
            { TotalSeconds: < 60 } => "just now",
            { TotalMinutes: < 60 } => $"{Number((long)span.TotalMinutes)} min ago",
            _ when then.Date == now.Date => $"today, {then.ToString("HH:mm", culture)}",
            _ when then.Date == now.Date.AddDays(-1) => "yesterday",
            _ when then.Year == now.Year => then.ToString("d MMM", culture),
            _ => then.ToString("d MMM yyyy", culture),
        };
    }

    public string Exact(DateTime utc) => Local(utc).ToString("dddd, d MMMM yyyy, HH:mm:ss", culture);

    /// <summary>"4 March 2025", with the time of day when it says one.</summary>
    public string Date(DateTime utc) => Local(utc).ToString(utc.TimeOfDay == TimeSpan.Zero ? "d MMMM yyyy" : "d MMMM yyyy, HH:mm", culture);

    /// <summary>"31 Aug", of another year "31 Aug 2025".</summary>
    public string Date(DateOnly day) => day.ToString(day.Year == Local(Now).Year ? "d MMM" : "d MMM yyyy", culture);

    /// <summary>"31 Aug".</summary>
    public string DayMonth(DateOnly day) => day.ToString("d MMM", culture);

    /// <summary>"12 %" of a whole, one decimal under ten; nothing of nothing is 0.</summary>
    public string Percent(double part, double whole)
    {
        var percent = whole == 0 ? 0 : 100 * part / whole;
        return Number(percent, percent is > 0 and < 9.95 ? 1 : 0) + "%";
    }

    public string Clock(DateTime utc) => Local(utc).ToString("HH:mm", culture);

    /// <summary>Heading of a day: "Today, Friday 20 November".</summary>
    public string Day(DateOnly day)
    {
        var today = DateOnly.FromDateTime(Local(Now));
        var name = day.ToString(day.Year == today.Year ? "dddd d MMMM" : "dddd d MMMM yyyy", culture);
        return day == today ? $"Today, {name}" : day == today.AddDays(-1) ? $"Yesterday, {name}" : name;
    }

    /// <summary>"40 s", "12 min", "3 h 5 min".</summary>
    public string Duration(TimeSpan span) => span switch
    {
        { TotalSeconds: < 90 } => $"{Number((long)Math.Ceiling(span.TotalSeconds))} s",
        { TotalMinutes: < 90 } => $"{Number((long)Math.Ceiling(span.TotalMinutes))} min",
        _ => $"{Number((long)span.TotalHours)} h {Number(span.Minutes)} min",
    };

    public static string Iso(DateTime utc) => utc.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    public static string Role(MemberRole role) => role.ToString();

    public static string RoleMay(MemberRole role) => role switch
    {
        MemberRole.Viewer => "Looks and exports",
        MemberRole.Editor => "Works with leads, imports and the profile",
        MemberRole.Admin => "Also members, keys and settings",
        _ => "Also other owners and the end of the workspace",
    };

    public static string Problem(MemberProblem problem) => problem switch
    {
        MemberProblem.NotAllowed => "Your role does not allow this.",
        MemberProblem.LastOwner => "A workspace keeps at least one owner. Make somebody else an owner first.",
        MemberProblem.InvitationGone => "The invitation was used already, taken back, or is too old. Ask for a new link.",
        _ => "The invitation is for another e-mail address.",
    };

    /// <summary>An intent as a short word for lists.</summary>
    public static string Intent(IntentKind kind) => kind switch
    {
        IntentKind.Unsubscribe => "Unsubscribe",
        IntentKind.OutOfOffice => "Out of office",
        IntentKind.PurchaseReady => "Ready to buy",
        IntentKind.DemoRequest => "Demo",
        IntentKind.PricingInquiry => "Pricing",
        IntentKind.Evaluation => "Evaluation",
        IntentKind.TechnicalQuestion => "Technical question",
        IntentKind.Referral => "Referral",
        IntentKind.NotNow => "Not now",
        IntentKind.NotInterested => "Not interested",
        IntentKind.Support => "Support",
        IntentKind.JobSeeker => "Job seeker",
        IntentKind.VendorPitch => "Sales pitch",
        _ => "Other",
    };

    /// <summary>Colour of an intent's word: leads on to a purchase, or ends the talk.</summary>
    public static string? IntentTone(IntentKind kind) => kind switch
    {
        IntentKind.PurchaseReady or IntentKind.DemoRequest or IntentKind.PricingInquiry => "pine",
        IntentKind.Unsubscribe or IntentKind.NotInterested => "warns",
        _ => null,
    };

    public static string Level(Seniority seniority) => seniority switch
    {
        Seniority.VicePresident => "Vice president",
        Seniority.CLevel => "C-level",
        _ => seniority.ToString(),
    };

    public static string Department(Department department) => department switch
    {
        Pipeline.Leads.Department.InformationTechnology => "IT",
        Pipeline.Leads.Department.HumanResources => "human resources",
        Pipeline.Leads.Department.CustomerService => "customer service",
        _ => department.ToString().ToLowerInvariant(),
    };

    /// <summary>The English name of an ISO code; anything else as given.</summary>
    public static string Country(string text)
    {
        if (text.Length != 2)
        {
            return text;
        }

        try
        {
            return new RegionInfo(text).EnglishName;
        }
        catch (ArgumentException)
        {
            return text;
        }
    }

    /// <summary>The day that it is in the tenant's zone.</summary>
    public DateOnly DateOf(DateTime utc) => DateOnly.FromDateTime(Local(utc));

    /// <summary>When a day begins in the tenant's zone, UTC.</summary>
    public DateTime UtcOf(DateOnly day)
    {
        var start = day.ToDateTime(TimeOnly.MinValue);
        return TimeZoneInfo.ConvertTimeToUtc(Zone.IsInvalidTime(start) ? start.AddHours(1) : start, Zone);
    }

    private DateTime Local(DateTime utc) => TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(utc, DateTimeKind.Utc), Zone);
}
