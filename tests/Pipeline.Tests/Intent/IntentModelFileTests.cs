using System.Runtime.CompilerServices;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Tests.Embedding;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Intent;

/// <summary>
/// The weights that come with the program follow from the labelled messages, the lexicon and the encoder. Runs on demand, because
/// it trains six models: with LEADGEN_CHECK_INTENT_MODEL=1 it compares, with LEADGEN_WRITE_INTENT_MODEL=1 it writes the file anew.
/// </summary>
public class IntentModelFileTests
{
    [Fact]
    public async Task Is_what_training_on_the_labelled_messages_gives()
    {
        var write = Environment.GetEnvironmentVariable("LEADGEN_WRITE_INTENT_MODEL") == "1";
        Assert.SkipUnless(write || Environment.GetEnvironmentVariable("LEADGEN_CHECK_INTENT_MODEL") == "1", "runs on demand");

        var examples = IntentExamples.LoadLabelled();
        var trained = await IntentTrainer.TrainAsync(examples, Encoders.UseLite);
        if (write)
        {
            await using var file = File.Create(ModelFile());
            trained.Save(file);
            return;
        }

        var results = await IntentEvaluation.CrossValidateAsync(examples, Encoders.UseLite);
        TestContext.Current.TestOutputHelper?.WriteLine(IntentReport.Text(results));
        trained.EncoderId.ShouldBe(IntentModel.Default.EncoderId);
        trained.Space.ShouldBe(IntentModel.Default.Space);
        trained.Temperature.ShouldBe(IntentModel.Default.Temperature, 0.02f);
        trained.Weights.Zip(IntentModel.Default.Weights, (one, other) => Math.Abs(one - other)).Max().ShouldBeLessThan(0.05f);
    }

    [Fact]
    public void Survives_being_written_and_read()
    {
        using var stream = new MemoryStream();
        IntentModel.Default.Save(stream);
        stream.Length.ShouldBeLessThan(3 << 20);
        stream.Position = 0;

        var read = IntentModel.Load(stream);

        read.EncoderId.ShouldBe("use-lite-1");
        read.Space.ShouldBe(IntentModel.Default.Space);
        read.Temperature.ShouldBe(IntentModel.Default.Temperature);
        read.Weights.ShouldBe(IntentModel.Default.Weights);
    }

    [Fact]
    public void Refuses_a_file_that_is_cut_off_or_something_else()
    {
        using var stream = new MemoryStream();
        IntentModel.Default.Save(stream);
        stream.SetLength(stream.Length - 1);
        stream.Position = 0;

        Should.Throw<InvalidDataException>(() => IntentModel.Load(stream));
        Should.Throw<InvalidDataException>(() => IntentModel.Load(new MemoryStream(new byte[64])));
    }

    private static string ModelFile([CallerFilePath] string thisFile = "") => Path.GetFullPath(
        Path.Combine(Path.GetDirectoryName(thisFile)!, "../../../src/Pipeline/Intent/Training/intent-use-lite-1.bin"));
}
