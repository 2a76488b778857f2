using LeadGen.Pipeline.Embedding;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Embedding;

/// <summary>all-MiniLM-L6-v2 is too large to carry here; these prove everything around its weights.</summary>
public sealed class MiniLmEncoderTests : IDisposable
{
    private const double Alike = 1e-6;
    private const int Dimensions = 16;

    private readonly string folder = Directory.CreateTempSubdirectory("encoder-").FullName;
    private readonly OnnxTextEncoder encoder;

    public MiniLmEncoderTests()
    {
        var spec = EncoderSpec.AllMiniLmL6V2 with { Dimensions = Dimensions };
        File.WriteAllBytes(Path.Combine(folder, spec.ModelFile), BertShapedModel.Write(MiniLmVocabulary.Words.Count, Dimensions));
        File.Copy(MiniLmVocabulary.Path, Path.Combine(folder, spec.VocabularyFile));
        encoder = OnnxTextEncoder.Open(spec, folder);
    }

    [Fact]
    public async Task A_vector_is_the_mean_of_its_tokens_and_frame_at_unit_length()
    {
        var vectors = await encoder.VectorsAsync("Café demo");
        Encoders.LargestDifference(vectors[0], Mean("[CLS]", "cafe", "demo", "[SEP]")).ShouldBeLessThanOrEqualTo(Alike);
    }

    [Fact]
    public async Task Padding_changes_nothing()
    {
        var longer = string.Join(' ', Enumerable.Repeat("we would like a demo", 4));
        var together = await encoder.VectorsAsync("demo", longer, "book a demo next week , 東 京");
        Encoders.LargestDifference(together[0], Mean("[CLS]", "demo", "[SEP]")).ShouldBeLessThanOrEqualTo(Alike);
        Encoders.LargestDifference(together[2], Mean(["[CLS]", .. "book a demo next week , 東 京".Split(' '), "[SEP]"]))
            .ShouldBeLessThanOrEqualTo(Alike);
        Encoders.LargestDifference(together[1], (await encoder.VectorsAsync(longer))[0]).ShouldBeLessThanOrEqualTo(Alike);
    }

    [Fact]
    public async Task Beyond_128_tokens_each_part_has_its_own_frame()
    {
        var vectors = await encoder.VectorsAsync($"{string.Join(' ', Enumerable.Repeat("demo", 90))} {string.Join(' ', Enumerable.Repeat("price", 90))}");
        var first = Mean(["[CLS]", .. Enumerable.Repeat("demo", 90), "[SEP]"]);
        var second = Mean(["[CLS]", .. Enumerable.Repeat("price", 90), "[SEP]"]);
        var mean = first.Zip(second, (a, b) => a + b).ToArray();
        UnitLength.Scale(mean);
        Encoders.LargestDifference(vectors[0], mean).ShouldBeLessThanOrEqualTo(Alike);
    }

    [Fact]
    public async Task A_full_row_of_126_words_is_one_part()
    {
        var vectors = await encoder.VectorsAsync(string.Join(' ', Enumerable.Repeat("demo", 126)));
        Encoders.LargestDifference(vectors[0], Mean(["[CLS]", .. Enumerable.Repeat("demo", 126), "[SEP]"])).ShouldBeLessThanOrEqualTo(Alike);
    }

    [Fact]
    public async Task A_blank_text_has_a_vector_of_zeros() => (await encoder.VectorsAsync(" "))[0].ShouldBe(new float[Dimensions]);

    [Fact]
    public void The_real_one_has_384_dimensions_and_its_own_id()
    {
        EncoderSpec.AllMiniLmL6V2.Dimensions.ShouldBe(384);
        encoder.EncoderId.ShouldBe("all-minilm-l6-v2-1");
    }

    public void Dispose()
    {
        encoder.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static float[] Mean(params string[] words)
    {
        var rows = words.Select(word => BertShapedModel.Row(MiniLmVocabulary.Words.ToList().IndexOf(word), Dimensions)).ToArray();
        var mean = Enumerable.Range(0, Dimensions).Select(i => rows.Average(row => (double)row[i])).ToArray();
        var length = Math.Sqrt(mean.Sum(x => x * x));
        return [.. mean.Select(x => (float)(x / length))];
    }
}
