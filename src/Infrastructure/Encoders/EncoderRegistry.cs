using LeadGen.Pipeline.Embedding;
using Microsoft.ML.OnnxRuntime;

namespace LeadGen.Infrastructure.Encoders;

/// <summary>Opens encoders by name: the one that comes with the program, or a downloaded one.</summary>
/// <param name="dataPath">Folder of the installation's data.</param>
public sealed class EncoderRegistry(string dataPath)
{
    /// <summary>Used where nothing is configured.</summary>
    public static string DefaultName => EncoderSpec.UseLite.Name;

    /// <summary>Opens the encoder of this name; the caller disposes it.</summary>
    /// <param name="name">Null or blank for the default.</param>
    /// <exception cref="EncoderNotAvailableException">The name is unknown, or the files are missing or broken.</exception>
    public OnnxTextEncoder Open(string? name = null)
    {
        var encoder = Find(name);
        var folder = FolderOf(encoder);
        if (!IsPresent(encoder, folder))
        {
            throw new EncoderNotAvailableException(encoder.Files.Count > 0
                ? $"The encoder {encoder.Spec.Name} has not been downloaded. Run: models pull {encoder.Spec.Name}"
                : $"The files of the encoder {encoder.Spec.Name} are missing from {folder}; they belong to the program.");
        }

        try
        {
            return OnnxTextEncoder.Open(encoder.Spec, folder);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or OnnxRuntimeException)
        {
            throw new EncoderNotAvailableException($"The encoder {encoder.Spec.Name} in {folder} cannot be opened: {error.Message}", error);
        }
    }

    /// <summary>Whether the files of the encoder of this name are there.</summary>
    /// <exception cref="EncoderNotAvailableException">The name is unknown.</exception>
    public bool IsPresent(string? name)
    {
        var encoder = Find(name);
        return IsPresent(encoder, FolderOf(encoder));
    }

    private static KnownEncoder Find(string? name)
    {
        name = string.IsNullOrWhiteSpace(name) ? DefaultName : name.Trim();
        return EncoderCatalog.Find(name) ?? throw new EncoderNotAvailableException(
            $"No encoder is named {name}. There are: {string.Join(", ", EncoderCatalog.All.Select(known => known.Spec.Name))}.");
    }

    private static bool IsPresent(KnownEncoder encoder, string folder) =>
        File.Exists(Path.Combine(folder, encoder.Spec.ModelFile)) && File.Exists(Path.Combine(folder, encoder.Spec.VocabularyFile));

    private string FolderOf(KnownEncoder encoder) => encoder.Files.Count > 0
        ? EncoderCatalog.FolderOf(encoder.Spec, dataPath)
        : Path.Combine(AppContext.BaseDirectory, "models", encoder.Spec.Name);
}
