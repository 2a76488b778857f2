using System.Diagnostics;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Benchmarks.Leads;

/// <summary>Rows of a CSV file stored a second (read, mapped, normalised, resolved, written, with history), and the memory it takes.</summary>
internal sealed class ImportBenchmark : IBenchmark
{
    public string Name => "import";

    public async Task<IReadOnlyList<Figure>> RunAsync()
    {
        await StoreAsync(2_000);
        var small = await StoreAsync(10_000);
        var large = await StoreAsync(100_000);
        var huge = await StoreAsync(1_000_000);
        return
        [
            new Figure("import, 10,000 rows stored", small.Rate, "rows/s", Target: 3_000),
            new Figure("import, 100,000 rows stored", large.Rate, "rows/s", Target: 3_000),
            new Figure("import, 1,000,000 rows stored", huge.Rate, "rows/s", Target: 3_000),
            new Figure("import, rate of a million rows by that of 10,000", huge.Rate / small.Rate, ""),
            new Figure("import, growth of memory over a million rows", huge.Megabytes, "MB"),
        ];
    }

    private static async Task<(double Rate, double Megabytes)> StoreAsync(int rows)
    {
        var file = SampleFile.Write(rows, words: 12);
        await using var installation = await BenchInstallation.CreateAsync();
        var before = Memory();
        var peak = before;
        using var watch = new Timer(_ => peak = Math.Max(peak, Memory()), null, 0, 200);
        var seconds = await installation.InTenantAsync(async services =>
        {
            await using (var content = File.OpenRead(file))
            {
                await services.GetRequiredService<Imports>().QueueAsync(content, "bench.csv", new ImportSettings(), "bench");
            }

            var clock = Stopwatch.StartNew();
            await services.GetRequiredService<ImportRun>().RunNextAsync(CancellationToken.None);
            var import = (await services.GetRequiredService<Imports>().ListAsync()).Single();
            if (import.Rows != rows || import.Created != rows)
            {
                throw new InvalidOperationException($"{import.Rows} rows, {import.Created} created: the file was not stored whole.");
            }

            return clock.Elapsed.TotalSeconds;
        });
        File.Delete(file);
        return (rows / seconds, (peak - before) / 1e6);
    }

    private static long Memory()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
