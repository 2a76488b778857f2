namespace LeadGen.Infrastructure.Work;

/// <summary>
/// Whether programs ask for much right now. Analysis may come a little later, an answer may not: it then works in small batches and rests in
/// between, so that requests find a free core and a short queue for the database.
/// </summary>
public sealed class RequestPressure(TimeProvider time)
{
    /// <summary>Requests of one second from which on it is high.</summary>
    public const int Many = 100;

    private readonly Lock sync = new();
    private long second;
    private int now;
    private int before;

    /// <summary>As of this second and the one before.</summary>
    public bool IsHigh
    {
        get
        {
            lock (sync)
            {
                Turn();
                return now >= Many || before >= Many;
            }
        }
    }

    /// <summary>A request came.</summary>
    public void Count()
    {
        lock (sync)
        {
            Turn();
            now++;
        }
    }

    private void Turn()
    {
        var current = time.GetUtcNow().ToUnixTimeSeconds();
        if (current != second)
        {
            (before, now, second) = (current == second + 1 ? now : 0, 0, current);
        }
    }
}
