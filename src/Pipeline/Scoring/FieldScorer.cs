using System.Collections.Frozen;
using System.Globalization;

namespace LeadGen.Pipeline.Scoring;

/// <summary>A field with its sums made beforehand: one look-up instead of a sum over columns.</summary>
internal abstract class FieldScorer(string name)
{
    public string Name { get; } = name;

    /// <summary>Σ weight × (x − mean) of the field's columns.</summary>
    /// <param name="value">Null when unknown.</param>
    public abstract double Contribution(FeatureValue? value);
}

internal sealed class NumericScorer : FieldScorer
{
    private readonly NumericField _field;
    private readonly double[] _edges;
    private readonly double[] _steps;
    private readonly double _missing;

    public NumericScorer(NumericField field) : base(field.Name)
    {
        _field = field;
        _edges = [.. field.Edges];
        var gone = field.Missing ?? default;
        var average = field.Ranges.Sum(range => range.Weight * range.Mean) + (gone.Weight * gone.Mean);
        _steps = field.Ranges.Count == 0 ? [-average] : [.. field.Ranges.Select(range => range.Weight - average)];

        // An unknown number stands at the middle of the line: x = 0 after standardising.
        _missing = field.Missing is null ? 0 : gone.Weight - average - (field.Linear.Weight * field.Linear.Mean);
    }

    public override double Contribution(FeatureValue? value)
    {
        if (value?.Number is not { } number || !double.IsFinite(number))
            return _missing;
        return (_field.Linear.Weight * (_field.Standardise(number) - _field.Linear.Mean)) + _steps[NumericField.RangeOf(_edges, number)];
    }
}

internal sealed class CategoricalScorer : FieldScorer
{
    private readonly FrozenDictionary<string, double> _words;
    private readonly double _other;
    private readonly double _missing;

    public CategoricalScorer(CategoricalField field) : base(field.Name)
    {
        var gone = field.Missing ?? default;
        var average = field.Words.Sum(word => word.Column.Weight * word.Column.Mean)
            + (field.Other.Weight * field.Other.Mean) + (gone.Weight * gone.Mean);
        _words = field.Words.ToFrozenDictionary(word => word.Word, word => word.Column.Weight - average, StringComparer.OrdinalIgnoreCase);
        _other = field.Other.Weight - average;
        _missing = field.Missing is null ? 0 : gone.Weight - average;
    }

    public override double Contribution(FeatureValue? value) =>
        WordOf(value) is { } word ? _words.GetValueOrDefault(word, _other) : _missing;

    /// <summary>The word of a value; a number stands for its digits.</summary>
    public static string? WordOf(FeatureValue? value) =>
        value is not { } v ? null : v.Word ?? v.Number?.ToString(CultureInfo.InvariantCulture);
}
