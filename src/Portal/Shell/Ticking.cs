namespace LeadGen.Portal.Shell;

/// <summary>Looks again now and then, as long as a page is there.</summary>
public static class Ticking
{
    /// <summary>Runs <paramref name="tick"/> until the page has gone; a tick that fails ends the series and is left to the page's error boundary.</summary>
    public static async Task EveryAsync(TimeSpan pause, TimeProvider time, Func<Task> tick, CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(pause, time, cancellationToken);
                await tick();
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
        catch (ObjectDisposedException) when (cancellationToken.IsCancellationRequested)
        {
            // The page was left in the middle of a tick.
        }
    }
}
