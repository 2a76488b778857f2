using System.Diagnostics;
using System.Net.Http.Json;

namespace LeadGen.Benchmarks.Running;

/// <summary>Leads posted a thousand at a time by two senders, while those that came before are being analysed.</summary>
internal sealed class BatchLeadsBenchmark : IBenchmark
{
    private const int Batches = 40;
    private const int Size = 1_000;

    public string Name => "batch-leads";

    public async Task<IReadOnlyList<Figure>> RunAsync()
    {
        var (data, key) = await RunningPortal.PrepareAsync();
        double rate;
        await using (var portal = await RunningPortal.StartAsync(data, key))
        {
            await SendAsync(portal, 0);
            await portal.AnalysedAsync();
            var clock = Stopwatch.StartNew();
            await Parallel.ForAsync(1, Batches + 1, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (i, _) => await SendAsync(portal, i));
            rate = Batches * Size / clock.Elapsed.TotalSeconds;
        }

        Directory.Delete(data, recursive: true);
        return [new Figure("leads posted a thousand at a time, stored", rate, "leads/s", Target: 3_000)];
    }

    private static async Task SendAsync(RunningPortal portal, int batch)
    {
        using var answer = await portal.Http.PostAsJsonAsync(
            new Uri("/api/v1/leads/batch", UriKind.Relative), new { items = Enumerable.Range(batch * Size, Size).Select(BenchLead.Of) });
        answer.EnsureSuccessStatusCode();
    }
}
