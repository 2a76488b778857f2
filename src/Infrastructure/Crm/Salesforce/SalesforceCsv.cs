using System.Text;

namespace LeadGen.Infrastructure.Crm.Salesforce;

/// <summary>The CSV of Bulk API 2.0: comma, LF, every value in quotes; <c>#N/A</c> clears a field while an empty value leaves it alone.</summary>
/// <remarks>Bulk API 2.0 Developer Guide, "Prepare Data to Ingest".</remarks>
internal static class SalesforceCsv
{
    public static string Line(IEnumerable<string> values) => string.Join(",", values.Select(v => "\"" + v.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"")) + "\n";

    /// <summary>Rows by column name; a row that is too short has fewer.</summary>
    public static List<Dictionary<string, string>> Read(string text)
    {
        var rows = new List<Dictionary<string, string>>();
        List<string>? names = null;
        foreach (var record in Records(text))
        {
            if (names is null)
            {
                names = record;
                continue;
            }

            var row = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            for (var i = 0; i < Math.Min(names.Count, record.Count); i++)
            {
                row[names[i]] = record[i];
            }

            rows.Add(row);
        }

        return rows;
    }

    private static IEnumerable<List<string>> Records(string text)
    {
        var record = new List<string>();
        var value = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (quoted && letter == '"' && i + 1 < text.Length && text[i + 1] == '"')
            {
                value.Append('"');
                i++;
            }
            else if (letter == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && letter is ',' or '\n')
            {
                record.Add(value.ToString().TrimEnd('\r'));
                value.Clear();
                if (letter == '\n')
                {
                    yield return record;
                    record = [];
                }
            }
            else
            {
                value.Append(letter);
            }
        }

        if (record.Count > 0 || value.Length > 0)
        {
            record.Add(value.ToString());
            yield return record;
        }
    }
}
