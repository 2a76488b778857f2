namespace LeadGen.Pipeline.Ingestion;

/// <summary>What a file turned out to be, before anything is taken from it.</summary>
/// <param name="Format">Encoding, delimiter, sheets, header.</param>
/// <param name="Columns">In the file's order.</param>
/// <param name="FirstRows">The first rows, at most <see cref="Rows"/>, those with a problem included.</param>
/// <param name="Problems">Of the mapping in the settings: unknown columns and fields. The proposal is shown in its place.</param>
public sealed record FileInspection(
    TableFormat Format,
    IReadOnlyList<InspectedColumn> Columns,
    IReadOnlyList<TableRow> FirstRows,
    IReadOnlyList<FieldProblem> Problems)
{
    /// <summary>Rows that are looked at.</summary>
    public const int Rows = 50;

    private const int Shown = 5;
    private const int ShownLength = 200;

    /// <summary>The settings with everything that was found put in, so that a later run reads the file in the same way without searching.</summary>
    public ImportSettings Settle(ImportSettings settings) => settings with
    {
        Encoding = Format.Encoding,
        Delimiter = Format.Delimiter,
        Sheet = Format.Sheet,
        Header = Format.HasHeader,
        Mapping = Columns.ToDictionary(column => column.Name, column => column.Field),
    };

    /// <inheritdoc cref="TableFile.Open"/>
    public static FileInspection Of(Stream file, string fileName, ImportSettings settings, CancellationToken cancel)
    {
        using var reader = TableFile.Open(file, fileName, settings, cancel);
        var rows = reader.Rows(cancel).Take(Rows).ToList();
        var samples = reader.Columns
            .Select((_, i) => (IReadOnlyList<string>)[.. rows.Where(row => row.Problem is null).Select(row => row.Values[i]).Where(value => value.Length > 0)])
            .ToList();
        var (mapping, problems) = ColumnMapping.Create(reader.Columns, samples, settings.Mapping);
        mapping ??= ColumnMapping.Propose(reader.Columns, samples);
        var columns = mapping.Columns
            .Select((column, i) => new InspectedColumn(
                column.Column,
                [.. samples[i].Take(Shown).Select(value => FieldText.Cut(value, ShownLength))],
                column.Field))
            .ToList();
        return new FileInspection(reader.Format, columns, rows, problems);
    }
}

/// <summary>A column with its first values.</summary>
/// <param name="Name">Unique in the file.</param>
/// <param name="Samples">The first five values that are there, at most 200 characters each.</param>
/// <param name="Field">Where it goes: a field, <c>custom.NAME</c>, or <c>""</c>.</param>
public sealed record InspectedColumn(string Name, IReadOnlyList<string> Samples, string Field);
