using System.Diagnostics;
using LeadGen.Benchmarks.Leads;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach.Sequences;
using LeadGen.Pipeline.Outreach;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Benchmarks.Outreach;

/// <summary>Enrolments that are all due at once: found and claimed, portion after portion.</summary>
internal sealed class EnrollmentBenchmark : IBenchmark
{
    private const int Many = 100_000;
    private const int Portion = 1_000;

    public string Name => "enrolments";

    public async Task<IReadOnlyList<Figure>> RunAsync()
    {
        await using var installation = await BenchInstallation.CreateAsync();
        await OweAsync(installation);
        var (claimed, clock) = (0, Stopwatch.StartNew());
        for (var more = true; more;)
        {
            var claim = await installation.InTenantAsync(s => s.GetRequiredService<StepClaims>().TakeAsync(Portion, default));
            claimed += claim.Ids.Count;
            more = claim.Ids.Count > 0;
        }

        var took = clock.Elapsed.TotalSeconds;
        return
        [
            new Figure("enrolments, due ones claimed", claimed, "enrolments", Target: Many),
            new Figure("enrolments, time to claim 100,000", took, "s", Target: 5, LessIsBetter: true),
        ];
    }

    private static Task<bool> OweAsync(BenchInstallation installation) => installation.InTenantAsync(s => s.GetRequiredService<TenantWrites>().RunAsync(async (db, ct) =>
    {
        var now = TimeProvider.System.GetUtcNow();
        var sequence = Guid.CreateVersion7(now);
        db.Sequences.Add(new Sequence { Id = sequence, Name = "Bench", State = SequenceState.Active, CreatedAt = now.UtcDateTime, ChangedAt = now.UtcDateTime, CreatedBy = "bench" });
        await db.SaveChangesAsync(ct);
        foreach (var part in Enumerable.Range(0, Many).Chunk(10_000))
        {
            await db.BulkInsertAsync(
                [.. part.Select(i => new Enrollment
                {
                    Id = Guid.CreateVersion7(now),
                    SequenceId = sequence,
                    LeadId = Guid.CreateVersion7(now),
                    DueAt = now.UtcDateTime.AddSeconds(-i % 3_600),
                    EnrolledBy = "bench",
                    EnrolledAt = now.UtcDateTime,
                })],
                ct);
        }

        return true;
    }));
}
