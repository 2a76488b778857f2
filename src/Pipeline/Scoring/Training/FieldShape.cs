namespace LeadGen.Pipeline.Scoring.Training;

/// <summary>A field's columns before they have weights, and where they stand in the design.</summary>
/// <param name="Field">The field with empty columns.</param>
/// <param name="First">Position of its first column.</param>
/// <param name="Informed">True when the tenant's history varies in this field; else only the prior speaks about it.</param>
internal sealed record FieldShape(ModelField Field, int First, bool Informed)
{
    private readonly double[] _edges = Field is NumericField number ? [.. number.Edges] : [];

    private readonly Dictionary<string, int> _words = Field is CategoricalField words
        ? words.Words.Select((word, i) => (word.Word, i)).ToDictionary(one => one.Word, one => one.i, StringComparer.OrdinalIgnoreCase)
        : [];

    public string Name => Field.Name;

    public int Count => Field switch
    {
        NumericField number => 1 + number.Ranges.Count,
        CategoricalField words => words.Words.Count + 1,
        _ => throw new InvalidOperationException("Unknown kind of field."),
    } + (Field.Missing is null ? 0 : 1);

    /// <summary>Writes the columns that are not 0. False when the value is unknown and counts as the average.</summary>
    /// <param name="value">Null when unknown.</param>
    /// <param name="into">At most two entries are added; positions are within the field.</param>
    /// <param name="isPrior">A belief that does not name the field means the average, never "unknown".</param>
    public bool Encode(FeatureValue? value, List<(int Column, double Value)> into, bool isPrior = false)
    {
        if (Field is NumericField number && value?.Number is { } x && double.IsFinite(x))
        {
            into.Add((0, number.Standardise(x)));
            if (_edges.Length > 0)
                into.Add((1 + NumericField.RangeOf(_edges, x), 1));
            return true;
        }

        if (Field is CategoricalField words && CategoricalScorer.WordOf(value) is { } word)
        {
            into.Add((_words.GetValueOrDefault(word, words.Words.Count), 1));
            return true;
        }

        if (isPrior || Field.Missing is null)
            return false;
        into.Add((Count - 1, 1));
        return true;
    }

    /// <summary>The finished field.</summary>
    public ModelField WithColumns(ReadOnlySpan<double> weights, ReadOnlySpan<double> means)
    {
        var columns = new ModelColumn[Count];
        for (var i = 0; i < columns.Length; i++)
            columns[i] = new ModelColumn(weights[First + i], means[First + i]);
        ModelColumn? missing = Field.Missing is null ? null : columns[^1];
        return Field switch
        {
            NumericField number => number with { Linear = columns[0], Ranges = columns[1..(1 + number.Ranges.Count)], Missing = missing },
            CategoricalField words => words with
            {
                Words = [.. words.Words.Select((word, i) => word with { Column = columns[i] })],
                Other = columns[words.Words.Count],
                Missing = missing,
            },
            _ => throw new InvalidOperationException("Unknown kind of field."),
        };
    }
}
