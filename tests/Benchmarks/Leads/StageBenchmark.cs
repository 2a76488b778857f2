using System.Diagnostics;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Embedding;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Matching;
using LeadGen.Pipeline.Preprocessing;
using LeadGen.Pipeline.Scoring;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Benchmarks.Leads;

/// <summary>Where a lead's time goes: each stage alone, on the same leads, one thread (the encoder: all cores).</summary>
internal sealed class StageBenchmark : IBenchmark
{
    private const int Leads = 2_048;

    public string Name => "stages";

    public async Task<IReadOnlyList<Figure>> RunAsync()
    {
        var file = SampleFile.Write(Leads, words: 40);
        await using var installation = await BenchInstallation.CreateAsync();
        await installation.InTenantAsync(async services =>
        {
            await using var content = File.OpenRead(file);
            await services.GetRequiredService<Imports>().QueueAsync(content, "bench.csv", new ImportSettings(), "bench");
            return await services.GetRequiredService<ImportRun>().RunNextAsync(CancellationToken.None);
        });
        File.Delete(file);
        await installation.InTenantAsync(services => StagesAsync(services, _ => { }));
        var figures = new List<Figure>();
        await installation.InTenantAsync(services => StagesAsync(services, figures.Add));
        return figures;
    }

    private static async Task<bool> StagesAsync(IServiceProvider services, Action<Figure> add)
    {
        var claims = services.GetRequiredService<LeadClaims>();
        var understanding = services.GetRequiredService<LeadUnderstanding>();
        var encoder = services.GetRequiredService<LeadEncoder>();
        var texts = services.GetRequiredService<OnnxTextEncoder>();
        var classifier = services.GetRequiredService<IntentClassifier>();
        var scoring = await services.GetRequiredService<LiveScoring>().GetAsync(CancellationToken.None);
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var clock = new Stopwatch();
        var count = 0;
        void Done(string stage) => add(new Figure($"stage, {stage}", clock.Elapsed.TotalMicroseconds / count, "µs a lead"));

        clock.Restart();
        var claim = await claims.TakeAsync(LeadWorker.Batch * 4, CancellationToken.None);
        count = claim.Ids.Count;
        Done("claim");
        clock.Restart();
        var loaded = await understanding.LoadAsync(claim.Ids, CancellationToken.None);
        Done("load");
        clock.Restart();
        var read = loaded.Select(l => (l.Lead, Text: TextPreprocessor.Read(l.Lead))).ToList();
        Done("preprocess");
        clock.Restart();
        var messages = await texts.GenerateAsync(read.Select(r => r.Text.Message));
        Done("encode messages only");
        clock.Restart();
        var vectors = await encoder.EncodeAsync(read);
        Done("encode leads");
        clock.Restart();
        var intents = classifier.Read([.. read.Zip(messages, (r, v) => new IntentText(r.Text.Message, r.Text.Language, v.Vector))]);
        Done("intents");
        clock.Restart();
        for (var i = 0; i < count; i++)
        {
            var match = IcpMatcher.Match(read[i].Lead, read[i].Text, vectors[i].Lead, scoring.Icp!);
            var signals = IntentSignals.From(intents[i], read[i].Lead.CreatedAt, "message").ToList();
            var features = FeatureBuilder.Build(read[i].Lead, match, signals, Engagement.From([], now), now);
            scoring.Model.Score(features, scoring.Grades, now);
        }

        Done("match and score");
        clock.Restart();
        var understood = await understanding.AnalyzeAsync(loaded, CancellationToken.None);
        Done("all of the analysis");
        clock.Restart();
        await understanding.StoreAsync(understood, claim.Token, CancellationToken.None);
        Done("store");
        return true;
    }
}
