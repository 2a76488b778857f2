using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LeadGen.Infrastructure.Data;

/// <summary>
/// One process at a time makes or migrates a database. Held by the operating system or by a database session, so that it ends with a
/// killed process; the lock row that EF Core writes into a SQLite file does not, and would be waited for without end.
/// </summary>
public sealed class MigrationLocks(IOptions<DataOptions> options)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until nobody else holds the name.</summary>
    public async Task<IAsyncDisposable> TakeAsync(string name, CancellationToken cancellationToken)
    {
        if (options.Value.Provider == DataProvider.Postgres)
        {
            return await SessionAsync(name, cancellationToken);
        }

        while (true)
        {
            try
            {
                return new FileStream(FileOf(name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (IOException)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    /// <summary>Removes what the name left on disk, when what it stood for is gone.</summary>
    public void Forget(string name)
    {
        if (options.Value.Provider == DataProvider.Sqlite)
        {
            File.Delete(FileOf(name));
        }
    }

    private string FileOf(string name) =>
        Path.Combine(Directory.CreateDirectory(Path.Combine(options.Value.FullPath, "locks")).FullName, $"{name}.lock");

    private async Task<Session> SessionAsync(string name, CancellationToken cancellationToken)
    {
        // A connection outside every pool: closing it ends the session, and with it the lock.
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(options.Value.ConnectionString) { Pooling = false }.ToString());
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT pg_advisory_lock($1)";
            command.CommandTimeout = 0;
            command.Parameters.Add(new NpgsqlParameter { Value = BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name))) });
            await command.ExecuteNonQueryAsync(cancellationToken);
            return new Session(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private sealed class Session(NpgsqlConnection connection) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}
