using System.Text;

namespace LeadGen.Pipeline.Scoring.Training;

/// <summary>A number from a key that is the same on every machine and in every run.</summary>
internal static class SeededHash
{
    /// <summary>Evenly spread over 0 (included) to 1 (excluded).</summary>
    public static double Fraction(string key, int seed)
    {
        var hash = 14695981039346656037UL ^ Mix((ulong)seed);
        foreach (var one in Encoding.UTF8.GetBytes(key))
            hash = (hash ^ one) * 1099511628211UL;
        return (Mix(hash) >> 11) * (1.0 / (1UL << 53));
    }

    public static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15UL;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
