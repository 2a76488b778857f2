using System.Numerics.Tensors;
using LeadGen.Pipeline.Leads;
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

    /// <param name="leads">Leads with their cleaned texts; the lead's own name, addresses and numbers are masked before the encoder sees them.</param>
    /// <param name="cancellationToken">Checked between batches.</param>
    /// <returns>One entry for each lead, in order.</returns>
    public async Task<IReadOnlyList<LeadWords>> EncodeAsync(
        IReadOnlyList<(Lead Lead, LeadText Text)> leads, CancellationToken cancellationToken = default)
    {
        var parts = new List<string>(leads.Count * 2);
        foreach (var (lead, text) in leads)
        {
            parts.AddRange(new[] { text.Profile, ModelText.Mask(text.Message, lead), ModelText.Mask(text.Notes, lead) }.Where(p => p.Length > 0));
        }

        var encoded = await encoder.GenerateAsync(parts, cancellationToken: cancellationToken);
        var next = 0;
        // Without the cast null becomes an empty memory, which is a value.
        ReadOnlyMemory<float>? Take(string part) => part.Length > 0 ? (ReadOnlyMemory<float>?)encoded[next++].Vector : null;
        return [.. leads.Select(l =>
        {
            var (profile, message, notes) = (Take(l.Text.Profile), Take(l.Text.Message), Take(l.Text.Notes));
            return new LeadWords(new LeadVector(Mean(profile, message, notes), EncoderId), message, notes);
        })];
    }

    /// <summary>The vectors of texts that leads wrote, each for itself.</summary>
    /// <param name="texts">Cleaned and not empty; the lead's own name, addresses and numbers are masked before the encoder sees them.</param>
    public async Task<IReadOnlyList<ReadOnlyMemory<float>>> EncodeWordsAsync(
        IReadOnlyList<(Lead Lead, string Words)> texts, CancellationToken cancellationToken = default)
    {
        if (texts.Count == 0)
        {
            return [];
        }

        var encoded = await encoder.GenerateAsync([.. texts.Select(t => ModelText.Mask(t.Words, t.Lead))], cancellationToken: cancellationToken);
        return [.. encoded.Select(e => e.Vector)];
    }

    /// <summary>The vector of a question or a description in plain words.</summary>
    public async Task<LeadVector> EncodeAsync(string text, CancellationToken cancellationToken = default)
    {
        var encoded = await encoder.GenerateAsync([text], cancellationToken: cancellationToken);
        return new LeadVector(encoded[0].Vector, EncoderId);
    }

    /// <summary>The vectors of several texts, in order; quicker together than one by one.</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<float>>> EncodeAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken = default) =>
        [.. (await encoder.GenerateAsync(texts, cancellationToken: cancellationToken)).Select(e => e.Vector)];

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
