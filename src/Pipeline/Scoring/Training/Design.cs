using System.Runtime.InteropServices;

namespace LeadGen.Pipeline.Scoring.Training;

/// <summary>
/// The history and the prior as columns. Tenant leads come first, in order; then two rows (won, lost) for every prior
/// example, which share one column of their own, so that the prior teaches what speaks for a lead and never how many
/// of this tenant's leads are won.
/// </summary>
/// <remarks>
/// A value that counts as the average gets every column's mean. For fields that only the prior knows, columns are
/// stored with the mean subtracted: all tenant rows are then empty there, and the design stays sparse.
/// </remarks>
internal sealed class Design
{
    private readonly IReadOnlyList<FieldShape> _shapes;
    private readonly double[] _means;
    private readonly List<(int Column, double Value)> _cells = new(2);
    private readonly List<(int Column, double Value)> _row = [];

    public Design(IReadOnlyList<FieldShape> shapes, IReadOnlyList<LabelledLead> leads, IReadOnlyList<PriorExample> prior)
    {
        _shapes = shapes;
        var columns = shapes.Count == 0 ? 0 : shapes[^1].First + shapes[^1].Count;
        PriorColumn = leads.Count > 0 ? columns : null;
        _means = new double[columns];
        foreach (var shape in shapes)
            Average(shape, leads, prior);
        Examples = new SparseExamples(columns + (PriorColumn is null ? 0 : 1));
        foreach (var lead in leads)
        {
            Encode(lead.Features.Values);
            Examples.Add(CollectionsMarshal.AsSpan(_row), lead.Won, 1);
        }

        foreach (var example in prior)
        {
            Encode(example.Values, isPrior: true);
            if (PriorColumn is { } own)
                _row.Add((own, 1));
            var row = CollectionsMarshal.AsSpan(_row);
            Examples.Add(row, true, example.Weight * example.WinRate);
            Examples.Add(row, false, example.Weight * (1 - example.WinRate));
        }

        HistoryRows = leads.Count;
    }

    public SparseExamples Examples { get; }
    public int HistoryRows { get; }

    /// <summary>The column that only prior rows have; null when there is nothing but the prior.</summary>
    public int? PriorColumn { get; }

    /// <summary>True for columns that the tenant's history speaks about.</summary>
    public bool IsInformed(int column) => column < _means.Length && ShapeAt(column).Informed;

    /// <summary>The finished fields.</summary>
    public IReadOnlyList<ModelField> FieldsWith(double[] weights) => [.. _shapes.Select(shape => shape.WithColumns(weights, _means))];

    /// <summary>Log-odds of the average lead from an intercept of this design.</summary>
    public double CentredIntercept(double[] weights, double intercept)
    {
        foreach (var shape in _shapes.Where(shape => shape.Informed))
        {
            for (var c = shape.First; c < shape.First + shape.Count; c++)
                intercept += weights[c] * _means[c];
        }

        return intercept;
    }

    private FieldShape ShapeAt(int column)
    {
        int low = 0, high = _shapes.Count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = _shapes[middle].First <= column ? (middle, high) : (low, middle - 1);
        }

        return _shapes[low];
    }

    /// <summary>Means over the tenant's leads; over the prior where those say nothing.</summary>
    private void Average(FieldShape shape, IReadOnlyList<LabelledLead> leads, IReadOnlyList<PriorExample> prior)
    {
        double total = 0;
        void Count(IReadOnlyDictionary<string, FeatureValue> values, double weight, bool isPrior)
        {
            _cells.Clear();
            var known = values.TryGetValue(shape.Name, out var value);
            if (!shape.Encode(known ? value : null, _cells, isPrior))
                return;
            total += weight;
            foreach (var (column, x) in _cells)
                _means[shape.First + column] += weight * x;
        }

        foreach (var lead in leads)
            Count(lead.Features.Values, 1, isPrior: false);
        if (total == 0)
        {
            foreach (var example in prior)
                Count(example.Values, example.Weight, isPrior: true);
        }

        for (var c = shape.First; c < shape.First + shape.Count && total > 0; c++)
            _means[c] /= total;
    }

    private void Encode(IReadOnlyDictionary<string, FeatureValue> values, bool isPrior = false)
    {
        _row.Clear();
        foreach (var shape in _shapes)
        {
            _cells.Clear();
            var known = values.TryGetValue(shape.Name, out var value);
            var isAverage = !shape.Encode(known ? value : null, _cells, isPrior);
            if (shape.Informed)
                AddPlain(shape, isAverage);
            else if (!isAverage)
                AddCentred(shape);
        }
    }

    private void AddPlain(FieldShape shape, bool isAverage)
    {
        if (!isAverage)
        {
            foreach (var (column, x) in _cells)
                _row.Add((shape.First + column, x));
            return;
        }

        for (var c = shape.First; c < shape.First + shape.Count; c++)
        {
            if (_means[c] != 0)
                _row.Add((c, _means[c]));
        }
    }

    private void AddCentred(FieldShape shape)
    {
        for (var c = 0; c < shape.Count; c++)
        {
            var x = -_means[shape.First + c];
            foreach (var cell in _cells)
                x += cell.Column == c ? cell.Value : 0;
            if (x != 0)
                _row.Add((shape.First + c, x));
        }
    }
}
