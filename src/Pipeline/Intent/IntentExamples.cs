using Sylvan.Data.Csv;

namespace LeadGen.Pipeline.Intent;

/// <summary>The labelled messages from which the served classifier is trained.</summary>
public static class IntentExamples
{
    private const string Resource = "LeadGen.Pipeline.Intent.Training.intents.csv";

    /// <summary>All labelled messages that come with the program, in the order of the file.</summary>
    public static IReadOnlyList<IntentExample> LoadLabelled()
    {
        using var stream = typeof(IntentExamples).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidDataException($"The program was built without {Resource}.");
        using var reader = new StreamReader(stream);
        return Read(reader);
    }

    /// <summary>Reads columns <c>text,kind</c> and, where they are there, <c>also</c> (kinds joined by ';') and <c>language</c>.</summary>
    /// <exception cref="InvalidDataException">A kind is not one of <see cref="IntentKind"/>.</exception>
    public static IReadOnlyList<IntentExample> Read(TextReader text)
    {
        // A message may be longer than the reader's default buffer.
        using var csv = CsvDataReader.Create(text, new CsvDataReaderOptions { HasHeaders = true, BufferSize = 0x10000 });
        var (textAt, kindAt) = (csv.GetOrdinal("text"), csv.GetOrdinal("kind"));
        var (alsoAt, languageAt) = (Find(csv, "also"), Find(csv, "language"));
        var examples = new List<IntentExample>();
        while (csv.Read())
        {
            var also = alsoAt < 0 ? "" : csv.GetString(alsoAt);
            var language = languageAt < 0 ? "" : csv.GetString(languageAt);
            examples.Add(new IntentExample(
                csv.GetString(textAt),
                Kind(csv.GetString(kindAt), csv.RowNumber),
                [.. also.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    .Select(name => Kind(name, csv.RowNumber))],
                language.Length == 0 ? null : language));
        }

        return examples;
    }

    private static int Find(CsvDataReader csv, string column)
    {
        for (var i = 0; i < csv.FieldCount; i++)
        {
            if (csv.GetName(i) == column)
            {
                return i;
            }
        }

        return -1;
    }

    private static IntentKind Kind(string name, int row) =>
        Enum.TryParse<IntentKind>(name, out var kind) && Enum.IsDefined(kind)
            ? kind
            : throw new InvalidDataException($"Row {row}: '{name}' is no intent kind.");
}
