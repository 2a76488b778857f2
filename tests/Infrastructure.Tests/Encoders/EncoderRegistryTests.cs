using LeadGen.Infrastructure.Encoders;
using LeadGen.Pipeline.Embedding;

namespace LeadGen.Infrastructure.Tests.Encoders;

public sealed class EncoderRegistryTests : IDisposable
{
    private readonly string dataPath = Directory.CreateTempSubdirectory("data-").FullName;

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    [InlineData("use-lite")]
    [InlineData("USE-Lite")]
    public async Task Opens_the_encoder_that_comes_with_the_program(string? name)
    {
        using var encoder = new EncoderRegistry(dataPath).Open(name);
        encoder.EncoderId.ShouldBe("use-lite-1");
        (await encoder.GenerateAsync(["We would like a demo."]))[0].Vector.Length.ShouldBe(512);
    }

    [Fact]
    public void Says_how_to_get_an_encoder_that_is_not_there()
    {
        var registry = new EncoderRegistry(dataPath);
        registry.IsPresent("all-MiniLM-L6-v2").ShouldBeFalse();
        Should.Throw<EncoderNotAvailableException>(() => registry.Open("all-minilm-l6-v2")).Message.ShouldContain("models pull all-MiniLM-L6-v2");
    }

    [Fact]
    public void Names_the_encoders_when_it_does_not_know_one()
    {
        var error = Should.Throw<EncoderNotAvailableException>(() => new EncoderRegistry(dataPath).Open("word2vec"));
        error.Message.ShouldContain("word2vec");
        error.Message.ShouldContain("use-lite, all-MiniLM-L6-v2");
    }

    [Fact]
    public void Says_when_the_files_are_broken()
    {
        var folder = Directory.CreateDirectory(EncoderCatalog.FolderOf(EncoderSpec.AllMiniLmL6V2, dataPath)).FullName;
        File.WriteAllText(Path.Combine(folder, "vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n");
        File.WriteAllText(Path.Combine(folder, "model.onnx"), "no model");
        var registry = new EncoderRegistry(dataPath);
        registry.IsPresent("all-MiniLM-L6-v2").ShouldBeTrue();
        Should.Throw<EncoderNotAvailableException>(() => registry.Open("all-MiniLM-L6-v2")).Message.ShouldContain("cannot be opened");
    }

    public void Dispose() => Directory.Delete(dataPath, recursive: true);
}
