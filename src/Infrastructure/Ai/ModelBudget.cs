using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Ai;

/// <summary>What the current tenant may still spend today. Set aside before a call, so that many calls at once cannot pass the cap together.</summary>
public sealed class ModelBudget(TenantWrites writes, TimeProvider time)
{
    /// <summary>Sets tokens and cost aside.</summary>
    /// <returns>False when the day's cap would be passed: then no call may be made.</returns>
    public Task<bool> ReserveAsync(WritingModel model, long tokens, long microCost, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            await db.LockTenantAsync(ct);
            var row = await TodayAsync(db, ct);
            if (row.Tokens + tokens > model.DailyTokens || row.MicroCost + microCost > model.DailyCost * 1_000_000)
            {
                return false;
            }

            row.Calls++;
            row.Tokens += tokens;
            row.MicroCost += microCost;
            await db.SaveChangesAsync(ct);
            return true;
        },
        cancellationToken);

    /// <summary>Puts what was used in the place of what was set aside, and counts how the mail was written.</summary>
    /// <param name="written">The model's words are in the mail; null when it was for no mail.</param>
    public Task SettleAsync(long tokensDelta, long microCostDelta, bool? written, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            await db.LockTenantAsync(ct);
            var row = await TodayAsync(db, ct);
            row.Tokens = Math.Max(0, row.Tokens + tokensDelta);
            row.MicroCost = Math.Max(0, row.MicroCost + microCostDelta);
            row.Written += written == true ? 1 : 0;
            row.FellBack += written == false ? 1 : 0;
            await db.SaveChangesAsync(ct);
        },
        cancellationToken);

    private async Task<WritingDay> TodayAsync(TenantDb db, CancellationToken cancellationToken)
    {
        var day = time.GetUtcNow().UtcDateTime.Date;
        if (await db.WritingDays.SingleOrDefaultAsync(d => d.Day == day, cancellationToken) is { } row)
        {
            return row;
        }

        var first = new WritingDay { Day = day };
        db.WritingDays.Add(first);
        return first;
    }
}
