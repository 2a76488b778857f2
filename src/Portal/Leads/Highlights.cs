namespace LeadGen.Portal.Leads;

/// <summary>A text cut into pieces, those that are evidence marked.</summary>
public static class Highlights
{
    /// <summary>Pieces in order; together they are the text. Evidence that does not stand in the text marks nothing.</summary>
    public static IReadOnlyList<TextPiece> Of(string text, IEnumerable<string> evidence)
    {
        var marked = new bool[text.Length];
        foreach (var words in evidence.Where(e => e.Length > 0))
        {
            for (var at = text.IndexOf(words, StringComparison.Ordinal); at >= 0; at = text.IndexOf(words, at + words.Length, StringComparison.Ordinal))
            {
                Array.Fill(marked, true, at, words.Length);
            }
        }

        var pieces = new List<TextPiece>();
        for (var start = 0; start < text.Length;)
        {
            var end = Array.FindIndex(marked, start, m => m != marked[start]);
            end = end < 0 ? text.Length : end;
            pieces.Add(new TextPiece(text[start..end], marked[start]));
            start = end;
        }

        return pieces;
    }
}

/// <summary>A piece of a text.</summary>
public sealed record TextPiece(string Text, bool IsEvidence);
