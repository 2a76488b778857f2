namespace LeadGen.Infrastructure.Work;

/// <summary>
/// Work that costs little more for many than for one, such as a transaction: while one run is under way, whatever comes waits, and goes into
/// the next run together. Who comes alone runs at once.
/// </summary>
/// <param name="work">Ends the items of a run, each with a result of its own; gets them in the order they came. An exception ends all that are left.</param>
/// <param name="most">Items of a run.</param>
public sealed class Gathering<TItem, TResult>(Func<IReadOnlyList<Gathered<TItem, TResult>>, Task> work, int most)
{
    private readonly Lock sync = new();
    private readonly Queue<Gathered<TItem, TResult>> waiting = new();
    private bool running;

    /// <summary>Ends when the run that the item went into has ended it.</summary>
    public Task<TResult> AddAsync(TItem item)
    {
        var gathered = new Gathered<TItem, TResult>(item);
        lock (sync)
        {
            waiting.Enqueue(gathered);
            if (!running)
            {
                running = true;

                // A run is nobody's request: what flows with the one that happens to come first stays with it.
                using (ExecutionContext.SuppressFlow())
                {
                    _ = Task.Run(RunAsync);
                }
            }
        }

        return gathered.Result;
    }

    private async Task RunAsync()
    {
        while (Next() is { Count: > 0 } items)
        {
            try
            {
                await work(items);
                foreach (var item in items)
                {
                    item.Fail(new InvalidOperationException("A run ended without a result for one of its items."));
                }
            }
            catch (Exception e)
            {
                foreach (var item in items)
                {
                    item.Fail(e);
                }
            }
        }
    }

    private List<Gathered<TItem, TResult>> Next()
    {
        lock (sync)
        {
            var next = new List<Gathered<TItem, TResult>>();
            while (next.Count < most && waiting.TryDequeue(out var item))
            {
                next.Add(item);
            }

            running = next.Count > 0;
            return next;
        }
    }
}

/// <summary>An item on its way through a run; the first end counts.</summary>
public sealed class Gathered<TItem, TResult>(TItem item)
{
    private readonly TaskCompletionSource<TResult> source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TItem Item => item;

    internal Task<TResult> Result => source.Task;

    public void Complete(TResult result) => source.TrySetResult(result);

    public void Fail(Exception exception) => source.TrySetException(exception);
}
