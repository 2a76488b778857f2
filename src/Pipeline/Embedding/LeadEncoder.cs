using System.Numerics.Tensors;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Embedding;

/// <summary>Gives a lead its vector: the mean of what its profile line, its message and our notes say, each encoded for itself.</summary>
/// <remarks>
/// Encoding the parts apart costs little (profile lines are short and many leads share one) and leaves the message's own vector for the
/// intent classifier, which was trained on messages.
/// </remarks>
public sealed class LeadEncoder(OnnxTextEncoder encoder)
{
    public string EncoderId => encoder.EncoderId;

    public int Dimensions => encoder.Dimensions;

    /// <returns>One entry for each text, in order.</returns>
    public async Task<IReadOnlyList<LeadWords>> EncodeAsync(IReadOnlyList<LeadText> texts, CancellationToken cancellationToken = default)
    {
        var parts = new List<string>(texts.Count * 2);
        foreach (var text in texts)
        {
            parts.AddRange(new[] { text.Profile, ModelText.Mask(text.Message), ModelText.Mask(text.Notes) }.Where(p => p.Length > 0));
        }

        var encoded = await encoder.GenerateAsync(parts, cancellationToken: cancellationToken);
        var next = 0;
        // Without the cast null becomes an empty memory, which is a value.
        ReadOnlyMemory<float>? Take(string part) => part.Length > 0 ? (ReadOnlyMemory<float>?)encoded[next++].Vector : null;
        return [.. texts.Select(t =>
        {
            var (profile, message, notes) = (Take(t.Profile), Take(t.Message), Take(t.Notes));
            return new LeadWords(new LeadVector(Mean(profile, message, notes), EncoderId), message, notes);
        })];
    }

    /// <summary>The vector of a question or a description in plain words.</summary>
    public async Task<LeadVector> EncodeAsync(string text, CancellationToken cancellationToken = default)
    {
        var encoded = await encoder.GenerateAsync([text], cancellationToken: cancellationToken);
        return new LeadVector(encoded[0].Vector, EncoderId);
    }

    private static ReadOnlyMemory<float> Mean(params ReadOnlySpan<ReadOnlyMemory<float>?> parts)
    {
        float[]? sum = null;
        foreach (var part in parts)
        {
            if (part is not { } vector)
            {
                continue;
            }

            sum ??= new float[vector.Length];
            TensorPrimitives.Add(sum, vector.Span, sum);
        }

        if (sum is not null)
        {
            UnitLength.Scale(sum);
        }

        return sum;
    }
}

/// <summary>A lead's vector and those of its parts; a part without words is null.</summary>
public sealed record LeadWords(LeadVector Lead, ReadOnlyMemory<float>? Message, ReadOnlyMemory<float>? Notes);
