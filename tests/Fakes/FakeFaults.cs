namespace LeadGen.Fakes;

public enum Fault
{
    None,

    /// <summary>Too many calls in a short time.</summary>
    RateLimited,

    /// <summary>The day's calls are used up.</summary>
    DailyLimit,

    /// <summary>An error page of a server that is not well.</summary>
    ServerError,

    /// <summary>Answers after <see cref="FakeFaults.Slowness"/>.</summary>
    Slow,

    /// <summary>The first record of a batch is refused, the others are taken.</summary>
    Partial,

    /// <summary>Success with a body that is no JSON.</summary>
    Odd,

    /// <summary>Success with nothing in it.</summary>
    Empty,

    /// <summary>The right answer under the wrong content type, with things in it that nobody described.</summary>
    Mislabelled,

    /// <summary>Does what is asked, then breaks the connection off.</summary>
    Broken,
}

/// <summary>What goes wrong with the next calls; a person switches it on the page, a test by <see cref="Plan"/>.</summary>
public sealed class FakeFaults
{
    private readonly Lock gate = new();
    private Fault planned;
    private int times;

    public TimeSpan Slowness { get; set; } = TimeSpan.FromSeconds(5);

    public Fault Planned => planned;

    /// <param name="count">So many calls are hit; -1 for all until something else is planned.</param>
    public void Plan(Fault fault, int count = 1)
    {
        lock (gate)
        {
            (planned, times) = count == 0 ? (Fault.None, 0) : (fault, count);
        }
    }

    /// <summary>True when this call is hit by one of these; counts it.</summary>
    public Fault Take(params Fault[] which)
    {
        lock (gate)
        {
            if (!which.Contains(planned) || times == 0)
            {
                return Fault.None;
            }

            var taken = planned;
            if (times > 0 && --times == 0)
            {
                planned = Fault.None;
            }

            return taken;
        }
    }
}
