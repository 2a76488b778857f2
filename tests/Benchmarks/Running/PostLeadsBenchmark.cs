using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;

namespace LeadGen.Benchmarks.Running;

/// <summary>
/// Leads posted one by one, each with an idempotency key, at a steady rate that does not wait for answers: a slow answer delays nobody else,
/// and its time counts from when it should have been sent. Portal and sender share the machine.
/// </summary>
internal sealed class PostLeadsBenchmark : IBenchmark
{
    private const int Rate = 520;
    private const int WarmUp = 1_000;

    /// <summary>60 as promised; the variable is for a quick look.</summary>
    private static readonly int Seconds =
        int.TryParse(Environment.GetEnvironmentVariable("LEADGEN_BENCH_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 60;

    public string Name => "post-leads";

    public async Task<IReadOnlyList<Figure>> RunAsync()
    {
        var (data, key) = await RunningPortal.PrepareAsync();
        IReadOnlyList<Figure> figures;
        await using (var portal = await RunningPortal.StartAsync(data, key))
        {
            await Parallel.ForAsync(0, WarmUp, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) => await SendAsync(portal, -1 - i));
            await portal.AnalysedAsync();

            var times = new double[Rate * Seconds];
            var sending = new List<Task>(times.Length);
            var (clock, processor) = (Stopwatch.StartNew(), portal.ProcessorSeconds);
            while (sending.Count < times.Length)
            {
                for (var due = (int)Math.Min(times.Length, clock.Elapsed.TotalSeconds * Rate); sending.Count < due;)
                {
                    sending.Add(TimedAsync(portal, sending.Count, times, clock));
                }

                await Task.Delay(1);
            }

            await Task.WhenAll(sending);
            var took = clock.Elapsed;
            await portal.AnalysedAsync();
            var analysed = clock.Elapsed - took;
            processor = portal.ProcessorSeconds - processor;
            Array.Sort(times);
            figures =
            [
                new Figure("leads posted one by one", times.Length / took.TotalSeconds, "requests/s", Target: 500),
                new Figure("leads posted one by one, answered, median", times[times.Length / 2], "ms"),
                new Figure("leads posted one by one, answered, 99th percentile", times[(int)(times.Length * 0.99)], "ms", Target: 150, LessIsBetter: true),
                new Figure("leads posted one by one, processor time each, analysis included", processor * 1000 / times.Length, "ms"),
                new Figure("leads posted one by one, all analysed after the last", analysed.TotalSeconds, "s", Target: 120, LessIsBetter: true),
            ];
        }

        Directory.Delete(data, recursive: true);
        return figures;
    }

    private static async Task TimedAsync(RunningPortal portal, int number, double[] times, Stopwatch clock)
    {
        await SendAsync(portal, number);
        times[number] = clock.Elapsed.TotalMilliseconds - (number * 1000.0 / Rate);
    }

    private static async Task SendAsync(RunningPortal portal, int number)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/v1/leads", UriKind.Relative));
        request.Headers.Add("Idempotency-Key", $"post-{number}");
        request.Content = JsonContent.Create(BenchLead.Of(number));
        using var answer = await portal.Http.SendAsync(request);
        if (answer.StatusCode != HttpStatusCode.Created)
        {
            throw new InvalidOperationException($"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }
    }
}
