using System.Diagnostics;
using System.Reflection;
using LeadGen.Infrastructure.Tests.Installations;

namespace LeadGen.Infrastructure.Tests.Kill;

/// <summary>The real program as a process of its own, which can be killed as an operating system kills: without a word.</summary>
internal sealed class PortalProcess : IDisposable
{
    private readonly Process process;
    private readonly Queue<string> output = new();

    private PortalProcess(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public bool HasExited => process.HasExited;

    /// <summary>The last lines that it wrote.</summary>
    public string Output
    {
        get
        {
            lock (output)
            {
                return string.Join('\n', output);
            }
        }
    }

    public static PortalProcess Start(Installation installation, params string[] arguments) => Start(installation, new Dictionary<string, string>(), arguments);

    public static PortalProcess Start(Installation installation, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var program = typeof(PortalProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Portal").Value!;
        File.Exists(program).ShouldBeTrue($"{program} was not built");
        string[] all = [program, .. arguments, .. installation.Settings.Where(s => s.Value is not null).Select(s => $"--{s.Key}={s.Value}")];
        var start = new ProcessStartInfo("dotnet", all)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = installation.DataPath,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new PortalProcess(Process.Start(start)!);
    }

    /// <summary>SIGKILL: no handler, no flush, no goodbye.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (output)
        {
            output.Enqueue(line);
            if (output.Count > 60)
            {
                output.Dequeue();
            }
        }
    }
}
