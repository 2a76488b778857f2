namespace LeadGen.Infrastructure.Work;

/// <summary>
/// A piece of work that many ask for at once and that helps all who asked before it began: whoever comes while it runs waits for the next
/// run, together with everybody else who came meanwhile.
/// </summary>
internal sealed class SharedLook
{
    private readonly Lock sync = new();
    private Task running = Task.CompletedTask;
    private Task? next;

    /// <summary>Ends with a run that began after this call, or fails with it.</summary>
    public Task RunAsync(Func<Task> work)
    {
        lock (sync)
        {
            if (next is not null)
            {
                return next;
            }

            if (!running.IsCompleted)
            {
                return next = BehindAsync(running, work);
            }

            // Never on the caller's thread: it holds the lock.
            return running = Task.Run(work);
        }
    }

    private async Task BehindAsync(Task before, Func<Task> work)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (sync)
        {
            (running, next) = (next!, null);
        }

        await work();
    }
}
