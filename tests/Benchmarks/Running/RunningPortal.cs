using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json;

namespace LeadGen.Benchmarks.Running;

/// <summary>The real program as a process of its own, on a free port of this machine.</summary>
internal sealed class RunningPortal : IAsyncDisposable
{
    private readonly Process process;

    private RunningPortal(Process process, HttpClient http, TimeSpan started) => (this.process, Http, Started) = (process, http, started);

    public HttpClient Http { get; }

    /// <summary>From the start of the process until it says that it is ready.</summary>
    public TimeSpan Started { get; }

    public double Megabytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1e6;
        }
    }

    /// <summary>Seconds of processor time that the program has taken so far, all cores together.</summary>
    public double ProcessorSeconds
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>A folder of data with a tenant, and a key of it.</summary>
    public static async Task<(string Data, string Key)> PrepareAsync()
    {
        var data = Directory.CreateTempSubdirectory("leadgen-bench-").FullName;
        await RunAsync(data, "migrate");
        await RunAsync(data, "tenant", "create", "bench", "--name", "Bench", "--owner", "owner@bench.test");
        return (data, await RunAsync(data, "apikey", "create", "bench", "--name", "bench", "--scopes", "leads:read,leads:write"));
    }

    /// <param name="key">That <see cref="Http"/> sends; null = none.</param>
    public static async Task<RunningPortal> StartAsync(string data, string? key = null)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var clock = Stopwatch.StartNew();
        var process = Start(data, "--urls", address.ToString());
        var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(1) };
        while (!await IsReadyAsync(http))
        {
            if (process.HasExited || clock.Elapsed > TimeSpan.FromMinutes(2))
            {
                throw new InvalidOperationException("The portal did not start.");
            }

            await Task.Delay(10);
        }

        http.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return new RunningPortal(process, http, clock.Elapsed);
    }

    /// <summary>Returns when no lead waits for its analysis.</summary>
    public async Task AnalysedAsync()
    {
        while ((await Http.GetFromJsonAsync<JsonElement>(new Uri("/api/v1/leads?stage=Received&limit=1", UriKind.Relative))).GetProperty("items").GetArrayLength() > 0)
        {
            await Task.Delay(100);
        }
    }

    /// <summary>Runs a verb to its end and gives what it printed.</summary>
    public static async Task<string> RunAsync(string data, params string[] verb)
    {
        using var process = Start(data, verb);
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"{verb[0]} ended with {process.ExitCode}.");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!process.HasExited)
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static Process Start(string data, params string[] arguments)
    {
        var program = typeof(RunningPortal).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Portal").Value!;
        var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments, $"--Data:Path={data}", "--Logging:LogLevel:Default=Error"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = data,
        })!;
        if (arguments[0].StartsWith("--", StringComparison.Ordinal))
        {
            process.BeginOutputReadLine();
        }

        return process;
    }

    private static async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
