using LeadGen.Infrastructure.Encoders;
using LeadGen.Pipeline.Embedding;

namespace LeadGen.Infrastructure.Tests.Installations;

/// <summary>The encoder that comes with the program, opened once for all tests.</summary>
internal static class SharedEncoder
{
    private static readonly Lazy<OnnxTextEncoder> Opened = new(() => new EncoderRegistry(AppContext.BaseDirectory).Open());

    public static OnnxTextEncoder Value => Opened.Value;
}
