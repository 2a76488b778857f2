using LeadGen.Pipeline.Embedding;
using Microsoft.Extensions.AI;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Embedding;

public class OnnxTextEncoderTests
{
    private const double Alike = 1e-6;

    private static readonly string[] Messages =
    [
        "Hi",
        "We would like to book a demo next week: is Tuesday ok?",
        "Unsubscribe me please.",
        "Our warehouse in Rotterdam ships 2,000 orders a day and the current system cannot keep up; what would 40 users cost?",
        "東京 🎉",
        string.Concat(Enumerable.Repeat("Please send the security questionnaire before the end of the month. ", 12)),
    ];

    private readonly OnnxTextEncoder encoder = Encoders.UseLite;

    [Fact]
    public async Task Vectors_have_unit_length_and_the_stated_dimensions()
    {
        foreach (var vector in await encoder.VectorsAsync(Messages))
        {
            vector.Length.ShouldBe(512);
            Math.Sqrt(vector.Sum(x => (double)x * x)).ShouldBe(1, 1e-5);
        }
    }

    [Fact]
    public async Task A_text_has_the_same_vector_whatever_shares_its_batch()
    {
        var together = await encoder.VectorsAsync(Messages);
        var mixed = await encoder.VectorsAsync([.. Messages.Reverse(), .. Enumerable.Range(0, 200).Select(i => $"Filler number {i}, of some length.")]);
        for (var i = 0; i < Messages.Length; i++)
        {
            var alone = (await encoder.VectorsAsync(Messages[i]))[0];
            Encoders.LargestDifference(alone, together[i]).ShouldBeLessThanOrEqualTo(Alike);
            Encoders.LargestDifference(alone, mixed[Messages.Length - 1 - i]).ShouldBeLessThanOrEqualTo(Alike);
        }
    }

    [Fact]
    public async Task Results_come_in_the_order_of_the_texts()
    {
        string[] texts = [.. Enumerable.Range(0, 150).Select(i => string.Join(' ', Enumerable.Repeat($"order {i}", 1 + (i * 37 % 60))))];
        var vectors = await encoder.VectorsAsync(texts);
        for (var i = 0; i < texts.Length; i += 29)
        {
            Encoders.LargestDifference(vectors[i], (await encoder.VectorsAsync(texts[i]))[0]).ShouldBeLessThanOrEqualTo(Alike);
        }
    }

    [Fact]
    public async Task Equal_texts_are_encoded_once()
    {
        var once = await encoder.GenerateAsync([Messages[1]]);
        var thrice = await encoder.GenerateAsync([Messages[1], Messages[1], $"  {Messages[1]}\n"]);
        thrice.Count.ShouldBe(3);
        thrice.Usage!.InputTokenCount.ShouldBe(once.Usage!.InputTokenCount);
        foreach (var embedding in thrice)
        {
            embedding.Vector.ToArray().ShouldBe(once[0].Vector.ToArray(), Alike);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\t\u00A0 ")]
    public async Task A_blank_text_has_a_vector_of_zeros(string blank)
    {
        var vectors = await encoder.VectorsAsync("something", blank);
        vectors[1].ShouldBe(new float[512]);
        vectors[0].ShouldNotBe(new float[512]);
    }

    [Fact]
    public async Task No_texts_give_no_vectors() => (await encoder.VectorsAsync()).ShouldBeEmpty();

    [Fact]
    public async Task A_long_text_is_the_weighted_mean_of_its_parts()
    {
        // 150 words of one token each, so that the place of the cut is known: two rows of 75.
        var first = string.Join(' ', Enumerable.Repeat("demo", 75));
        var second = string.Join(' ', Enumerable.Repeat("price", 75));
        var vectors = await encoder.VectorsAsync(first, second, $"{first} {second}");
        var mean = vectors[0].Zip(vectors[1], (a, b) => a + b).ToArray();
        UnitLength.Scale(mean);
        Encoders.LargestDifference(vectors[2], mean).ShouldBeLessThanOrEqualTo(Alike);
    }

    [Fact]
    public async Task The_end_of_a_long_text_counts()
    {
        var talk = string.Concat(Enumerable.Repeat("The weather was fine and the train was on time. ", 40));
        var vectors = await encoder.VectorsAsync(talk, talk + string.Concat(Enumerable.Repeat("Please book a demo. ", 40)), "Please book a demo.");
        Encoders.Cosine(vectors[1], vectors[2]).ShouldBeGreaterThan(Encoders.Cosine(vectors[0], vectors[2]) + 0.1);
    }

    [Fact]
    public async Task Takes_a_text_of_many_pages()
    {
        var vectors = await encoder.VectorsAsync(string.Concat(Enumerable.Repeat("cut \uD83C in half. ", 4000)));
        vectors[0].Sum(x => (double)x * x).ShouldBe(1, 1e-5);
    }

    [Fact]
    public async Task Many_callers_at_once_get_their_own_vectors()
    {
        var alone = await encoder.VectorsAsync(Messages);
        var calls = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => encoder.VectorsAsync([.. Messages[(i % 6)..], .. Messages[..(i % 6)]])));
        for (var call = 0; call < calls.Length; call++)
        {
            for (var i = 0; i < Messages.Length; i++)
            {
                Encoders.LargestDifference(calls[call][i], alone[(i + call) % 6]).ShouldBeLessThanOrEqualTo(Alike);
            }
        }
    }

    [Fact]
    public async Task Cancelling_ends_a_long_run_early()
    {
        using var cancel = new CancellationTokenSource();
        var texts = Enumerable.Range(0, 20_000).Select(i => $"{i} {Messages[3]}").ToArray();
        var run = encoder.GenerateAsync(texts, cancellationToken: cancel.Token);
        cancel.CancelAfter(TimeSpan.FromMilliseconds(300));
        await Should.ThrowAsync<OperationCanceledException>(run.WaitAsync(TimeSpan.FromSeconds(15)));
    }

    [Fact]
    public async Task Tells_what_it_is()
    {
        encoder.EncoderId.ShouldBe("use-lite-1");
        encoder.Dimensions.ShouldBe(512);
        IEmbeddingGenerator<string, Embedding<float>> generator = encoder;
        var metadata = generator.GetService<EmbeddingGeneratorMetadata>()!;
        metadata.DefaultModelId.ShouldBe("use-lite-1");
        metadata.DefaultModelDimensions.ShouldBe(512);
        generator.GetService<EncoderSpec>().ShouldBe(EncoderSpec.UseLite);
        generator.GetService<OnnxTextEncoder>().ShouldBeSameAs(encoder);
        generator.GetService<EncoderSpec>("another").ShouldBeNull();
        (await encoder.GenerateAsync(["a"]))[0].ModelId.ShouldBe("use-lite-1");
    }

    [Fact]
    public async Task Refuses_other_dimensions_than_its_own() =>
        await Should.ThrowAsync<ArgumentException>(encoder.GenerateAsync(["a"], new EmbeddingGenerationOptions { Dimensions = 384 }));

    [Fact]
    public void A_missing_model_is_named()
    {
        var error = Should.Throw<FileNotFoundException>(() => OnnxTextEncoder.Open(EncoderSpec.AllMiniLmL6V2, Encoders.UseLiteFolder));
        error.Message.ShouldContain("all-MiniLM-L6-v2");
    }
}
