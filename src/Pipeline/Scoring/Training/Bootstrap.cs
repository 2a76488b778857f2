namespace LeadGen.Pipeline.Scoring.Training;

/// <summary>Draws the holdout again and again, with replacement, to see how much of a difference is chance.</summary>
internal static class Bootstrap
{
    public const int Draws = 1000;

    /// <summary>The middle 95 % of a measure of how often each lead was drawn.</summary>
    public static (double Low, double High) Interval(int leads, int seed, Func<int[], double> measure)
    {
        var values = new double[Draws];
        var times = new int[leads];
        var state = SeededHash.Mix((ulong)seed);
        for (var draw = 0; draw < Draws; draw++)
        {
            Array.Clear(times);
            for (var k = 0; k < leads; k++)
            {
                state += 0x9E3779B97F4A7C15UL;
                times[(int)Math.BigMul(SeededHash.Mix(state), (ulong)leads, out _)]++;
            }

            values[draw] = measure(times);
        }

        Array.Sort(values);
        return (values[(int)(0.025 * Draws)], values[(int)(0.975 * Draws) - 1]);
    }
}
