using LeadGen.Pipeline.Embedding;

namespace LeadGen.Infrastructure.Encoders;

/// <summary>A file of an encoder, and how to know that it is the right one.</summary>
/// <param name="Name">In the encoder's folder.</param>
/// <param name="Address">Where it can be had.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Of its content, in hexadecimal.</param>
public sealed record EncoderFile(string Name, Uri Address, long Bytes, string Sha256);

/// <summary>An encoder that can be chosen by name.</summary>
/// <param name="Spec">How its files are used.</param>
/// <param name="Files">What must be downloaded; none for the one that comes with the program.</param>
public sealed record KnownEncoder(EncoderSpec Spec, IReadOnlyList<EncoderFile> Files);

/// <summary>The encoders that LeadGen knows.</summary>
public static class EncoderCatalog
{
    // A commit, not "main": what stands behind these addresses never changes, so neither do the hashes.
    private const string MiniLm =
        "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2/resolve/1110a243fdf4706b3f48f1d95db1a4f5529b4d41/";

    public static IReadOnlyList<KnownEncoder> All { get; } =
    [
        new(EncoderSpec.UseLite, []),
        new(EncoderSpec.AllMiniLmL6V2,
        [
            new EncoderFile(EncoderSpec.AllMiniLmL6V2.VocabularyFile, new Uri(MiniLm + "vocab.txt"), 231_508,
                "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"),
            new EncoderFile(EncoderSpec.AllMiniLmL6V2.ModelFile, new Uri(MiniLm + "onnx/model.onnx"), 90_405_214,
                "6fd5d72fe4589f189f8ebc006442dbb529bb7ce38f8082112682524616046452"),
        ]),
    ];

    /// <summary>The encoder of this name, in any case; null when there is none.</summary>
    public static KnownEncoder? Find(string name) =>
        All.FirstOrDefault(encoder => encoder.Spec.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Where the files of a downloaded encoder lie.</summary>
    public static string FolderOf(EncoderSpec spec, string dataPath) => Path.Combine(dataPath, "encoders", spec.Name);
}
