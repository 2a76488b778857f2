using System.Numerics.Tensors;

namespace LeadGen.Pipeline.Embedding;

/// <summary>Brings vectors to length 1, so that a dot product is a cosine.</summary>
public static class UnitLength
{
    /// <summary>Scales in place; a vector of zeros stays one.</summary>
    public static void Scale(Span<float> vector)
    {
        var length = TensorPrimitives.Norm(vector);
        if (length > 0)
        {
            TensorPrimitives.Divide(vector, length, vector);
        }
    }
}
