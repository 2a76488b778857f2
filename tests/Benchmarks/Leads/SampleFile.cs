using System.Globalization;

namespace LeadGen.Benchmarks.Leads;

/// <summary>CSV files of made-up leads, all different, always the same for the same seed.</summary>
internal static class SampleFile
{
    private static readonly string[] Titles = ["Head of Logistics", "Warehouse Manager", "CEO", "IT Manager", "Buyer", "Operations Director", "Sales Assistant"];
    private static readonly string[] Industries = ["Food wholesale", "Logistics", "Machinery", "Software", "Retail", "Chemicals"];
    private static readonly string[] Countries = ["Netherlands", "Germany", "France", "Spain", "United Kingdom", "Poland"];

    private static readonly string[] Words =
        ("we would like to book a demo of your product next week for our team in the warehouse because orders are late and " +
        "the current system does not talk with finance what does it cost per user can you send pricing and a contract " +
        "please call me on Tuesday regards from Rotterdam two hundred people work here migration integration security").Split(' ');

    /// <param name="rows">Data rows.</param>
    /// <param name="words">Words of each message; 0 for none.</param>
    public static string Write(int rows, int words)
    {
        var path = Path.GetTempFileName();
        var random = new Random(rows + words);
        using var file = new StreamWriter(path);
        file.WriteLine("Email,First Name,Last Name,Job Title,Company,Industry,Employees,Country,City,Message,Source,Plan");
        for (var i = 0; i < rows; i++)
        {
            file.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"person{i}@company{i / 3}.test,Ann{i % 997},Miller{i % 1009},{Pick(Titles, random)},Company {i / 3},{Pick(Industries, random)},{random.Next(3, 9000)},{Pick(Countries, random)},Town {i % 300},{Message(random, words)},Website,plan-{i % 7}"));
        }

        return path;
    }

    private static string Message(Random random, int words) => words == 0 ? "" : string.Join(' ', random.GetItems(Words, words));

    private static string Pick(string[] of, Random random) => of[random.Next(of.Length)];
}
