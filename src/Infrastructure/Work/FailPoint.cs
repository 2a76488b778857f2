using System.Diagnostics;

namespace LeadGen.Infrastructure.Work;

/// <summary>
/// Named places at which tests of whole processes have the process killed, as an operating system kills, by the environment variable
/// <c>LEADGEN_FAILPOINT=name:n</c> (at the n-th pass). Without it this is one comparison.
/// </summary>
public static class FailPoint
{
    private static readonly string? Name;
    private static int left;

    static FailPoint()
    {
        var parts = Environment.GetEnvironmentVariable("LEADGEN_FAILPOINT")?.Split(':');
        if (parts is [var name, var count] && int.TryParse(count, System.Globalization.CultureInfo.InvariantCulture, out left))
        {
            Name = name;
        }
    }

    public static void Reach(string name)
    {
        if (Name is not null && Name == name && Interlocked.Decrement(ref left) == 0)
        {
            using var self = Process.GetCurrentProcess();
            self.Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
