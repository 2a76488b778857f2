namespace LeadGen.Infrastructure.Tests.Installations;

/// <summary>Where two wait for each other, once; whoever comes later passes.</summary>
public sealed class Meeting
{
    private readonly TaskCompletionSource met = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int arrived;

    /// <summary>How many came.</summary>
    public int Arrived => Volatile.Read(ref arrived);

    public Task ArriveAsync()
    {
        if (Interlocked.Increment(ref arrived) >= 2)
        {
            met.TrySetResult();
        }

        return met.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }
}
