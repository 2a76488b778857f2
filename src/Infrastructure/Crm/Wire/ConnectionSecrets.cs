using System.Runtime.CompilerServices;

namespace LeadGen.Infrastructure.Crm.Wire;

/// <summary>
/// The secrets of a connection as they are now. A vendor that gives out refresh tokens for one use makes those that the connection
/// was opened with worthless at the first renewal; so what was renewed is remembered for as long as the connection lives.
/// </summary>
internal sealed class ConnectionSecrets
{
    private static readonly ConditionalWeakTable<CrmConnection, ConnectionSecrets> Known = [];
    private readonly CrmConnection connection;
    private IReadOnlyDictionary<string, string> values;

    private ConnectionSecrets(CrmConnection connection)
    {
        this.connection = connection;
        values = connection.Secrets;
    }

    /// <summary>One renewal at a time.</summary>
    public SemaphoreSlim Renewing { get; } = new(1, 1);

    public string? this[string name] => values.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    public static ConnectionSecrets Of(CrmConnection connection) => Known.GetValue(connection, static c => new ConnectionSecrets(c));

    /// <summary>Takes over what was renewed and stores all of it.</summary>
    public async Task KeepAsync(IReadOnlyDictionary<string, string> renewed, CancellationToken cancellationToken)
    {
        var all = new Dictionary<string, string>(values);
        foreach (var (name, value) in renewed)
        {
            all[name] = value;
        }

        values = all;
        await connection.KeepAsync(all, cancellationToken).ConfigureAwait(false);
    }
}
