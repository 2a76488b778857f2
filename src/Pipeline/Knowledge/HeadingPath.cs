namespace LeadGen.Pipeline.Knowledge;

/// <summary>The headings that a place in a document stands under.</summary>
internal sealed class HeadingPath
{
    private readonly List<(int Level, string Text)> open = [];

    public IReadOnlyList<string> Now => [.. open.Select(h => h.Text)];

    /// <summary>A heading closes all of its own level and below.</summary>
    public void Enter(int level, string text)
    {
        open.RemoveAll(h => h.Level >= level);
        if (!string.IsNullOrWhiteSpace(text))
            open.Add((level, text.Trim()));
    }
}
