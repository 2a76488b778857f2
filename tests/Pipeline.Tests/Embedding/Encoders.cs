using LeadGen.Pipeline.Embedding;

namespace LeadGen.Pipeline.Tests.Embedding;

/// <summary>The encoder that comes with the program, opened once for all tests.</summary>
internal static class Encoders
{
    private static readonly Lazy<OnnxTextEncoder> Opened = new(() => OnnxTextEncoder.Open(EncoderSpec.UseLite, UseLiteFolder));

    public static string UseLiteFolder => Path.Combine(AppContext.BaseDirectory, "models", "use-lite");

    public static string Fixtures => Path.Combine(AppContext.BaseDirectory, "Embedding", "Fixtures");

    public static OnnxTextEncoder UseLite => Opened.Value;

    public static async Task<float[][]> VectorsAsync(this OnnxTextEncoder encoder, params string[] texts) =>
        [.. (await encoder.GenerateAsync(texts)).Select(embedding => embedding.Vector.ToArray())];

    public static double Cosine(float[] one, float[] other)
    {
        double dot = 0, ones = 0, others = 0;
        for (var i = 0; i < one.Length; i++)
        {
            dot += (double)one[i] * other[i];
            ones += (double)one[i] * one[i];
            others += (double)other[i] * other[i];
        }

        return dot / Math.Sqrt(ones * others);
    }

    public static double LargestDifference(float[] one, float[] other) =>
        one.Zip(other, (a, b) => Math.Abs((double)a - b)).Max();
}
