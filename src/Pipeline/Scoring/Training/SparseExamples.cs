using System.Runtime.InteropServices;

namespace LeadGen.Pipeline.Scoring.Training;

/// <summary>Weighted examples, row after row, with the columns that are not 0.</summary>
internal sealed class SparseExamples(int columns)
{
    private readonly List<int> _starts = [0];
    private readonly List<int> _columns = [];
    private readonly List<double> _values = [];
    private readonly List<bool> _won = [];
    private readonly List<double> _weights = [];

    public int Columns { get; } = columns;
    public int Rows => _won.Count;

    public ReadOnlySpan<int> ColumnsOf(int row) => Slice(_columns, row);

    public ReadOnlySpan<double> ValuesOf(int row) => Slice(_values, row);

    public bool WonOf(int row) => _won[row];

    public double WeightOf(int row) => _weights[row];

    public void Add(ReadOnlySpan<(int Column, double Value)> cells, bool won, double weight)
    {
        foreach (var (column, value) in cells)
        {
            _columns.Add(column);
            _values.Add(value);
        }

        _starts.Add(_columns.Count);
        _won.Add(won);
        _weights.Add(weight);
    }

    /// <summary>Intercept + Σ weight × x of a row.</summary>
    public double LogOdds(int row, ReadOnlySpan<double> weights, double intercept)
    {
        var sum = intercept;
        var columns = ColumnsOf(row);
        var values = ValuesOf(row);
        for (var k = 0; k < columns.Length; k++)
            sum += weights[columns[k]] * values[k];
        return sum;
    }

    private ReadOnlySpan<T> Slice<T>(List<T> list, int row) =>
        CollectionsMarshal.AsSpan(list)[_starts[row].._starts[row + 1]];
}
