namespace LeadGen.Pipeline.Ingestion;

/// <summary>Finds the character that separates a text file's columns, from its first records.</summary>
internal static class Delimiters
{
    private const int Records = 50;
    private static readonly char[] _candidates = [',', ';', '\t', '|'];

    /// <summary>
    /// The candidate that splits the header into several columns and the records below into as many; where none does, the file has
    /// one column and the candidate that splits fewest of its values is taken. Quoted text does not count.
    /// </summary>
    /// <param name="sample">The file's first characters; the last line may be cut off.</param>
    /// <param name="whole">The sample is the whole file.</param>
    public static char Detect(string sample, bool whole)
    {
        if (Declared(sample) is { } declared)
            return declared;
        var best = (Delimiter: ',', Score: double.MinValue);
        foreach (var candidate in _candidates)
        {
            var score = Score(sample, whole, candidate);
            if (score > best.Score)
                best = (candidate, score);
        }
        return best.Delimiter;
    }

    /// <summary>The delimiter that Excel's first line <c>sep=;</c> names, or null.</summary>
    public static char? Declared(string sample) =>
        sample.Length > 5 && sample.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && sample[5] is '\r' or '\n' ? sample[4] : null;

    private static double Score(string sample, bool whole, char delimiter)
    {
        using var records = new CsvRecords(new StringReader(sample), delimiter);
        var counts = new List<int>();
        while (counts.Count < Records && records.Read(CancellationToken.None))
            counts.Add(records.Fault is null ? records.Count : 0);
        if (!whole && counts.Count is > 1 and < Records)
            counts.RemoveAt(counts.Count - 1);
        if (counts.Count == 0)
            return 0;
        var columns = counts[0];
        var fit = counts.Average(count => count == columns ? 1 : count > 1 && count < columns ? 0.5 : 0);

        // Several columns, which most records have too, beat one column; among those, fit first and then the number of columns.
        return columns > 1 && counts.Average(count => count > 1 ? 1 : 0) >= 0.5 ? 10 + fit + Math.Min(columns, 100) / 1000.0 : columns == 1 ? fit : 0;
    }
}
