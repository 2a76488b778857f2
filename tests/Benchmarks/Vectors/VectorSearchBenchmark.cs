using System.Diagnostics;
using LeadGen.Infrastructure.Vectors;
using LeadGen.Pipeline.Embedding;

namespace LeadGen.Benchmarks.Vectors;

/// <summary>How long the ten nearest of 100,000 vectors of 512 numbers take to find.</summary>
internal sealed class VectorSearchBenchmark : IBenchmark
{
    private const int Vectors = 100_000;
    private const int Dimensions = 512;
    private const int Searches = 300;

    public string Name => "vector-search";

    public Task<IReadOnlyList<Figure>> RunAsync()
    {
        var random = new Random(512);
        using var block = new VectorBlock(Dimensions);
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < Vectors; i++)
        {
            block.Set(Guid.NewGuid(), Unit(random));
        }

        var filling = clock.Elapsed;
        var times = new List<double>();
        for (var search = 0; search < Searches; search++)
        {
            var query = Unit(random);
            clock.Restart();
            var hits = ExactSearch.Search(block, query, 10);
            times.Add(clock.Elapsed.TotalMilliseconds);
            if (hits.Count != 10)
            {
                throw new InvalidOperationException($"{hits.Count} hits.");
            }
        }

        times.Sort();
        return Task.FromResult<IReadOnlyList<Figure>>(
        [
            new Figure("vector-search, top 10 of 100,000 x 512, median", times[Searches / 2], "ms", Target: 12, LessIsBetter: true),
            new Figure("vector-search, top 10 of 100,000 x 512, fastest", times[0], "ms"),
            new Figure("vector-search, top 10 of 100,000 x 512, 95th percentile", times[Searches * 95 / 100], "ms"),
            new Figure("vector-search, filling the block", filling.TotalMilliseconds, "ms"),
        ]);
    }

    private static float[] Unit(Random random)
    {
        var vector = new float[Dimensions];
        for (var i = 0; i < Dimensions; i++)
        {
            vector[i] = random.NextSingle() - 0.5f;
        }

        UnitLength.Scale(vector);
        return vector;
    }
}
