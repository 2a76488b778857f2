using System.Diagnostics;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Embedding;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LeadGen.Benchmarks.Leads;

/// <summary>Stored leads taken through the pipeline until scored and searchable, beside the bare encoder on the same messages.</summary>
internal sealed class PipelineBenchmark : IBenchmark
{
    private const int Leads = 6_000;

    public string Name => "pipeline";

    public async Task<IReadOnlyList<Figure>> RunAsync()
    {
        // What is measured is a running portal, not the compiler's first minute.
        await using (var warm = await StoredAsync(1_000))
        {
            await WorkAsync(warm, 1_000);
        }

        await using var installation = await StoredAsync(Leads);

        // Before and after, since these machines are noisy: the encoder's rate is the mean of both.
        var first = await EncoderAsync(installation);
        var worker = await WorkAsync(installation, Leads);
        var second = await EncoderAsync(installation);
        var encoder = (first + second) / 2;
        return
        [
            new Figure("pipeline, bare encoder on the same messages", encoder, "texts/s"),
            new Figure("pipeline, stored to scored and searchable", worker, "leads/s"),
            new Figure("pipeline, by the bare encoder", worker / encoder, "", Target: 0.6),
        ];
    }

    private static async Task<BenchInstallation> StoredAsync(int leads)
    {
        var file = SampleFile.Write(leads, words: 40);
        var installation = await BenchInstallation.CreateAsync();
        await installation.InTenantAsync(async services =>
        {
            await using var content = File.OpenRead(file);
            await services.GetRequiredService<Imports>().QueueAsync(content, "bench.csv", new ImportSettings(), "bench");
            return await services.GetRequiredService<ImportRun>().RunNextAsync(CancellationToken.None);
        });
        File.Delete(file);
        return installation;
    }

    private static Task<double> EncoderAsync(BenchInstallation installation) => installation.InTenantAsync(async services =>
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync();
        var messages = await db.Leads.OrderBy(l => l.Id).Take(2_000).Select(l => l.Message!).ToListAsync();
        var encoder = services.GetRequiredService<OnnxTextEncoder>();
        await encoder.GenerateAsync(messages.Take(200));
        var clock = Stopwatch.StartNew();
        await encoder.GenerateAsync(messages);
        return messages.Count / clock.Elapsed.TotalSeconds;
    });

    private static async Task<double> WorkAsync(BenchInstallation installation, int leads)
    {
        var worker = ActivatorUtilities.CreateInstance<LeadWorker>(installation.Services);
        var clock = Stopwatch.StartNew();
        await worker.StartAsync(CancellationToken.None);
        while (await AnyWaitsAsync(installation))
        {
            await Task.Delay(50);
        }

        var rate = leads / clock.Elapsed.TotalSeconds;
        await ((IHostedService)worker).StopAsync(CancellationToken.None);
        return rate;
    }

    private static Task<bool> AnyWaitsAsync(BenchInstallation installation) => installation.InTenantAsync(async services =>
    {
        // By the index of waiting leads: the watch must not cost what it measures.
        await using var db = await services.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync();
        return await db.Leads.AnyAsync(l => l.Stage == LeadStage.Received);
    });
}
