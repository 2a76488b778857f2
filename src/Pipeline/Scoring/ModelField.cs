using System.Text.Json.Serialization;

namespace LeadGen.Pipeline.Scoring;

/// <summary>One number that the model multiplies.</summary>
/// <param name="Weight">Log-odds per unit.</param>
/// <param name="Mean">Average over the training examples; subtracted, so that the average lead gets 0.</param>
public readonly record struct ModelColumn(double Weight, double Mean);

/// <summary>One named feature of a model with its columns.</summary>
/// <param name="Name">As in <see cref="LeadFeatures.Values"/>.</param>
/// <param name="Missing">Column that is 1 where the value is unknown; null when an unknown value counts as the average.</param>
[JsonDerivedType(typeof(NumericField), "number")]
[JsonDerivedType(typeof(CategoricalField), "words")]
public abstract record ModelField(string Name, ModelColumn? Missing)
{
    /// <summary>Prepares the fast form.</summary>
    internal abstract FieldScorer Compile();

    /// <summary>Every column multiplied by <paramref name="factor"/>.</summary>
    internal abstract ModelField Scaled(double factor);

    private protected ModelColumn? ScaledMissing(double factor) => Missing is { } m ? m with { Weight = m.Weight * factor } : null;
}

/// <summary>A number: a straight line over its standardised value, plus a step for each range of values.</summary>
/// <param name="Name">Feature.</param>
/// <param name="Transform">Applied before standardising.</param>
/// <param name="Low">Smaller values count as this one, the smallest in training.</param>
/// <param name="High">Larger values count as this one.</param>
/// <param name="Centre">Subtracted after the transform.</param>
/// <param name="Scale">Divided by, above 0.</param>
/// <param name="Linear">Column of the standardised value.</param>
/// <param name="Edges">Ascending; range i holds the values above edge i−1 up to and including edge i. Empty: no ranges.</param>
/// <param name="Ranges">One more than <paramref name="Edges"/>, or none.</param>
/// <param name="Missing">See <see cref="ModelField"/>.</param>
public sealed record NumericField(
    string Name,
    NumericTransform Transform,
    double Low,
    double High,
    double Centre,
    double Scale,
    ModelColumn Linear,
    IReadOnlyList<double> Edges,
    IReadOnlyList<ModelColumn> Ranges,
    ModelColumn? Missing) : ModelField(Name, Missing)
{
    internal override FieldScorer Compile() => new NumericScorer(this);

    internal override ModelField Scaled(double factor) => this with
    {
        Linear = Linear with { Weight = Linear.Weight * factor },
        Ranges = [.. Ranges.Select(range => range with { Weight = range.Weight * factor })],
        Missing = ScaledMissing(factor),
    };

    /// <summary>The standardised value of a number.</summary>
    internal double Standardise(double number)
    {
        var inside = Math.Clamp(number, Low, High);
        return ((Transform == NumericTransform.Log ? Log(inside) : inside) - Centre) / Scale;
    }

    /// <summary>log10(1 + |x|) with the sign kept: 0 stays 0 and counts of any size stay comparable.</summary>
    internal static double Log(double number) => Math.CopySign(Math.Log10(1 + Math.Abs(number)), number);

    internal static int RangeOf(ReadOnlySpan<double> edges, double number)
    {
        var at = edges.BinarySearch(number);
        return at >= 0 ? at : ~at;
    }
}

public enum NumericTransform
{
    Linear,
    Log,
}

/// <summary>A word: a step for each frequent word, one for all others.</summary>
/// <param name="Name">Feature.</param>
/// <param name="Words">The frequent words, compared without case.</param>
/// <param name="Other">Column that is 1 for every other word.</param>
/// <param name="Missing">See <see cref="ModelField"/>.</param>
public sealed record CategoricalField(string Name, IReadOnlyList<WordColumn> Words, ModelColumn Other, ModelColumn? Missing)
    : ModelField(Name, Missing)
{
    internal override FieldScorer Compile() => new CategoricalScorer(this);

    internal override ModelField Scaled(double factor) => this with
    {
        Words = [.. Words.Select(word => word with { Column = word.Column with { Weight = word.Column.Weight * factor } })],
        Other = Other with { Weight = Other.Weight * factor },
        Missing = ScaledMissing(factor),
    };
}

/// <summary>A word and its column.</summary>
public sealed record WordColumn(string Word, ModelColumn Column);
