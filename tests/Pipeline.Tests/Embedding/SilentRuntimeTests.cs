using System.Runtime.InteropServices;
using LeadGen.Pipeline.Embedding;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Embedding;

public sealed class SilentRuntimeTests
{
    [Fact]
    public void The_runtime_of_the_encoder_is_told_not_to_report_to_its_maker()
    {
        using var encoder = OnnxTextEncoder.Open(EncoderSpec.UseLite, Path.Combine(AppContext.BaseDirectory, "models", EncoderSpec.UseLite.Name));

        Environment.GetEnvironmentVariable(SilentRuntime.Variable).ShouldBe("1");
        if (!OperatingSystem.IsWindows())
        {
            Marshal.PtrToStringUTF8(GetNative(SilentRuntime.Variable)).ShouldBe("1", "native code reads the process's own variables");
        }
    }

    [DllImport("libc", EntryPoint = "getenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern nint GetNative(string name);
}
