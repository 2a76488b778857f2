using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Knowledge;

/// <param name="Heading">Headings above it, joined with “ › ”.</param>
public sealed record KnowledgePiece(string Heading, string Text);

/// <summary>Splits a document into pieces that can be found and cited: never across headings, whole sentences, 80 to 200 words where there are as many.</summary>
public static class KnowledgeSplitter
{
    public const int FewWords = 80;
    public const int ManyWords = 200;

    /// <summary>Most pieces of one document.</summary>
    public const int Most = 5_000;

    public static IReadOnlyList<KnowledgePiece> Split(IEnumerable<DocumentPart> parts)
    {
        var pieces = new List<KnowledgePiece>();
        var open = new List<string>();
        var (heading, words) = ("", 0);
        foreach (var part in parts)
        {
            var own = string.Join(" › ", part.Headings);
            if (own != heading)
                Close();
            heading = own;
            foreach (var sentence in SentenceSplitter.Split(part.Text).SelectMany(Bounded))
            {
                var count = Count(sentence);
                if (words > 0 && words + count > ManyWords)
                    Close();
                open.Add(sentence);
                words += count;
            }

            // A paragraph's end is a good place to part.
            if (words >= FewWords)
                Close();
            else if (open.Count > 0)
                open[^1] += "\n";
        }

        Close();
        return pieces.Count > Most ? pieces[..Most] : pieces;

        void Close()
        {
            if (open.Count > 0)
                pieces.Add(new KnowledgePiece(heading, string.Join(' ', open).Replace("\n ", "\n", StringComparison.Ordinal).Trim()));
            open.Clear();
            words = 0;
        }
    }

    private static IEnumerable<string> Bounded(string sentence) => Count(sentence) <= ManyWords
        ? [sentence]
        : sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries).Chunk(ManyWords).Select(c => string.Join(' ', c));

    private static int Count(string sentence) => sentence.AsSpan().Count(' ') + 1;
}
