using System.Text.Json;
using LeadGen.Pipeline.Ingestion;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Ingestion;

public class CsvSpectrumTests
{
    private static readonly string _folder = Path.Combine(AppContext.BaseDirectory, "Ingestion", "Fixtures", "csv-spectrum");

    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Path.Combine(_folder, "csvs")).Select(file => Path.GetFileNameWithoutExtension(file)!).Where(name => name != "location_coordinates").Order()];

    [Theory]
    [MemberData(nameof(Names))]
    public void Reads_as_the_acid_test_says(string name)
    {
        var expected = JsonSerializer.Deserialize<List<Dictionary<string, string>>>(File.ReadAllText(Path.Combine(_folder, "json", name + ".json")))!;
        using var reader = TableFile.Open(File.OpenRead(Path.Combine(_folder, "csvs", name + ".csv")), name, new ImportSettings(), CancellationToken.None);
        var rows = reader.Rows(CancellationToken.None).ToList();
        rows.Count.ShouldBe(expected.Count);
        foreach (var (row, values) in rows.Zip(expected))
            reader.Columns.Zip(row.Values).ToDictionary(pair => pair.First, pair => pair.Second).ShouldBe(values, ignoreOrder: true);
    }

    [Fact]
    public void Reads_degrees_and_minutes()
    {
        using var reader = TableFile.Open(File.OpenRead(Path.Combine(_folder, "csvs", "location_coordinates.csv")), "x", new ImportSettings(), CancellationToken.None);
        reader.Read(CancellationToken.None)!.Values.ShouldBe(["2095257564", "37\uFFFD36'37.8\"N 121\uFFFD2'17.9\"W", "Modesto", "Stanislaus"]);
    }
}
