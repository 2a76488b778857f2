namespace LeadGen.Benchmarks.Running;

/// <summary>A lead as a web shop or a form would send it.</summary>
internal sealed record BenchLead(string Email, string FullName, string JobTitle, string CompanyName, string Industry, int EmployeeCount, string Country, string Message)
{
    private static readonly string[] Titles = ["Head of Operations", "IT Manager", "Chief Financial Officer", "Buyer", "Student"];
    private static readonly string[] Wishes =
    [
        "Could you send us pricing for {0} seats? We would like to decide this quarter and need a quote that our finance team can sign.",
        "We would like to see a demo next week with our team of {0} people in Ghent, and hear how your product works with SAP.",
        "Does it integrate with the tools that we have? We are {0} people and compare three vendors at the moment.",
    ];

    public static BenchLead Of(int number) => new(
        $"person{number}@company{number % 5_000}.test",
        $"Person {number}",
        Titles[Math.Abs(number) % Titles.Length],
        $"Company {number % 5_000}",
        "Manufacturing",
        20 + (Math.Abs(number) % 400),
        "BE",
        string.Format(System.Globalization.CultureInfo.InvariantCulture, Wishes[Math.Abs(number) % Wishes.Length], number));
}
