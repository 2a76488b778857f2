namespace LeadGen.Pipeline.Ingestion;

/// <summary>Where a column of a file goes.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Field">API field name, <c>custom.NAME</c>, or <c>""</c> when it is left out.</param>
public sealed record ColumnTarget(string Column, string Field);

/// <summary>Which column holds which field.</summary>
/// <remarks>
/// Proposed by name (English, German, French, Spanish), checked against the values (a column "Email" of yes and no is no address), then by
/// the values alone (addresses, phone numbers, web addresses). A column that maps to nothing becomes <c>custom.COLUMN</c>. Proposals give a
/// field to one column only, the first that fits best, except message, notes, tags and technologies. Where several columns go to one
/// field, messages and notes are put together line by line, lists are united, and of any other field the first value that is there counts.
/// </remarks>
public sealed class ColumnMapping
{
    private readonly string?[] _fields;

    private ColumnMapping(IReadOnlyList<ColumnTarget> columns)
    {
        Columns = columns;
        _fields = [.. columns.Select(column => column.Field.Length == 0 ? null : column.Field)];
    }

    /// <summary>One for every column of the file, in its order.</summary>
    public IReadOnlyList<ColumnTarget> Columns { get; }

    /// <param name="columns">Unique names of the columns.</param>
    /// <param name="samples">The first rows' values, column by column.</param>
    public static ColumnMapping Propose(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> samples) =>
        new(ColumnGuess.Fields(columns, samples, new Dictionary<int, string>()));

    /// <summary>What a person chose, and the proposal for the columns they did not name.</summary>
    /// <returns>Problems, one for every unknown column or field, instead of a mapping.</returns>
    public static (ColumnMapping? Mapping, IReadOnlyList<FieldProblem> Problems) Create(
        IReadOnlyList<string> columns,
        IReadOnlyList<IReadOnlyList<string>> samples,
        IReadOnlyDictionary<string, string> chosen)
    {
        var problems = new List<FieldProblem>();
        var fixedFields = new Dictionary<int, string>();
        foreach (var (column, field) in chosen)
        {
            var at = Index(columns, column);
            var target = field.Trim();
            var known = target.Length == 0 ? "" : LeadFields.Find(target)?.Name;
            if (at < 0)
                problems.Add(new FieldProblem(column, $"The file has no column \"{column}\". It has: {string.Join(", ", columns.Take(50))}.", field));
            else if (known is null)
                problems.Add(new FieldProblem(column, $"There is no field \"{target}\". Use one of: {ValidFields}, or nothing to leave the column out.", field));
            else
                fixedFields[at] = known;
        }
        return problems.Count > 0 ? (null, problems) : (new ColumnMapping(ColumnGuess.Fields(columns, samples, fixedFields)), []);
    }

    /// <summary>A row's values by field.</summary>
    public RawLead Read(TableRow row)
    {
        var values = new Dictionary<string, string>(_fields.Length, StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < _fields.Length; i++)
        {
            if (_fields[i] is not { } field || row.Values[i] is not { Length: > 0 } value)
                continue;
            if (!values.TryGetValue(field, out var before) || string.IsNullOrWhiteSpace(before))
                values[field] = value;
            else if (Separator(field) is { } separator && !string.IsNullOrWhiteSpace(value))
                values[field] = before + separator + value;
        }
        return new RawLead(values);
    }

    /// <summary>The column that a problem with the field is about, as the file names it; null when none holds the field.</summary>
    public string? ColumnOf(string field) =>
        Columns.FirstOrDefault(column => column.Field.Equals(field, StringComparison.OrdinalIgnoreCase))?.Column;

    /// <summary>Why a proposal gave this field to this column.</summary>
    public static ColumnCertainty CertaintyOf(string column, string field) => ColumnWords.Find(column) is { } guess && guess.Field == field
        ? guess.Rank == 0 ? ColumnCertainty.Name : ColumnCertainty.NameAndValues
        : field.Length == 0 || field.StartsWith(LeadFields.CustomPrefix, StringComparison.Ordinal) ? ColumnCertainty.None : ColumnCertainty.Values;

    /// <summary>Whether the values of several columns are put together in this field; of any other the first that is there counts.</summary>
    public static bool IsUnited(string field) => Separator(field) is not null;

    /// <summary>What joins the values of several columns of this field; null = the first value counts.</summary>
    internal static string? Separator(string field) => field switch
    {
        "message" or "notes" => "\n",
        "tags" or "technologies" => ";",
        _ => null,
    };

    private static string ValidFields => string.Join(", ", LeadFields.All.Select(each => each.Name)) + ", custom.NAME";

    private static int Index(IReadOnlyList<string> columns, string name)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].Equals(name.Trim(), StringComparison.OrdinalIgnoreCase))
                return i;
        }
        return -1;
    }
}

/// <summary>What an automatic mapping rests on, surest first.</summary>
public enum ColumnCertainty
{
    /// <summary>The column is called so.</summary>
    Name,

    /// <summary>Its name may mean several things, its values agree.</summary>
    NameAndValues,

    /// <summary>Its values alone.</summary>
    Values,

    /// <summary>No field fits.</summary>
    None,
}
