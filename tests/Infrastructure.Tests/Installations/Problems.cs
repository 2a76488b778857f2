using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace LeadGen.Infrastructure.Tests.Installations;

/// <summary>Keeps what the program's own code logged as a warning or worse, so that a test can say why something did not happen.</summary>
public sealed class Problems : ILoggerProvider
{
    private readonly ConcurrentQueue<string> kept = new();

    public IReadOnlyList<string> Kept => [.. kept];

    public ILogger CreateLogger(string categoryName) => new Keeper(kept, categoryName);

    public void Dispose()
    {
    }

    private sealed class Keeper(ConcurrentQueue<string> kept, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && category.StartsWith("LeadGen", StringComparison.Ordinal);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                kept.Enqueue($"{formatter(state, exception)} {exception}");
            }
        }
    }
}
