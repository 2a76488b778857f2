using Microsoft.ML.Tokenizers;

namespace LeadGen.Pipeline.Embedding;

/// <summary>
/// BERT's uncased WordPiece: lower case, accents removed, Chinese characters one by one, <c>[CLS]</c> before and <c>[SEP]</c> after.
/// Thread-safe.
/// </summary>
public sealed class WordPieceTokenizer : ITextTokenizer
{
    private readonly BertTokenizer bert;

    private WordPieceTokenizer(BertTokenizer bert)
    {
        this.bert = bert;
        Before = [bert.ClassificationTokenId];
        After = [bert.SeparatorTokenId];
    }

    public int PadId => bert.PaddingTokenId;

    public IReadOnlyList<int> Before { get; }

    public IReadOnlyList<int> After { get; }

    /// <summary>Reads a vocabulary of one token a line, in the order of ids.</summary>
    /// <exception cref="InvalidDataException">The special tokens are missing.</exception>
    public static WordPieceTokenizer Load(Stream vocabulary)
    {
        // A text that spells "[SEP]" is a text, not the end of one: special tokens are only ours to set.
        var options = new BertOptions
        {
            LowerCaseBeforeTokenization = true,
            RemoveNonSpacingMarks = true,
            IndividuallyTokenizeCjk = true,
            SplitOnSpecialTokens = false,
        };
        try
        {
            return new WordPieceTokenizer(BertTokenizer.Create(vocabulary, options));
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException("The vocabulary is no WordPiece vocabulary of BERT.", error);
        }
    }

    public int[] Encode(string text) => [.. bert.EncodeToIds(WellFormedText.Of(text), addSpecialTokens: false)];
}
