namespace LeadGen.Pipeline.Embedding;

/// <summary>
/// BERT's uncased WordPiece: each word of <see cref="BertWords"/> cut greedily into the longest pieces of the vocabulary,
/// <c>[CLS]</c> before the text and <c>[SEP]</c> after it. The tokenizer of ML.NET drops "$" and emoji and joins words over line
/// ends, which the models were not trained on; hence our own. Thread-safe.
/// </summary>
public sealed class WordPieceTokenizer : ITextTokenizer
{
    private const int LongestWord = 100;
    private const string Continued = "##";

    private readonly Dictionary<string, int> beginnings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> continuations = new(StringComparer.Ordinal);
    private readonly int unknown;

    private WordPieceTokenizer(IEnumerable<string> vocabulary)
    {
        var id = 0;
        foreach (var piece in vocabulary)
        {
            if (piece.StartsWith(Continued, StringComparison.Ordinal) && piece.Length > Continued.Length)
            {
                continuations[piece[Continued.Length..]] = id;
            }
            else
            {
                beginnings[piece] = id;
            }

            id++;
        }

        unknown = Special("[UNK]");
        PadId = Special("[PAD]");
        Before = [Special("[CLS]")];
        After = [Special("[SEP]")];
    }

    public int PadId { get; }

    public IReadOnlyList<int> Before { get; }

    public IReadOnlyList<int> After { get; }

    /// <summary>Reads a vocabulary of one token a line, in the order of ids.</summary>
    /// <exception cref="InvalidDataException">A special token is missing.</exception>
    public static WordPieceTokenizer Load(Stream vocabulary)
    {
        using var reader = new StreamReader(vocabulary, leaveOpen: true);
        var lines = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        return new WordPieceTokenizer(lines);
    }

    public int[] Encode(string text)
    {
        var ids = new List<int>((text.Length / 4) + 1);
        foreach (var word in BertWords.Of(text))
        {
            var before = ids.Count;
            if (word.Length > LongestWord || !Cut(word, ids))
            {
                ids.RemoveRange(before, ids.Count - before);
                ids.Add(unknown);
            }
        }

        return [.. ids];
    }

    private bool Cut(ReadOnlySpan<char> word, List<int> ids)
    {
        var pieces = beginnings.GetAlternateLookup<ReadOnlySpan<char>>();
        while (word.Length > 0)
        {
            var length = word.Length;
            int id;
            while (!pieces.TryGetValue(word[..length], out id))
            {
                if (--length == 0)
                {
                    return false;
                }
            }

            ids.Add(id);
            word = word[length..];
            pieces = continuations.GetAlternateLookup<ReadOnlySpan<char>>();
        }

        return true;
    }

    private int Special(string token) =>
        beginnings.TryGetValue(token, out var id)
            ? id
            : throw new InvalidDataException($"The vocabulary is no WordPiece vocabulary of BERT: it lacks {token}.");
}
