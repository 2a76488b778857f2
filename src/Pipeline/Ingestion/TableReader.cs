namespace LeadGen.Pipeline.Ingestion;

/// <summary>Reads a file's rows one after the other in constant memory. Not safe for several threads.</summary>
/// <remarks>
/// A row shorter than the header lacks its last values; a longer one is taken when the surplus is empty, else it has a problem. An
/// apostrophe that <see cref="FormulaGuard"/> put before a value is taken off again.
/// </remarks>
public sealed class TableReader : IDisposable
{
    private readonly RecordSource _source;
    private bool _firstIsData;
    private long _number;

    /// <exception cref="UnusableFile">No record, an unreadable header, or too many columns.</exception>
    internal TableReader(RecordSource source, bool? hasHeader, Func<bool, TableFormat> format, CancellationToken cancel)
    {
        _source = source;
        if (!source.Read(cancel))
            throw new UnusableFile("The file is empty. It needs a first row with the columns' names.");
        if (source.Fault is { } fault)
            throw new UnusableFile($"The first row, which names the columns, cannot be read. {fault.Reason}");
        if (source.Count > RecordSource.MaxColumns)
        {
            throw new UnusableFile(
                $"The file has {source.Count:N0} columns; {RecordSource.MaxColumns} are the most. Leave out what the leads do not need.");
        }
        var first = Enumerable.Range(0, source.Count).Select(source.Value).ToList();
        _firstIsData = !(hasHeader ?? !ColumnNames.IsData(first));
        Columns = _firstIsData ? ColumnNames.Numbered(first.Count) : ColumnNames.From(first);
        Format = format(!_firstIsData);
    }

    /// <summary>Unique names of the columns, in the file's order.</summary>
    public IReadOnlyList<string> Columns { get; }

    public TableFormat Format { get; }

    /// <summary>Number of the last row that was read or passed over; 0 before the first.</summary>
    public long Number => _number;

    /// <summary>The next row, or null at the end.</summary>
    /// <exception cref="UnusableFile">The rest of the file cannot be read (a workbook that is damaged or expands without bounds).</exception>
    public TableRow? Read(CancellationToken cancel)
    {
        if (_firstIsData)
            _firstIsData = false;
        else if (!_source.Read(cancel))
            return null;
        _number++;
        if (_source.Fault is { } fault)
            return Faulty(fault.Field >= 0 && fault.Field < Columns.Count ? Columns[fault.Field] : null, fault.Reason);

        var values = new string[Columns.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = i < _source.Count ? FormulaGuard.Strip(_source.Value(i)) : "";
        for (var i = values.Length; i < _source.Count; i++)
        {
            if (!string.IsNullOrWhiteSpace(_source.Value(i)))
            {
                return Faulty(
                    null,
                    $"The row has {_source.Count} values for {values.Length} columns. Put quotes around values that hold the delimiter, or name the column.");
            }
        }
        return new TableRow(_number, values, null, _source.Raw());
    }

    /// <summary>The rows from here on.</summary>
    public IEnumerable<TableRow> Rows(CancellationToken cancel)
    {
        while (Read(cancel) is { } row)
            yield return row;
    }

    /// <summary>Passes over rows that are accounted for already; fewer when the file ends before.</summary>
    public void Skip(long rows, CancellationToken cancel)
    {
        for (; rows > 0; rows--)
        {
            if (_firstIsData)
                _firstIsData = false;
            else if (!_source.Read(cancel))
                return;
            _number++;
        }
    }

    public void Dispose() => _source.Dispose();

    private TableRow Faulty(string? column, string reason)
    {
        var raw = _source.Raw().Replace(TextEncodings.Unreadable, '\uFFFD').Replace("\0", "", StringComparison.Ordinal);
        return new TableRow(_number, [], new RowProblem(column, reason), raw);
    }
}
