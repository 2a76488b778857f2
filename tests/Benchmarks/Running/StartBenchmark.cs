namespace LeadGen.Benchmarks.Running;

/// <summary>How long the program takes until it answers, and how much memory it holds when nobody does anything.</summary>
internal sealed class StartBenchmark : IBenchmark
{
    public string Name => "start";

    public async Task<IReadOnlyList<Figure>> RunAsync()
    {
        var data = Directory.CreateTempSubdirectory("leadgen-bench-").FullName;
        double first, memoryAfterDemo;
        await using (var portal = await RunningPortal.StartAsync(data))
        {
            first = portal.Started.TotalSeconds;
            await Task.Delay(TimeSpan.FromMinutes(1));
            memoryAfterDemo = portal.Megabytes;
        }

        var starts = new List<double>();
        double idle = 0;
        for (var i = 0; i < 5; i++)
        {
            await using var portal = await RunningPortal.StartAsync(data);
            starts.Add(portal.Started.TotalSeconds);
            if (i == 4)
            {
                await Task.Delay(TimeSpan.FromMinutes(1));
                idle = portal.Megabytes;
            }
        }

        Directory.Delete(data, recursive: true);
        return
        [
            new Figure("start, the very first, demo tenant included", first, "s"),
            new Figure("start, median of five", starts.Order().ElementAt(2), "s", Target: 3, LessIsBetter: true),
            new Figure("idle, a minute after a start", idle, "MB", Target: 350, LessIsBetter: true),
            new Figure("idle, a minute after the first start, which imported and trained", memoryAfterDemo, "MB"),
        ];
    }
}
