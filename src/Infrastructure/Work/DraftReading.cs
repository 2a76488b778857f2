using LeadGen.Pipeline.Ingestion;

namespace LeadGen.Infrastructure.Work;

/// <summary>A file as certain settings read it: what it is, its columns, its first rows, and what those become.</summary>
/// <param name="Format">Encoding, delimiter, sheets, header.</param>
/// <param name="Columns">In the file's order.</param>
/// <param name="FirstRows">At most <see cref="FileInspection.Rows"/>, those with a problem included.</param>
/// <param name="Missing">Columns that the settings name and the file has not; they are passed over.</param>
public sealed record DraftReading(
    TableFormat Format, IReadOnlyList<DraftColumn> Columns, IReadOnlyList<TableRow> FirstRows, IReadOnlyList<string> Missing)
{
    private const int Shown = 3;

    /// <summary>Everything that was found, fixed, so that a resumed import reads its file as the first run did.</summary>
    public ImportSettings Settle(ImportSettings settings) => settings with
    {
        Encoding = Format.Encoding,
        Delimiter = Format.Delimiter,
        Sheet = Format.Sheet,
        Header = Format.HasHeader,
        Mapping = Columns.ToDictionary(c => c.Name, c => c.Field),
    };

    /// <param name="file">Owned from here on.</param>
    /// <param name="fileName">For messages.</param>
    /// <param name="settings">How to read it.</param>
    /// <param name="now">UTC.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="UnusableFile">It cannot be read this way.</exception>
    public static DraftReading Of(Stream file, string fileName, ImportSettings settings, DateTime now, CancellationToken cancellationToken)
    {
        using var table = TableFile.Open(file, fileName, settings, cancellationToken);
        var rows = table.Rows(cancellationToken).Take(FileInspection.Rows).ToList();
        var whole = rows.Where(r => r.Problem is null).ToList();
        var samples = table.Columns.Select((_, i) => (IReadOnlyList<string>)[.. whole.Select(r => r.Values[i]).Where(v => v.Length > 0)]).ToList();
        var names = table.Columns.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var chosen = settings.Mapping.Where(m => names.Contains(m.Key)).ToDictionary(StringComparer.OrdinalIgnoreCase);
        var (mapping, problems) = ColumnMapping.Create(table.Columns, samples, chosen);
        if (mapping is null)
        {
            throw new UnusableFile(string.Join(" ", problems.Select(p => p.Reason)));
        }

        var readings = whole.Select(r => (Row: r, Reading: LeadNormalizer.Read(mapping.Read(r), Guid.Empty, now))).ToList();
        var proposed = ColumnMapping.Propose(table.Columns, samples);
        var columns = mapping.Columns.Select((c, i) => new DraftColumn(
            c.Column,
            c.Field,
            c.Field == proposed.Columns[i].Field ? ColumnMapping.CertaintyOf(c.Column, c.Field) : null,
            [.. readings.Where(r => r.Row.Values[i].Trim().Length > 0).Take(Shown).Select(r => Value(r.Row.Values[i], c.Field, r.Reading, now))]));
        return new DraftReading(table.Format, [.. columns], rows, [.. settings.Mapping.Keys.Where(k => !names.Contains(k))]);
    }

    private static DraftValue Value(string given, string name, LeadReading reading, DateTime now)
    {
        if (LeadFields.Find(name) is not { } field)
        {
            return new DraftValue(given, null, null);
        }

        // A row that gives no lead still shows what its values are read as.
        var problem = reading.Problems.FirstOrDefault(p => p.Field == name && p.Value is not null)?.Reason;
        return new DraftValue(given, reading.Lead is null ? FieldText.Read(field, given, null, now).Text : field.Get(reading.Lead), problem);
    }
}

/// <summary>A column with its first values.</summary>
/// <param name="Name">Unique in the file.</param>
/// <param name="Field">Where it goes: a field, <c>custom.NAME</c>, or <c>""</c>.</param>
/// <param name="Certainty">What the automatic mapping rests on; null when a person chose otherwise.</param>
/// <param name="Values">The first that are there.</param>
public sealed record DraftColumn(string Name, string Field, ColumnCertainty? Certainty, IReadOnlyList<DraftValue> Values);

/// <summary>A value of the file, and what the lead will have.</summary>
/// <param name="Given">As it stands in the file.</param>
/// <param name="Becomes">The field's text; null when the value says nothing or cannot be read, or the column is left out.</param>
/// <param name="Problem">Why it cannot be taken as it is, or null.</param>
public sealed record DraftValue(string Given, string? Becomes, string? Problem);
