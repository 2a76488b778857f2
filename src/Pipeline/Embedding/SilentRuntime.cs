using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace LeadGen.Pipeline.Embedding;

/// <summary>
/// Keeps ONNX Runtime from reporting to its maker: its official builds do so by default, on Linux and macOS too, and keep a device id in
/// the home folder. Only a variable that the native library reads when it is loaded stops all of it (its Privacy.md).
/// </summary>
internal static class SilentRuntime
{
    public const string Variable = "ORT_DISABLE_TELEMETRY";

    private static readonly Lazy<bool> Done = new(Silence);

    /// <summary>Call before the first use of ONNX Runtime; later calls cost nothing.</summary>
    public static void Ensure() => _ = Done.Value;

    private static bool Silence()
    {
        Environment.SetEnvironmentVariable(Variable, "1");
        if (!OperatingSystem.IsWindows() && SetNative(Variable, "1", 1) != 0)
        {
            throw new InvalidOperationException($"{Variable} could not be set. Set it to 1 before the start.");
        }

        OrtEnv.Instance().DisableTelemetryEvents();
        return true;
    }

    /// <summary>.NET's own variables are a copy on Unix; native code does not see them.</summary>
    [DllImport("libc", EntryPoint = "setenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int SetNative(string name, string value, int overwrite);
}
