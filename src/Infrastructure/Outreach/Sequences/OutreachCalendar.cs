using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach.Sequences;

/// <summary>The tenant's own zone, for leads of whom no country is known, and its holidays.</summary>
public sealed record OutreachCalendar(TimeZoneInfo Zone, IReadOnlyCollection<DateOnly> Holidays)
{
    public static async Task<OutreachCalendar> ReadAsync(TenantDb db, CancellationToken cancellationToken)
    {
        var settings = await db.Meta.AsNoTracking().Select(m => m.Settings).SingleAsync(cancellationToken);
        return new OutreachCalendar(TimeZoneInfo.FindSystemTimeZoneById(settings.TimeZone), settings.Holidays);
    }

    /// <summary>When a step is due, UTC; null when its window never opens.</summary>
    /// <param name="country">The lead's.</param>
    /// <param name="ended">When the step before it was over, UTC.</param>
    public DateTime? DueAfter(DateTime ended, SequencePlan plan, int step, string? country) =>
        SequenceClock.After(ended, plan.Steps[step], plan.Window, CountryZones.Of(country, Zone), Holidays);
}
