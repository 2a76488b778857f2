using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Ai;

/// <summary>Says which model writes for the current tenant, and what it has used of today's budget.</summary>
public sealed class ModelSpending(IDbContextFactory<TenantDb> databases, WritingModels models, TimeProvider time)
{
    /// <summary>Null when none writes, or all are switched off.</summary>
    public async Task<ModelStand?> ReadAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (models.Of(await db.Meta.AsNoTracking().Select(m => m.Settings).SingleAsync(cancellationToken)) is not { } model)
        {
            return null;
        }

        var day = time.GetUtcNow().UtcDateTime.Date;
        var used = await db.WritingDays.AsNoTracking().Where(d => d.Day == day).Select(d => new { d.Tokens, d.MicroCost }).SingleOrDefaultAsync(cancellationToken);
        return new ModelStand(model.Model, used?.Tokens ?? 0, model.DailyTokens, (used?.MicroCost ?? 0) / 1_000_000m, model.DailyCost, model.InputPrice > 0 || model.OutputPrice > 0);
    }
}

/// <param name="Model">Its name.</param>
/// <param name="Tokens">Used today (UTC), with what is set aside for calls that run.</param>
/// <param name="MostTokens">A call that would pass them is not made.</param>
/// <param name="Cost">Of today, in the currency of the prices.</param>
/// <param name="MostCost">A call that would pass it is not made.</param>
/// <param name="HasPrices">Whether cost can be told.</param>
public sealed record ModelStand(string Model, long Tokens, long MostTokens, decimal Cost, decimal MostCost, bool HasPrices);
