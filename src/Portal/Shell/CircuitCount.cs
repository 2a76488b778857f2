using System.Collections.Concurrent;

namespace LeadGen.Portal.Shell;

/// <summary>How many circuits each person has open in this process; the framework itself sets no limit.</summary>
public sealed class CircuitCount
{
    public const int Most = 20;

    private readonly ConcurrentDictionary<string, int> open = new(StringComparer.Ordinal);

    /// <summary>False when the person has too many; <see cref="Leave"/> is owed either way.</summary>
    public bool Enter(string person) => open.AddOrUpdate(person, 1, (_, n) => n + 1) <= Most;

    public void Leave(string person)
    {
        if (open.AddOrUpdate(person, 0, (_, n) => n - 1) <= 0)
        {
            open.TryRemove(new KeyValuePair<string, int>(person, 0));
        }
    }
}
