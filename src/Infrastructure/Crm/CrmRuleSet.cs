using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Scoring;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Crm;

/// <summary>The rules of a connection as a condition on leads.</summary>
public static class CrmRuleSet
{
    /// <summary>Only leads that were scored and that all rules let through.</summary>
    public static IQueryable<Lead> Through(this IQueryable<Lead> leads, CrmRules rules)
    {
        leads = leads.Where(l => l.ScoredAt != null);
        if (Enum.TryParse<Grade>(rules.MinGrade, out var least))
        {
            var grades = Enum.GetValues<Grade>().Where(g => g <= least).Select(g => (Grade?)g).ToList();
            leads = leads.Where(l => grades.Contains(l.Grade));
        }

        var intents = rules.Intents.Select(i => Enum.TryParse<IntentKind>(i, out var kind) ? (IntentKind?)kind : null).OfType<IntentKind>()
            .Select(i => (IntentKind?)i).ToList();
        if (rules.Intents.Count > 0)
        {
            leads = leads.Where(l => intents.Contains(l.TopIntent));
        }

        if (rules.Tags.Count > 0)
        {
            var tags = rules.Tags.ToList();
            leads = leads.Where(l => l.Tags.Any(t => tags.Contains(t)));
        }

        return rules.OnlyWithConsent ? leads.Where(l => l.Consent != null) : leads;
    }

    /// <summary>The next leads of a walk through all, in the order of their ids.</summary>
    public static Task<List<Guid>> AfterAsync(this IQueryable<Lead> leads, Guid? after, int most, CancellationToken cancellationToken)
    {
        leads = after is { } last ? leads.Where(l => l.Id > last) : leads;
        return leads.OrderBy(l => l.Id).Take(most).Select(l => l.Id).ToListAsync(cancellationToken);
    }
}
