namespace LeadGen.Pipeline.Tests.Embedding;

/// <summary>The true vocabulary of all-MiniLM-L6-v2.</summary>
internal static class MiniLmVocabulary
{
    public static string Path => System.IO.Path.Combine(Encoders.Fixtures, "minilm", "vocab.txt");

    public static IReadOnlyList<string> Words { get; } = File.ReadAllLines(Path);
}
