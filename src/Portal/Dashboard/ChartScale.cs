namespace LeadGen.Portal.Dashboard;

/// <summary>Where a chart's lines stand: at round numbers, few of them.</summary>
public static class ChartScale
{
    /// <param name="highest">The largest value to show.</param>
    /// <returns>The value at the top edge, and those that get a line.</returns>
    public static (double Most, IReadOnlyList<long> Lines) Of(long highest)
    {
        var most = Math.Max(4, highest);
        var rough = most / 3.0;
        var size = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = (long)Math.Max(1, size * (rough / size) switch
        {
            < 1.5 => 1,
            < 3.5 => 2,
            < 7.5 => 5,
            _ => 10,
        });
        var lines = new List<long>();
        for (var line = step; line <= most; line += step)
        {
            lines.Add(line);
        }

        return (most, lines);
    }
}
