using System.Globalization;
using System.Net.Mail;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>Makes unique column names out of a file's first record.</summary>
internal static class ColumnNames
{
    private const int MaxLength = 100;

    /// <summary>Names without blanks around; <c>Name</c> twice gives <c>Name (2)</c>, an empty one <c>Column 3</c>.</summary>
    public static string[] From(IReadOnlyList<string> header)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var names = new string[header.Count];
        for (var i = 0; i < names.Length; i++)
        {
            var name = CleanText.Line(header[i]);
            if (name.Length == 0)
                name = Number(i);
            if (name.Length > MaxLength)
                name = name[..MaxLength];
            names[i] = name;
            for (var n = 2; !taken.Add(names[i]); n++)
                names[i] = string.Create(CultureInfo.InvariantCulture, $"{name} ({n})");
        }
        return names;
    }

    public static string[] Numbered(int count) => [.. Enumerable.Range(0, count).Select(Number)];

    /// <summary>A header never is an e-mail address: where there is one, the file begins with data.</summary>
    public static bool IsData(IReadOnlyList<string> first) => first.Any(value => value.Contains('@') && MailAddress.TryCreate(value.Trim(), out _));

    private static string Number(int index) => string.Create(CultureInfo.InvariantCulture, $"Column {index + 1}");
}
