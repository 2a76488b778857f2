using System.Numerics.Tensors;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace LeadGen.Pipeline.Embedding;

/// <summary>
/// Turns texts into vectors of unit length on the CPU, whose dot product tells how alike two texts are (-1 to 1; unrelated
/// English texts lie around 0.05). A text's vector is the same whatever shares its batch (to 1e-6).
/// <list type="bullet">
/// <item>White space counts as one space, none at the ends.</item>
/// <item>A blank text gives a vector of zeros: unlike everything, itself included.</item>
/// <item>A text of more than <see cref="EncoderSpec.MaxTokens"/> tokens is cut into equal rows; its vector is their mean, each
/// weighing as many tokens as it has, brought to unit length.</item>
/// <item>Cancelling takes effect between batches.</item>
/// </list>
/// Thread-safe; however many callers, no more batches run at once than there are cores.
/// </summary>
public sealed partial class OnnxTextEncoder : IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>
    /// Activations of so many tokens stay in a core's own cache. Texts of 40 words a second on two cores: 48 tokens 880,
    /// 96 to 192 tokens 980, 384 tokens 760, 1,024 and more 600; one batch at a time split over both cores 380 to 780.
    /// </summary>
    internal const int DefaultTokensPerBatch = 192;

    private readonly OnnxModel model;
    private readonly ITextTokenizer tokenizer;
    private readonly SemaphoreSlim cores = new(Environment.ProcessorCount);
    private readonly EmbeddingGeneratorMetadata metadata;

    private OnnxTextEncoder(EncoderSpec spec, ITextTokenizer tokenizer, OnnxModel model)
    {
        Spec = spec;
        this.tokenizer = tokenizer;
        this.model = model;
        metadata = new EmbeddingGeneratorMetadata("onnx", defaultModelId: spec.Id, defaultModelDimensions: spec.Dimensions);
    }

    public EncoderSpec Spec { get; }

    /// <summary>Stored beside each vector; vectors of two encoders are never compared.</summary>
    public string EncoderId => Spec.Id;

    /// <summary>Numbers in a vector.</summary>
    public int Dimensions => Spec.Dimensions;

    internal int TokensPerBatch { get; init; } = DefaultTokensPerBatch;

    /// <summary>Opens the encoder whose files lie in <paramref name="folder"/>.</summary>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The vocabulary does not belong to such an encoder.</exception>
    public static OnnxTextEncoder Open(EncoderSpec spec, string folder)
    {
        var modelFile = Path.Combine(folder, spec.ModelFile);
        if (!File.Exists(modelFile))
        {
            throw new FileNotFoundException($"The model of {spec.Name} is not in its folder.", modelFile);
        }

        using var vocabulary = File.OpenRead(Path.Combine(folder, spec.VocabularyFile));
        ITextTokenizer tokenizer = spec.Tokenizer switch
        {
            TokenizerKind.Unigram => UnigramTokenizer.Load(vocabulary),
            _ => WordPieceTokenizer.Load(vocabulary),
        };
        return new OnnxTextEncoder(spec, tokenizer, new OnnxModel(spec, modelFile));
    }

    /// <summary>Vectors of the texts, in their order.</summary>
    /// <exception cref="ArgumentException">Other dimensions are asked for than the encoder has.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (options?.Dimensions is { } wanted && wanted != Dimensions)
        {
            throw new ArgumentException($"{EncoderId} has {Dimensions} dimensions, not {wanted}.", nameof(options));
        }

        var (texts, places) = Distinct(values);
        var tokens = await Task.Run(() => texts.ConvertAll(tokenizer.Encode), cancellationToken).ConfigureAwait(false);
        var vectors = await EncodeAsync(tokens, cancellationToken).ConfigureAwait(false);
        return new GeneratedEmbeddings<Embedding<float>>(
            places.Select(place => new Embedding<float>(vectors[place]) { ModelId = EncoderId }))
        {
            Usage = new UsageDetails { InputTokenCount = tokens.Sum(ids => (long)ids.Length) },
        };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(EmbeddingGeneratorMetadata) ? metadata
        : serviceType == typeof(EncoderSpec) ? Spec
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    /// <summary>Frees the model; call it when no text is being encoded any more.</summary>
    public void Dispose()
    {
        model.Dispose();
        cores.Dispose();
    }

    [GeneratedRegex(@"[\s\p{Cc}]+")]
    private static partial Regex WhiteSpace();

    private static (List<string> Texts, List<int> Places) Distinct(IEnumerable<string> values)
    {
        var texts = new List<string>();
        var places = new List<int>();
        var placeOf = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var value in values)
        {
            var text = WhiteSpace().Replace(value, " ").Trim(' ');
            if (!placeOf.TryGetValue(text, out var place))
            {
                place = texts.Count;
                placeOf.Add(text, place);
                texts.Add(text);
            }

            places.Add(place);
        }

        return (texts, places);
    }

    private async Task<float[][]> EncodeAsync(List<int[]> tokens, CancellationToken cancellationToken)
    {
        var specialTokens = tokenizer.Before.Count + tokenizer.After.Count;
        var rows = EncoderBatches.Cut(tokens, Spec.MaxTokens - specialTokens);
        var rowVectors = new float[rows.Count][];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(EncoderBatches.Plan(rows, specialTokens, TokensPerBatch), parallel, async (batch, cancelled) =>
        {
            await cores.WaitAsync(cancelled).ConfigureAwait(false);
            try
            {
                Encode(batch, rows, tokens, rowVectors);
            }
            finally
            {
                cores.Release();
            }
        }).ConfigureAwait(false);
        return Join(tokens.Count, rows, rowVectors);
    }

    private void Encode(EncoderBatch batch, List<EncoderRow> rows, List<int[]> tokens, float[][] rowVectors)
    {
        var ids = new long[batch.Rows.Count * batch.Width];
        var mask = new long[ids.Length];
        Array.Fill(ids, tokenizer.PadId);
        for (var i = 0; i < batch.Rows.Count; i++)
        {
            var row = rows[batch.Rows[i]];
            var at = i * batch.Width;
            foreach (var id in tokenizer.Before.Concat(new ArraySegment<int>(tokens[row.Text], row.Start, row.Length)).Concat(tokenizer.After))
            {
                ids[at] = id;
                mask[at++] = 1;
            }
        }

        var vectors = model.Run(ids, mask, batch.Rows.Count, batch.Width);
        for (var i = 0; i < vectors.Length; i++)
        {
            rowVectors[batch.Rows[i]] = vectors[i];
        }
    }

    private float[][] Join(int texts, List<EncoderRow> rows, float[][] rowVectors)
    {
        var vectors = new float[texts][];
        var row = 0;
        for (var text = 0; text < texts; text++)
        {
            var first = row;
            while (row < rows.Count && rows[row].Text == text)
            {
                row++;
            }

            vectors[text] = (row - first) switch
            {
                0 => new float[Dimensions],
                1 => rowVectors[first],
                _ => Mean(rows, rowVectors, first, row),
            };
        }

        return vectors;
    }

    private float[] Mean(List<EncoderRow> rows, float[][] rowVectors, int first, int end)
    {
        var sum = new float[Dimensions];
        for (var row = first; row < end; row++)
        {
            TensorPrimitives.MultiplyAdd(rowVectors[row], rows[row].Length, sum, sum);
        }

        UnitLength.Scale(sum);
        return sum;
    }
}
