using System.Globalization;
using Shouldly;
using Sylvan.Data.Csv;
using Xunit;

namespace LeadGen.Pipeline.Tests.Embedding;

/// <summary>What the default encoder is worth, against people's judgements of how alike 1,500 pairs of sentences are (STS-B, English).</summary>
public class EncoderQualityTests
{
    [Fact]
    public async Task Agrees_with_people_about_which_sentences_are_alike()
    {
        var pairs = Pairs();
        pairs.Count.ShouldBe(1500);
        var ones = await Encoders.UseLite.VectorsAsync([.. pairs.Select(pair => pair.One)]);
        var others = await Encoders.UseLite.VectorsAsync([.. pairs.Select(pair => pair.Other)]);

        var cosines = ones.Zip(others, Encoders.Cosine).ToArray();

        var pearson = Pearson(cosines, [.. pairs.Select(pair => pair.Score)]);
        TestContext.Current.SendDiagnosticMessage("STS-B dev, Pearson: {0:F4}", pearson);
        pearson.ShouldBeInRange(0.775, 0.80);
    }

    [Theory]
    [InlineData("A man is eating food.", "A man is eating a piece of bread.", 0.758)]
    [InlineData("A man is eating food.", "The stock market fell sharply on Tuesday.", 0.057)]
    public async Task Gives_the_cosines_of_the_published_model(string one, string other, double cosine)
    {
        var vectors = await Encoders.UseLite.VectorsAsync(one, other);
        Encoders.Cosine(vectors[0], vectors[1]).ShouldBe(cosine, 0.002);
    }

    private static List<(string One, string Other, double Score)> Pairs()
    {
        using var csv = CsvDataReader.Create(
            Path.Combine(Encoders.Fixtures, "stsb", "stsb-en-dev.csv"), new CsvDataReaderOptions { HasHeaders = false });
        var pairs = new List<(string, string, double)>();
        while (csv.Read())
        {
            pairs.Add((csv.GetString(0), csv.GetString(1), double.Parse(csv.GetString(2), CultureInfo.InvariantCulture)));
        }

        return pairs;
    }

    private static double Pearson(double[] xs, double[] ys)
    {
        var (meanX, meanY) = (xs.Average(), ys.Average());
        var covariance = xs.Zip(ys, (x, y) => (x - meanX) * (y - meanY)).Sum();
        return covariance / Math.Sqrt(xs.Sum(x => (x - meanX) * (x - meanX)) * ys.Sum(y => (y - meanY) * (y - meanY)));
    }
}
