using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace LeadGen.Benchmarks.Running;

/// <summary>One lead posted to an idle portal: until the answer, and until it is scored.</summary>
internal sealed class OneLeadBenchmark : IBenchmark
{
    private const int Leads = 100;

    public string Name => "one-lead";

    public async Task<IReadOnlyList<Figure>> RunAsync()
    {
        var (data, key) = await RunningPortal.PrepareAsync();
        var (answered, scored) = (new List<double>(), new List<double>());
        await using (var portal = await RunningPortal.StartAsync(data, key))
        {
            for (var i = 0; i < Leads; i++)
            {
                var clock = Stopwatch.StartNew();
                using var posted = await portal.Http.PostAsJsonAsync(
                    new Uri("/api/v1/leads", UriKind.Relative),
                    new { email = $"person{i}@company{i}.test", companyName = $"Company {i}", message = $"Could you send pricing for {i} seats next week?" });
                posted.EnsureSuccessStatusCode();
                answered.Add(clock.Elapsed.TotalMilliseconds);
                var id = (await posted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
                while (await StageAsync(portal, id!) != "Scored")
                {
                    await Task.Delay(10);
                }

                scored.Add(clock.Elapsed.TotalMilliseconds);
                await Task.Delay(100);
            }
        }

        Directory.Delete(data, recursive: true);
        return
        [
            new Figure("one lead, answered, 95th percentile", At(answered, 0.95), "ms"),
            new Figure("one lead, scored, median", At(scored, 0.5), "ms"),
            new Figure("one lead, scored, 95th percentile", At(scored, 0.95), "ms", Target: 2_000, LessIsBetter: true),
        ];
    }

    private static double At(List<double> times, double share) => times.Order().ElementAt((int)(share * times.Count));

    private static async Task<string?> StageAsync(RunningPortal portal, string id) =>
        (await portal.Http.GetFromJsonAsync<JsonElement>(new Uri($"/api/v1/leads/{id}", UriKind.Relative))).GetProperty("stage").GetString();
}
