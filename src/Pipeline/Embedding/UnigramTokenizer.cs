using System.Buffers;
using System.Text;
using System.Text.Json;

namespace LeadGen.Pipeline.Embedding;

/// <summary>
/// SentencePiece unigram tokenizer as the reference of the Universal Sentence Encoder Lite does it: NFKC, a mark for each space
/// and one in front, then the pieces whose log probabilities sum highest. A character that no piece begins with is
/// <see cref="Unknown"/> at no cost; neighbouring unknowns are one. Time and memory grow linearly with the text. Thread-safe.
/// </summary>
public sealed class UnigramTokenizer : ITextTokenizer
{
    /// <summary>The id of what the vocabulary cannot spell.</summary>
    public const int Unknown = 0;

    // The first six entries are control tokens: their spelling in a text is no token.
    private const int FirstPiece = 6;
    private const char SpaceMark = '\u2581';
    private const int Root = 0;
    private const int NoPiece = -1;

    private readonly double[] scores;
    private readonly Dictionary<long, int> children = [];
    private readonly List<int> pieceAt = [NoPiece];

    private UnigramTokenizer(IReadOnlyList<(string Piece, double Score)> vocabulary)
    {
        scores = [.. vocabulary.Select(entry => entry.Score)];
        for (var id = FirstPiece; id < vocabulary.Count; id++)
        {
            Insert(vocabulary[id].Piece, id);
        }
    }

    public int PadId => Unknown;

    public IReadOnlyList<int> Before => [];

    public IReadOnlyList<int> After => [];

    /// <summary>Reads a JSON array of <c>[piece, log probability]</c>, in the order of ids; a null probability counts as 0.</summary>
    /// <exception cref="InvalidDataException">The stream holds something else.</exception>
    public static UnigramTokenizer Load(Stream vocabulary)
    {
        try
        {
            using var json = JsonDocument.Parse(vocabulary);
            return new UnigramTokenizer([.. json.RootElement.EnumerateArray().Select(Entry)]);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException("The vocabulary is no list of pieces and log probabilities.", error);
        }

        static (string, double) Entry(JsonElement entry) =>
            (entry[0].GetString() ?? "", entry[1].ValueKind == JsonValueKind.Null ? 0 : entry[1].GetDouble());
    }

    public int[] Encode(string text)
    {
        var symbols = Symbols(text);
        if (symbols.Length == 0)
        {
            return [];
        }

        var positions = symbols.Length + 1;
        var best = ArrayPool<double>.Shared.Rent(positions);
        var pieces = ArrayPool<int>.Shared.Rent(positions);
        var starts = ArrayPool<int>.Shared.Rent(positions);
        try
        {
            FindBestPath(symbols, best, pieces, starts);
            return ReadBack(symbols.Length, pieces, starts);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(best);
            ArrayPool<int>.Shared.Return(pieces);
            ArrayPool<int>.Shared.Return(starts);
        }
    }

    private static string Symbols(string text)
    {
        var normal = WellFormedText.Of(text).Normalize(NormalizationForm.FormKC);
        return normal.Length == 0 ? "" : SpaceMark + normal.Replace(' ', SpaceMark);
    }

    private void Insert(string piece, int id)
    {
        var node = Root;
        foreach (var symbol in piece)
        {
            var edge = Edge(node, symbol);
            if (!children.TryGetValue(edge, out var next))
            {
                next = pieceAt.Count;
                pieceAt.Add(NoPiece);
                children.Add(edge, next);
            }

            node = next;
        }

        // One piece stands three times in the vocabulary; the reference keeps the last.
        pieceAt[node] = id;
    }

    private static long Edge(int node, char symbol) => ((long)node << 16) | symbol;

    private void FindBestPath(string symbols, double[] best, int[] pieces, int[] starts)
    {
        Array.Fill(best, double.NegativeInfinity, 0, symbols.Length + 1);
        best[0] = 0;
        for (var start = 0; start < symbols.Length; start++)
        {
            if (double.IsNegativeInfinity(best[start]))
            {
                continue; // the second half of a surrogate pair
            }

            var found = false;
            var node = Root;
            for (var at = start; at < symbols.Length && children.TryGetValue(Edge(node, symbols[at]), out node); at++)
            {
                if (pieceAt[node] is var piece and not NoPiece)
                {
                    found = true;
                    Offer(at + 1, start, piece, best[start] + scores[piece]);
                }
            }

            if (!found)
            {
                var width = char.IsHighSurrogate(symbols[start]) ? 2 : 1;
                Offer(start + width, start, Unknown, best[start]);
            }
        }

        // Starts come in rising order, so "not worse" lets the later piece win a tie, as in the reference.
        void Offer(int end, int start, int piece, double score)
        {
            if (score >= best[end])
            {
                best[end] = score;
                pieces[end] = piece;
                starts[end] = start;
            }
        }
    }

    private static int[] ReadBack(int length, int[] pieces, int[] starts)
    {
        var ids = new List<int>(length / 3 + 1);
        for (var end = length; end > 0; end = starts[end])
        {
            if (pieces[end] != Unknown || ids.Count == 0 || ids[^1] != Unknown)
            {
                ids.Add(pieces[end]);
            }
        }

        ids.Reverse();
        return [.. ids];
    }
}
