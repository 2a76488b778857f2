using System.Diagnostics;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach;
using LeadGen.Pipeline.Outreach.Grounding;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Ai;

/// <summary>Asks the current tenant's model once, with an example that has nothing of the tenant's in it, so that a mistake in its settings is seen at once.</summary>
public sealed class ModelTrial(IDbContextFactory<TenantDb> databases, WritingModels models, ModelWriter writer, ModelBudget budget)
{
    private static readonly Lead Example = new() { Id = Guid.Empty, IdentityKey = "example", FirstName = "Ada", CompanyName = "Example Ltd" };

    private static readonly ComposedMail Mail = new(
        Guid.Empty, 1, "A", "A question about your warehouse", "Hello Ada,\n\nI would like to show you how it works.\n\nKind regards\nSam", null, []);

    private static readonly FactSource Fact = new("example", "Example", "A first warehouse goes live within ten weeks after the contract.", 1);

    public async Task<TrialResult> RunAsync(CancellationToken cancellationToken = default)
    {
        TenantSettings settings;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            settings = await db.Meta.AsNoTracking().Select(m => m.Settings).SingleAsync(cancellationToken);
        }

        if (models.Of(settings) is not { } model)
        {
            return new TrialResult(false, "No model is set, or it is switched off.");
        }

        var started = Stopwatch.GetTimestamp();
        var answer = await writer.AskAsync(model, WritingMaterial.Of(Mail, "Arrange a first talk.", Example, [Fact]), cancellationToken);
        if (answer.IsReserved)
        {
            await budget.SettleAsync(answer.TokensDelta, answer.MicroCostDelta, null, CancellationToken.None);
        }

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return answer.Text is not { } text ? new TrialResult(false, answer.Problem!)
            : ModelDraft.Parse(text) is null ? new TrialResult(false, "It answered, but not in the form that is asked for: mails would stay the template's. Try another model.")
            : new TrialResult(true, FormattableString.Invariant($"{model.Model} answered in {seconds:0.0} s, in the form that is asked for."));
    }
}

/// <param name="Words">What came of it, and what to do.</param>
public sealed record TrialResult(bool Works, string Words);
