using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Scoring;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Leads;

/// <summary>Which leads a list shows. Every condition that is set must hold; inside one condition any of the values will do.</summary>
public sealed record LeadFilter
{
    /// <summary>Everything.</summary>
    public static readonly LeadFilter All = new();

    /// <summary>Lowest and highest score, 0-100, both included; leads without a score do not pass.</summary>
    public double? MinScore { get; init; }

    public double? MaxScore { get; init; }
    public IReadOnlyList<Grade> Grades { get; init; } = [];

    /// <summary>Any of these was read in any of the lead's texts.</summary>
    public IReadOnlyList<IntentKind> Intents { get; init; } = [];

    public IReadOnlyList<string> Countries { get; init; } = [];
    public IReadOnlyList<string> Sources { get; init; } = [];
    public IReadOnlyList<string> Industries { get; init; } = [];
    public IReadOnlyList<LeadStage> Stages { get; init; } = [];
    public IReadOnlyList<OutcomeFilter> Outcomes { get; init; } = [];

    /// <summary>Words that must each stand in the name, the e-mail, the company or the job title; in any case.</summary>
    public string? Text { get; init; }

    /// <summary>The import that last created or changed the lead.</summary>
    public Guid? ImportId { get; init; }

    /// <summary>First and last moment of creation, UTC, both included.</summary>
    public DateTime? CreatedFrom { get; init; }

    public DateTime? CreatedTo { get; init; }

    /// <summary>On fields that have no property here.</summary>
    public IReadOnlyList<LeadCondition> Conditions { get; init; } = [];

    public bool IsEmpty =>
        Conditions.Count + Grades.Count + Intents.Count + Countries.Count + Sources.Count + Industries.Count + Stages.Count + Outcomes.Count == 0
        && MinScore is null && MaxScore is null && string.IsNullOrWhiteSpace(Text) && ImportId is null && CreatedFrom is null && CreatedTo is null;

    /// <summary>Nothing but conditions that an index answers in the order of scores.</summary>
    internal bool IsIndexed => this with { MinScore = null, MaxScore = null } is { IsEmpty: true };

    /// <param name="now">UTC, for conditions on the last days.</param>
    internal IQueryable<Lead> Apply(IQueryable<Lead> leads, TenantDb db, DateTime now)
    {
        leads = Conditions.Aggregate(leads, (passing, c) => LeadConditions.Apply(passing, db, c, now));
        if (MinScore is { } min)
        {
            leads = leads.Where(l => l.ScoreValue >= min);
        }

        if (MaxScore is { } max)
        {
            leads = leads.Where(l => l.ScoreValue <= max);
        }

        leads = Grades switch
        {
            [] => leads,
            [var one] => leads.Where(l => l.Grade == one),
            _ => leads.Where(l => Grades.Contains(l.Grade!.Value)),
        };
        if (Intents.Count > 0)
        {
            // What a member said of a text outweighs what was read in it.
            var with = db.Intents.Where(i => Intents.Contains(i.Kind)
                    && !db.IntentCorrections.Any(c => !c.Holds && c.LeadId == i.LeadId && c.Source == i.Source && c.TextHash == i.TextHash && c.Kind == i.Kind))
                .Select(i => i.LeadId)
                .Union(db.IntentCorrections.Where(c => c.Holds && Intents.Contains(c.Kind)).Select(c => c.LeadId));
            leads = leads.Where(l => with.Contains(l.Id));
        }

        return ApplyText(ApplyOrigin(leads), db.Database.IsSqlite());
    }

    /// <summary>The text as LIKE finds it, with <c>\</c> as escape.</summary>
    internal static string Escape(string text) => text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal)
        .Replace("_", @"\_", StringComparison.Ordinal);

    private IQueryable<Lead> ApplyOrigin(IQueryable<Lead> leads)
    {
        if (Countries.Count > 0)
        {
            leads = leads.Where(l => Countries.Contains(l.Country));
        }

        if (Sources.Count > 0)
        {
            leads = leads.Where(l => Sources.Contains(l.Source));
        }

        if (Industries.Count > 0)
        {
            leads = leads.Where(l => Industries.Contains(l.Industry));
        }

        if (Stages.Count > 0)
        {
            leads = leads.Where(l => Stages.Contains(l.Stage));
        }

        if (Outcomes.Count > 0)
        {
            var (open, won, lost) = (Outcomes.Contains(OutcomeFilter.Open), Outcomes.Contains(OutcomeFilter.Won), Outcomes.Contains(OutcomeFilter.Lost));
            leads = leads.Where(l => (open && l.Outcome == null) || (won && l.Outcome == Outcome.Won) || (lost && l.Outcome == Outcome.Lost));
        }

        if (ImportId is { } import)
        {
            leads = leads.Where(l => l.ImportId == import);
        }

        if (CreatedFrom is { } from)
        {
            leads = leads.Where(l => l.CreatedAt >= from);
        }

        return CreatedTo is { } to ? leads.Where(l => l.CreatedAt <= to) : leads;
    }

    private IQueryable<Lead> ApplyText(IQueryable<Lead> leads, bool sqlite)
    {
        foreach (var word in (Text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Take(8))
        {
            var pattern = $"%{Escape(word)}%";
            leads = sqlite
                ? leads.Where(l => EF.Functions.Like(l.FullName, pattern, @"\") || EF.Functions.Like(l.Email, pattern, @"\")
                    || EF.Functions.Like(l.CompanyName, pattern, @"\") || EF.Functions.Like(l.JobTitle, pattern, @"\"))
                : leads.Where(l => EF.Functions.ILike(l.FullName!, pattern, @"\") || EF.Functions.ILike(l.Email!, pattern, @"\")
                    || EF.Functions.ILike(l.CompanyName!, pattern, @"\") || EF.Functions.ILike(l.JobTitle!, pattern, @"\"));
        }

        return leads;
    }
}

/// <summary>How the deal stands.</summary>
public enum OutcomeFilter
{
    /// <summary>Not ended yet.</summary>
    Open,
    Won,
    Lost,
}

/// <summary>Orders of the list. Leads that lack the value (not scored, no name) come last in both directions.</summary>
public enum LeadSort
{
    ScoreDown,
    ScoreUp,
    CreatedDown,
    CreatedUp,
    NameUp,
    NameDown,
    CompanyUp,
    CompanyDown,
}
