using System.Globalization;

namespace LeadGen.Pipeline.Scoring;

/// <summary>Numbers as text with at most four decimals; small whole ones, which most features are, without making a string.</summary>
internal static class NumberText
{
    private static readonly string[] Small = [.. Enumerable.Range(0, 1001).Select(n => n.ToString(CultureInfo.InvariantCulture))];

    public static string? Of(double? number)
    {
        if (number is not { } x)
            return null;
        return x >= 0 && x < Small.Length && x == Math.Floor(x) ? Small[(int)x] : Math.Round(x, 4).ToString(CultureInfo.InvariantCulture);
    }
}
