namespace LeadGen.Pipeline.Embedding;

public enum TokenizerKind
{
    /// <summary>SentencePiece unigram, vocabulary as JSON.</summary>
    Unigram,

    /// <summary>Uncased WordPiece of BERT, vocabulary as lines.</summary>
    WordPiece,
}

public enum EncoderPooling
{
    /// <summary>The model gives one vector for each text: [batch, dimensions].</summary>
    Pooled,

    /// <summary>The model gives a vector for each token, [batch, tokens, dimensions]; the text's is the mean of those under the mask.</summary>
    MeanOfTokens,
}

/// <summary>What there is to know about an encoder to use its files.</summary>
/// <param name="Name">By which people choose it, and the name of its folder.</param>
/// <param name="Id">Stored beside each vector; a new one whenever the vectors would differ.</param>
/// <param name="ModelFile">ONNX graph, within the encoder's folder.</param>
/// <param name="VocabularyFile">Within the encoder's folder.</param>
/// <param name="Tokenizer">How texts are cut.</param>
/// <param name="Dimensions">Numbers in a vector.</param>
/// <param name="Pooling">What the output is.</param>
/// <param name="OutputName">Output of the graph.</param>
/// <param name="Normalise">Whether we bring the output to unit length; false where the graph does.</param>
/// <param name="TokenTypeInput">Input of the graph for token types (all 0), null when it has none.</param>
/// <param name="MaxTokens">Longest row, special tokens included; longer texts are cut into several rows.</param>
public sealed record EncoderSpec(
    string Name,
    string Id,
    string ModelFile,
    string VocabularyFile,
    TokenizerKind Tokenizer,
    int Dimensions,
    EncoderPooling Pooling,
    string OutputName,
    bool Normalise,
    string? TokenTypeInput = null,
    int MaxTokens = 128)
{
    /// <summary>Input of the graph for token ids: int64 [batch, tokens].</summary>
    public const string IdsInput = "input_ids";

    /// <summary>Input of the graph for the mask, 1 where there is a token: int64 [batch, tokens].</summary>
    public const string MaskInput = "attention_mask";

    /// <summary>Universal Sentence Encoder Lite, English; comes with the program.</summary>
    public static EncoderSpec UseLite { get; } = new(
        "use-lite", "use-lite-1", "use-lite.onnx", "vocab.json", TokenizerKind.Unigram, 512,
        EncoderPooling.Pooled, "embeddings", Normalise: false);

    /// <summary>
    /// all-MiniLM-L6-v2 of sentence-transformers, English; downloaded on demand. Its own limit is 256 tokens; 128 bounds memory
    /// and makes long texts the same matter for every encoder.
    /// </summary>
    public static EncoderSpec AllMiniLmL6V2 { get; } = new(
        "all-MiniLM-L6-v2", "all-minilm-l6-v2-1", "model.onnx", "vocab.txt", TokenizerKind.WordPiece, 384,
        EncoderPooling.MeanOfTokens, "last_hidden_state", Normalise: true, TokenTypeInput: "token_type_ids");
}
