namespace LeadGen.Pipeline.Ingestion;

/// <summary>Records of a file, header included, one at a time; what a format must offer to become a <see cref="TableReader"/>.</summary>
internal abstract class RecordSource : IDisposable
{
    /// <summary>Longest value, in UTF-16 units.</summary>
    public const int MaxField = 65_536;

    /// <summary>Most columns of a file.</summary>
    public const int MaxColumns = 500;

    /// <summary>Fields of the current record.</summary>
    public abstract int Count { get; }

    /// <summary>What is wrong with the current record, with the field's index (−1 = the whole record).</summary>
    public abstract (int Field, string Reason)? Fault { get; }

    /// <summary>Moves to the next record that is not blank; false at the end.</summary>
    public abstract bool Read(CancellationToken cancel);

    public abstract string Value(int field);

    /// <summary>The record as it stands, at most <see cref="TableRow.MaxRaw"/> characters.</summary>
    public abstract string Raw();

    public abstract void Dispose();
}
