using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace LeadGen.Infrastructure.Tests;

/// <summary>
/// The PostgreSQL server that LEADGEN_TEST_POSTGRES names (a connection string whose user may create databases), or one of the tests'
/// own: made in a temporary folder, on a free port of 127.0.0.1, gone at the end. Where neither is to be had, the tests that
/// ask for a database fail and say so: what was not run is not proven.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private static readonly string? Given = Environment.GetEnvironmentVariable("LEADGEN_TEST_POSTGRES") is { Length: > 0 } given ? given : null;

    /// <summary>
    /// Nothing of it outlives the tests, so it need not survive a power cut; and hundreds of databases, each small and soon done with, are
    /// not worth being tidied and counted, nor their statements being compiled.
    /// </summary>
    private const string Forgetful =
        "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=4GB "
        + "-c autovacuum=off -c jit=off";

    private readonly SemaphoreSlim starting = new(1);
    private string? folder;
    private int port;

    /// <summary>Makes an empty database and returns how to reach it; fails the test when PostgreSQL is not installed.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var server = await ConnectionStringAsync();
        var name = "t" + Guid.NewGuid().ToString("N");
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"CREATE DATABASE {name}";
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(server) { Database = name }.ToString();
    }

    /// <summary>Starts the server if need be; its user may create databases.</summary>
    public async Task<string> ConnectionStringAsync()
    {
        if (Given is not null)
        {
            return new NpgsqlConnectionStringBuilder(Given) { IncludeErrorDetail = true }.ToString();
        }

        var programs = FindPrograms();
        if (programs is null)
        {
            Assert.Fail("PostgreSQL's initdb and pg_ctl are not installed, and LEADGEN_TEST_POSTGRES names no server.");
        }

        await starting.WaitAsync();
        try
        {
            if (folder is null)
            {
                await StartAsync(programs);
            }
        }
        finally
        {
            starting.Release();
        }

        return $"Host=127.0.0.1;Port={port};Username=leadgen;Database=postgres;Include Error Detail=true";
    }

    /// <summary>Removes a database with whoever is still in it.</summary>
    public async Task DropDatabaseAsync(string name)
    {
        await using var connection = new NpgsqlConnection(await ConnectionStringAsync());
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"DROP DATABASE IF EXISTS {name} WITH (FORCE)";
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (folder is not null)
        {
            NpgsqlConnection.ClearAllPools();
            await RunAsync(Path.Combine(FindPrograms()!, "pg_ctl"), "-D", Path.Combine(folder, "data"), "-m", "immediate", "stop");
            Directory.Delete(folder, recursive: true);
        }

        starting.Dispose();
    }

    private async Task StartAsync(string programs)
    {
        var made = Directory.CreateTempSubdirectory("leadgen-pg-").FullName;
        if (Environment.UserName == "root")
        {
            // The server refuses to run as root.
            await RunPlainAsync("chown", "postgres", made);
        }

        var data = Path.Combine(made, "data");
        await RunAsync(Path.Combine(programs, "initdb"), "-D", data, "-U", "leadgen", "-A", "trust", "-E", "UTF8", "--no-sync");
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        var settings = string.Create(
            CultureInfo.InvariantCulture,
            $"-p {port} -k {made} -c listen_addresses=127.0.0.1 -c max_connections=200 {Forgetful}");
        await RunAsync(Path.Combine(programs, "pg_ctl"), "-D", data, "-l", Path.Combine(made, "log"), "-o", settings, "-w", "start");
        folder = made;
    }

    private static Task RunAsync(string program, params string[] arguments) => Environment.UserName == "root"
        ? RunPlainAsync("runuser", ["-u", "postgres", "--", program, .. arguments])
        : RunPlainAsync(program, arguments);

    private static async Task RunPlainAsync(string program, params string[] arguments)
    {
        // Output goes nowhere: the server inherits the handles, and a pipe would stay open as long as it lives.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh", program, .. arguments]);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{Path.GetFileName(program)} ended with {process.ExitCode}.");
        }
    }

    private static string? FindPrograms()
    {
        var installed = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).OrderDescending()
            : Enumerable.Empty<string>();
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return onPath.Concat(installed).FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")) && File.Exists(Path.Combine(d, "pg_ctl")));
    }
}
