using System.Globalization;
using System.Text;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Installations;

/// <summary>Leads and files for tests, taken in through the program's own doors.</summary>
public static class Leads
{
    private static readonly string[] Messages =
    [
        "Please call us back about pricing for 40 users.",
        "We would like to see a demo next week.",
        "Does it integrate with SAP?",
        "We are comparing three vendors at the moment.",
        "Not interested, thanks.",
    ];

    public static Lead Read(params (string Field, string Value)[] values) => Read(DateTimeOffset.UtcNow, values);

    public static Lead Read(DateTimeOffset now, params (string Field, string Value)[] values) => LeadNormalizer.Read(
        new RawLead(values.ToDictionary(v => v.Field, v => v.Value)), Guid.CreateVersion7(now), now.UtcDateTime).Lead!;

    /// <summary>Takes leads in as an API call does; they wait for analysis afterwards.</summary>
    public static Task<IReadOnlyList<Intake>> TakeAsync(this Installation installation, Tenant tenant, params Func<Lead>[] leads) =>
        installation.InAsync(tenant, s => s.GetRequiredService<WorkBoard>().AnnounceAsync(
            tenant.TenantId,
            WorkKind.Leads,
            () => s.GetRequiredService<TenantWrites>().RunAsync((db, ct) => s.GetRequiredService<LeadIntake>().StoreAsync(
                db, [.. leads.Select(l => l())], MergeMode.Update, "api", null, s.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime, ct))));

    /// <summary>Erases as the API does: tombstones, then every row.</summary>
    public static Task EraseAsync(this Installation installation, Tenant tenant, Guid id) => installation.InAsync(
        tenant,
        s => s.GetRequiredService<TenantWrites>().RunAsync(async (db, ct) =>
        {
            var lead = await db.Leads.SingleAsync(l => l.Id == id, ct);
            await s.GetRequiredService<Tombstones>().AddAsync(db, lead, DateTime.UnixEpoch, ct);
            await db.SaveChangesAsync(ct);
            await LeadErasure.RemoveAsync(db, [id], ct);
        }));

    /// <summary>Claims and analyses until nothing waits, as a worker does, without its loop.</summary>
    public static Task ScoreAllAsync(this Installation installation, Tenant tenant) => installation.InAsync(tenant, async s =>
    {
        var understanding = s.GetRequiredService<LeadUnderstanding>();
        while (await s.GetRequiredService<LeadClaims>().TakeAsync(256, default) is { Ids.Count: > 0 } claim)
        {
            await understanding.StoreAsync(
                await understanding.AnalyzeAsync(await understanding.LoadAsync(claim.Ids, default), default), claim.Token, default);
        }
    });

    public static Task<Import> QueueAsync(this Installation installation, Tenant tenant, string text, ImportSettings? settings = null) =>
        installation.InAsync(tenant, s => s.GetRequiredService<Imports>().QueueAsync(
            new MemoryStream(Encoding.UTF8.GetBytes(text)), "leads.csv", settings ?? new ImportSettings(), "member"));

    public static Task<ImportProgress> ProgressAsync(this Installation installation, Tenant tenant, Guid id) =>
        installation.InAsync(tenant, async s => (await s.GetRequiredService<Imports>().FindAsync(id))!);

    /// <summary>Waits until the import is in an end state.</summary>
    public static async Task<ImportProgress> EndAsync(this Installation installation, Tenant tenant, Guid id, int seconds = 60)
    {
        ImportProgress? progress = null;
        await Eventually.IsAsync(
            async () => (progress = await installation.ProgressAsync(tenant, id)).Import.State
                is not (ImportState.Queued or ImportState.Running or ImportState.Paused),
            seconds,
            () => $"The import is still {progress?.Import.State} at {progress?.Import.Rows} rows, {progress?.Scored} scored. {string.Join('\n', installation.Problems)}");
        progress!.Import.ShouldSatisfyAllConditions(
            i => (i.Created + i.Merged + i.Rejected + i.Duplicates).ShouldBe(i.Rows),
            i => i.FinishedAt.ShouldNotBeNull());
        return progress;
    }

    /// <summary>A file of different people; every seventh has a message.</summary>
    public static string Csv(int rows, int first = 0)
    {
        var text = new StringBuilder("Email,First Name,Last Name,Job Title,Company,Country,Employees,Message\n");
        for (var i = first; i < first + rows; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"p{i}@company{i % 997}.test,Ann{i},Lee{i},Head of IT,Company {i % 997},Germany,{20 + (i % 400)},");
            text.Append(i % 7 == 0 ? $"\"{Messages[i / 7 % Messages.Length]}\"" : "").Append('\n');
        }

        return text.ToString();
    }
}
