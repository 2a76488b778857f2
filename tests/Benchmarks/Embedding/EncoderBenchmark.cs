using System.Diagnostics;
using LeadGen.Pipeline.Embedding;

namespace LeadGen.Benchmarks.Embedding;

/// <summary>How many messages of 40 words the default encoder takes a second, all different, on all cores.</summary>
internal sealed class EncoderBenchmark : IBenchmark
{
    private const int Texts = 1000;
    private const int Words = 40;

    private static readonly string[] Vocabulary =
        ("we would like to book a demo of your product next week for our team in the warehouse because orders are late and " +
        "the current system does not talk with finance what does it cost per user can you send pricing and a contract " +
        "please call me on Tuesday regards from Rotterdam two hundred people work here migration integration security").Split(' ');

    public string Name => "encoder";

    public async Task<IReadOnlyList<Figure>> RunAsync()
    {
        using var encoder = OnnxTextEncoder.Open(
            EncoderSpec.UseLite, Path.Combine(AppContext.BaseDirectory, "models", EncoderSpec.UseLite.Name));
        var random = new Random(40);
        await encoder.GenerateAsync(Messages(random));

        var texts = 0;
        long tokens = 0;
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(5))
        {
            var vectors = await encoder.GenerateAsync(Messages(random));
            texts += vectors.Count;
            tokens += vectors.Usage?.InputTokenCount ?? 0;
        }

        var seconds = clock.Elapsed.TotalSeconds;
        return
        [
            new Figure("encoder, texts of 40 words", texts / seconds, "texts/s", Target: 700),
            new Figure("encoder, tokens a text", (double)tokens / texts, "tokens"),
            new Figure("encoder, one text at a time", await OneAtATimeAsync(encoder, random), "ms"),
        ];
    }

    private static async Task<double> OneAtATimeAsync(OnnxTextEncoder encoder, Random random)
    {
        var messages = Messages(random)[..200];
        var clock = Stopwatch.StartNew();
        foreach (var message in messages)
        {
            await encoder.GenerateAsync([message]);
        }

        return clock.Elapsed.TotalMilliseconds / messages.Length;
    }

    private static string[] Messages(Random random) =>
        [.. Enumerable.Range(0, Texts).Select(_ => string.Join(' ', random.GetItems(Vocabulary, Words)))];
}
