using System.Collections.Concurrent;

namespace LeadGen.Infrastructure.Ai;

/// <summary>
/// Leaves a server that keeps failing alone for a while: after half of at least ten calls in thirty seconds failed, none is made for thirty
/// seconds; then one is tried.
/// </summary>
public sealed class ModelBreaker(TimeProvider time)
{
    private const int Fewest = 10;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, State> states = new(StringComparer.Ordinal);

    /// <summary>Whether a call may be made now.</summary>
    public bool MayCall(Uri endpoint)
    {
        var state = states.GetOrAdd(endpoint.AbsoluteUri, _ => new State());
        lock (state)
        {
            if (state.OpenUntil is not { } until)
            {
                return true;
            }

            if (time.GetUtcNow() < until)
            {
                return false;
            }

            // One tries; the others wait for what comes of it.
            state.OpenUntil = time.GetUtcNow() + Window;
            return true;
        }
    }

    public void Note(Uri endpoint, bool succeeded)
    {
        var state = states.GetOrAdd(endpoint.AbsoluteUri, _ => new State());
        lock (state)
        {
            var now = time.GetUtcNow();
            if (state.OpenUntil is not null)
            {
                state.OpenUntil = succeeded ? null : now + Window;
                state.Calls.Clear();
                return;
            }

            state.Calls.Enqueue((now, succeeded));
            while (state.Calls.TryPeek(out var oldest) && oldest.At < now - Window)
            {
                state.Calls.Dequeue();
            }

            if (state.Calls.Count >= Fewest && state.Calls.Count(c => !c.Succeeded) * 2 >= state.Calls.Count)
            {
                state.OpenUntil = now + Window;
            }
        }
    }

    private sealed class State
    {
        public Queue<(DateTimeOffset At, bool Succeeded)> Calls { get; } = new();
        public DateTimeOffset? OpenUntil { get; set; }
    }
}
