using System.Diagnostics;
using LeadGen.Benchmarks.Leads;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Outbox.Webhooks;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Leads;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Benchmarks.Outbox;

/// <summary>
/// Deliveries to a sink on this machine, three events of a lead each; and how long single ones take beside a dead endpoint, compared with how
/// long they take before that is there and after it has gone: what a process has behind it slows it down as well.
/// </summary>
internal sealed class WebhookBenchmark : IBenchmark
{
    private const int Many = 100_000;
    private const int Single = 500;

    public string Name => "webhooks";

    public async Task<IReadOnlyList<Figure>> RunAsync()
    {
        await using var installation = await BenchInstallation.CreateAsync(("Outbound:AllowedNetworks:0", "127.0.0.0/8"));
        await using var sink = await LocalSink.StartAsync();
        var endpoint = await SubscribeAsync(installation, sink.Url);
        using var dispatcher = ActivatorUtilities.CreateInstance<OutboxDispatcher>(installation.Services);
        await dispatcher.StartAsync(CancellationToken.None);

        await ArriveAsync(installation, sink, await OweAsync(installation, endpoint, 3_000));
        var clock = Stopwatch.StartNew();
        var owed = await OweAsync(installation, endpoint, Many);
        var written = clock.Elapsed;
        await ArriveAsync(installation, sink, owed);
        var rate = Many / (clock.Elapsed - written).TotalSeconds;

        var before = await WaitingAsync(installation, sink, endpoint);
        var dead = await SubscribeAsync(installation, "http://127.0.0.1:1/hook");
        await OweAsync(installation, dead, 20_000);
        var beside = await WaitingAsync(installation, sink, endpoint);
        await installation.InTenantAsync(s => s.GetRequiredService<WebhookEndpoints>().DeleteAsync(dead));
        var alone = (before + await WaitingAsync(installation, sink, endpoint)) / 2;
        await dispatcher.StopAsync(CancellationToken.None);
        return
        [
            new Figure("webhooks, events written", Many / written.TotalSeconds, "rows/s"),
            new Figure("webhooks, delivered to a local sink", rate, "deliveries/s", Target: 800),
            new Figure("webhooks, from event to sink, 95th percentile", alone, "ms"),
            new Figure("webhooks, the same beside a dead endpoint", beside, "ms", Target: alone * 1.1, LessIsBetter: true),
        ];
    }

    /// <summary>Events that come in one by one.</summary>
    private static async Task<double> WaitingAsync(BenchInstallation installation, LocalSink sink, Guid endpoint)
    {
        // What was written before is on the disk, and its memory collected.
        GC.Collect();
        await Task.Delay(TimeSpan.FromSeconds(2));
        var times = new List<double>();
        for (var i = 0; i < Single; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var id = (await OweAsync(installation, endpoint, 1))[0];
            while (!sink.Came.ContainsKey(id))
            {
                await Task.Delay(1);
            }

            times.Add(Stopwatch.GetElapsedTime(started, sink.Came[id]).TotalMilliseconds);
            await Task.Delay(20);
        }

        times.Sort();
        return times[(int)(times.Count * 0.95)];
    }

    private static async Task ArriveAsync(BenchInstallation installation, LocalSink sink, IReadOnlyList<string> ids)
    {
        while (!ids.All(sink.Came.ContainsKey))
        {
            await Task.Delay(50);
        }

        // Delivered is what is stored as delivered.
        while (await installation.InTenantAsync(s => s.GetRequiredService<OutboxQueue>().FirstOfEachAsync(default)) is { Count: > 0 })
        {
            await Task.Delay(20);
        }
    }

    private static Task<Guid> SubscribeAsync(BenchInstallation installation, string url) => installation.InTenantAsync(async s =>
        (await s.GetRequiredService<WebhookEndpoints>().CreateAsync("Sink", url, [], "member:1")).Row!.Id);

    private static async Task<IReadOnlyList<string>> OweAsync(BenchInstallation installation, Guid endpoint, int count)
    {
        var ids = new List<string>();
        foreach (var part in Enumerable.Range(0, count).Chunk(3_000))
        {
            await installation.InTenantAsync(s => s.GetRequiredService<TenantWrites>().RunAsync(async (db, ct) =>
            {
                var now = TimeProvider.System.GetUtcNow().UtcDateTime;
                var rows = part.Select(i => i / 3).Distinct().Select(i => new Lead
                {
                    Id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()),
                    IdentityKey = "",
                    Email = $"p{i}@company.example",
                    FullName = $"Person {i}",
                    CompanyName = "Company",
                    CreatedAt = now,
                    UpdatedAt = now,
                }).SelectMany(l => Enumerable.Repeat(l, Math.Min(3, part.Length))).Select(l => LeadEvent.Of(LeadTopics.Scored, l)).Take(part.Length).Select(e => new OutboxMessage
                {
                    Id = OutboxIds.Next(now),
                    Channel = OutboxChannel.Webhook,
                    DestinationId = endpoint,
                    Topic = e.Topic,
                    LeadId = e.LeadId,
                    Payload = LeadPayload.Of(e, now),
                    CreatedAt = now,
                    DueAt = now,
                }).ToList();
                ids.AddRange(rows.Select(r => WebhookSender.IdOf(r.Id)));
                await db.BulkInsertAsync(rows, ct);
                db.Raise(WorkKind.Outbox);
                return true;
            }));
        }

        return ids;
    }
}
