using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace LeadGen.Pipeline.Embedding;

/// <summary>The ONNX graph of an encoder: rows of token ids in, a vector a row out. Thread-safe.</summary>
internal sealed class OnnxModel : IDisposable
{
    private readonly EncoderSpec spec;
    private readonly InferenceSession session;
    private readonly RunOptions runOptions = new();
    private readonly string[] inputs;
    private readonly string[] outputs;

    public OnnxModel(EncoderSpec spec, string file)
    {
        this.spec = spec;
        SilentRuntime.Ensure();

        // Cores are filled with batches side by side, not by splitting one batch: it is faster on small matrices, and a
        // thread that waits for its half spins. The arena keeps the largest shape ever seen, for every shape: off.
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            EnableCpuMemArena = false,
            EnableMemoryPattern = false,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        session = new InferenceSession(file, options);
        inputs = spec.TokenTypeInput is { } types
            ? [EncoderSpec.IdsInput, EncoderSpec.MaskInput, types]
            : [EncoderSpec.IdsInput, EncoderSpec.MaskInput];
        outputs = [spec.OutputName];
    }

    /// <summary>Runs one batch.</summary>
    /// <param name="ids">[rows, width], padded.</param>
    /// <param name="mask">[rows, width], 1 where there is a token.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">Tokens a row.</param>
    /// <returns>A vector a row.</returns>
    public float[][] Run(long[] ids, long[] mask, int rows, int width)
    {
        long[] shape = [rows, width];
        var values = new List<OrtValue>(inputs.Length);
        try
        {
            values.Add(OrtValue.CreateTensorValueFromMemory(ids, shape));
            values.Add(OrtValue.CreateTensorValueFromMemory(mask, shape));
            if (spec.TokenTypeInput is not null)
            {
                values.Add(OrtValue.CreateTensorValueFromMemory(new long[ids.Length], shape));
            }

            using var results = session.Run(runOptions, inputs, values, outputs);
            return Vectors(results[0], mask, rows, width);
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }
    }

    public void Dispose()
    {
        session.Dispose();
        runOptions.Dispose();
    }

    private float[][] Vectors(OrtValue output, long[] mask, int rows, int width)
    {
        var data = output.GetTensorDataAsSpan<float>();
        var perRow = spec.Pooling == EncoderPooling.Pooled ? spec.Dimensions : width * spec.Dimensions;
        if (data.Length != rows * perRow)
        {
            throw new InvalidDataException(
                $"The model of {spec.Name} gave {data.Length} numbers for {rows} rows; {rows * perRow} were expected.");
        }

        var vectors = new float[rows][];
        for (var row = 0; row < rows; row++)
        {
            var numbers = data.Slice(row * perRow, perRow);
            vectors[row] = spec.Pooling == EncoderPooling.Pooled
                ? numbers.ToArray()
                : Mean(numbers, mask.AsSpan(row * width, width), spec.Dimensions);
            if (spec.Normalise)
            {
                UnitLength.Scale(vectors[row]);
            }
        }

        return vectors;
    }

    private static float[] Mean(ReadOnlySpan<float> tokens, ReadOnlySpan<long> mask, int dimensions)
    {
        var sum = new float[dimensions];
        var count = 0;
        for (var token = 0; token < mask.Length; token++)
        {
            if (mask[token] != 0)
            {
                TensorPrimitives.Add(sum, tokens.Slice(token * dimensions, dimensions), sum);
                count++;
            }
        }

        TensorPrimitives.Divide(sum, Math.Max(count, 1), sum);
        return sum;
    }
}
