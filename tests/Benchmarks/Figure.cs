using System.Globalization;

namespace LeadGen.Benchmarks;

/// <summary>A measured value beside the one that is promised.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">As measured.</param>
/// <param name="Unit">Of value and target.</param>
/// <param name="Target">What is promised, null when nothing is.</param>
/// <param name="LessIsBetter">True for times and sizes, false for rates.</param>
internal sealed record Figure(string Name, double Value, string Unit, double? Target = null, bool LessIsBetter = false)
{
    /// <summary>1 or more when the promise is kept.</summary>
    public double? Ratio => LessIsBetter ? Target / Value : Value / Target;

    public override string ToString()
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{Name}: {Value:G4} {Unit}");
        return Target is null ? line : line + string.Create(CultureInfo.InvariantCulture, $" (target {Target:G4}, ratio {Ratio:F2})");
    }
}
