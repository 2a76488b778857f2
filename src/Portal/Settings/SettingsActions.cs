using System.Globalization;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Ai;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbound;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Infrastructure.Secrets;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Outreach;
using LeadGen.Pipeline.Scoring;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Settings;

/// <summary>Changes of what holds for the whole workspace, by admins. Each returns null when done, else what is wrong and what to do.</summary>
public sealed class SettingsActions(WorkspaceSettings settings, MemberAccess access, OutboundHttp outbound, TenantSecrets secrets, ModelTrial trial, TopicEditing topics)
{
    public const int LongestName = 120;
    public const int MostHolidays = 400;
    private const string NotAllowed = "Your role does not allow this.";

    public Task<TenantSettings> ReadAsync(CancellationToken cancellationToken = default) => settings.ReadAsync(cancellationToken);

    public Task<IReadOnlyList<GradeMove>> MovesAsync(GradeBounds bounds, CancellationToken cancellationToken = default) =>
        settings.MovesAsync(bounds, cancellationToken);

    public async Task<string?> RenameAsync(string name, CancellationToken cancellationToken = default)
    {
        if (!await access.MayAsync(MemberRole.Admin, cancellationToken))
        {
            return NotAllowed;
        }

        if (string.IsNullOrWhiteSpace(name) || name.Trim().Length > LongestName)
        {
            return $"Enter a name of at most {LongestName} characters.";
        }

        await settings.RenameAsync(name.Trim(), cancellationToken);
        return null;
    }

    /// <param name="content">The picture's bytes; null takes the logo away.</param>
    public Task<string?> SetLogoAsync(byte[]? content, CancellationToken cancellationToken = default) => content switch
    {
        null => ChangeAsync(s => s with { Logo = null }, null, cancellationToken),
        { Length: > LogoFile.Most } => ChangeAsync(s => s, "This picture is larger than 100 kB. Save a smaller one: 128 by 128 points are enough.", cancellationToken),
        _ when LogoFile.Of(content) is { } logo => ChangeAsync(s => s with { Logo = logo.DataUri }, null, cancellationToken),
        _ => ChangeAsync(s => s, "This is no PNG, JPEG or WebP picture. Save it as one of these and choose it again.", cancellationToken),
    };

    /// <param name="colour"><c>#rrggbb</c>; null for LeadGen's own.</param>
    public Task<string?> SetColourAsync(string? colour, CancellationToken cancellationToken = default) => ChangeAsync(
        s => s with { Colour = AccentColour.Of(colour)?.Chosen },
        colour is null || AccentColour.Of(colour) is not null ? null : "Enter a colour as # and six digits, such as #0b6b50.",
        cancellationToken);

    public Task<string?> SetRegionAsync(string timeZone, string culture, CancellationToken cancellationToken = default) => ChangeAsync(
        s => s with { TimeZone = timeZone.Trim(), Culture = culture },
        !Regions.IsZone(timeZone.Trim()) ? "Choose a time zone from the list, such as Europe/Berlin."
            : !Regions.Cultures.Any(c => c.Name == culture) ? "Choose a format from the list."
            : null,
        cancellationToken);

    public Task<string?> SetGradesAsync(GradeBounds bounds, CancellationToken cancellationToken = default) =>
        ChangeAsync(s => s with { Grades = bounds }, Problem(bounds), cancellationToken);

    /// <param name="wanted">Its key is left out of account.</param>
    /// <param name="key">A new key; empty keeps the one that is there, as long as the address stays the same.</param>
    public async Task<string?> SetModelAsync(ModelSettings wanted, string key, CancellationToken cancellationToken = default)
    {
        if (!await access.MayAsync(MemberRole.Admin, cancellationToken))
        {
            return NotAllowed;
        }

        var problem = wanted switch
        {
            { Endpoint.Length: > 0, Model.Length: 0 } => "Name the model that the server is to use.",
            { Temperature: not (>= 0 and <= 2) } => "The temperature goes from 0 to 2.",
            { InputPrice: < 0 or > 1_000 } or { OutputPrice: < 0 or > 1_000 } => "A price is 0 to 1,000 for 1,000 tokens.",
            { DailyTokens: < 0 or > 1_000_000_000 } => "The most tokens a day are 0 to 1,000,000,000.",
            { DailyCost: < 0 or > 1_000_000 } => "The most cost a day is 0 to 1,000,000.",
            { Endpoint.Length: > 0 } => (await outbound.CheckAsync(wanted.Endpoint, cancellationToken)).Problem,
            _ => null,
        };

        // A key is for one server: sent to another it would be given away.
        return await ChangeAsync(
            s => s with
            {
                Writing = wanted with
                {
                    Key = key.Length > 0 ? secrets.Seal(key) : wanted.Endpoint.Length > 0 && s.Writing?.Endpoint == wanted.Endpoint ? s.Writing.Key : null,
                },
            },
            problem,
            cancellationToken);
    }

    /// <summary>Asks the model that is saved once: that costs a little.</summary>
    public async Task<TrialResult> TryModelAsync(CancellationToken cancellationToken = default) =>
        await access.MayAsync(MemberRole.Admin, cancellationToken) ? await trial.RunAsync(cancellationToken) : new TrialResult(false, NotAllowed);

    public Task<string?> SetTrackingAsync(bool clicks, bool opens, CancellationToken cancellationToken = default) =>
        ChangeAsync(s => s with { TracksClicks = clicks, TracksOpens = opens }, null, cancellationToken);

    /// <summary>What mails can be about.</summary>
    public async Task<string?> SetTopicsAsync(IReadOnlyList<MailTopic> list, CancellationToken cancellationToken = default) =>
        await access.MayAsync(MemberRole.Admin, cancellationToken) ? await topics.SaveAsync(list, cancellationToken) : NotAllowed;

    /// <param name="days">Days on which no mail of a sequence leaves.</param>
    public Task<string?> SetHolidaysAsync(IReadOnlyList<DateOnly> days, CancellationToken cancellationToken = default) => ChangeAsync(
        s => s with { Holidays = [.. days.Distinct().Order()] },
        days.Count > MostHolidays ? $"At most {MostHolidays} days can be kept. Remove some that are over." : null,
        cancellationToken);

    /// <summary>What is wrong with bounds of grades; null when nothing is.</summary>
    public static string? Problem(GradeBounds bounds) => bounds switch
    {
        { A: not (> 0 and < 100) } or { B: not (> 0 and < 100) } or { C: not (> 0 and < 100) } => "Scores go from 0 to 100: each grade begins above 0 and below 100.",
        _ when bounds.A <= bounds.B || bounds.B <= bounds.C => string.Create(
            CultureInfo.InvariantCulture, $"A must begin above B, and B above C: {bounds.A:0.#}, {bounds.B:0.#}, {bounds.C:0.#} do not go down."),
        _ => null,
    };

    private async Task<string?> ChangeAsync(Func<TenantSettings, TenantSettings> change, string? problem, CancellationToken cancellationToken)
    {
        if (!await access.MayAsync(MemberRole.Admin, cancellationToken))
        {
            return NotAllowed;
        }

        if (problem is null)
        {
            await settings.ChangeAsync(change, cancellationToken);
        }

        return problem;
    }
}
