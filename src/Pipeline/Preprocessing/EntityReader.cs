namespace LeadGen.Pipeline.Preprocessing;

/// <summary>Reads the mentions of a text; each piece of text belongs to one mention at most.</summary>
internal static class EntityReader
{
    /// <summary>Text beyond this is read for words, not for mentions: a mail of that length is a document.</summary>
    private const int MostCharacters = 20_000;

    /// <param name="text">Clean text.</param>
    /// <param name="source">What the text is: <c>message</c> or <c>notes</c>.</param>
    /// <param name="writtenAt">When it was written, UTC; dates without a year are seen from there.</param>
    /// <param name="country">ISO 3166-1 alpha-2 of the writer, or null.</param>
    /// <param name="entities">The mentions are added in the order of the text.</param>
    public static void Read(string text, string source, DateTime writtenAt, string? country, List<TextEntity> entities)
    {
        if (text.Length == 0)
            return;

        var part = text.Length <= MostCharacters ? text : text[..MostCharacters];
        var tokens = new TextTokens(part);
        var found = new List<TextEntity>();
        new DateReader(tokens, DateOnly.FromDateTime(writtenAt), monthFirst: country is "US" or "PH" or "PR").Read(found);
        if (part.AsSpan().ContainsAnyInRange('0', '9'))
        {
            MoneyReader.Read(tokens, found);
            PhoneReader.Read(part, country, found);
        }

        var phones = found.FindAll(e => e.Kind == TextEntityKind.Phone);
        var counts = new List<TextEntity>();
        HeadCountReader.Read(tokens, counts);
        foreach (var count in counts)
        {
            if (!phones.Exists(p => p.Start < count.Start + count.Text.Length && count.Start < p.Start + p.Text.Length))
                found.Add(count);
        }

        found.Sort((a, b) => a.Start.CompareTo(b.Start));
        foreach (var entity in found)
            entities.Add(source == "message" ? entity : entity with { Source = source });
    }
}
