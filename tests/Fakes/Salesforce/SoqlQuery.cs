using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace LeadGen.Fakes.Salesforce;

/// <summary>The part of SOQL that is needed: fields, one object, conditions with AND, OR, brackets and IN (lists and inner queries), order, limit.</summary>
internal sealed partial class SoqlQuery
{
    private readonly List<string> words;
    private int at;

    private SoqlQuery(string text) => words = [.. Words().Matches(text).Select(m => m.Value)];

    public IReadOnlyList<string> Fields { get; private set; } = [];

    public string From { get; private set; } = "";

    public Func<SalesforceRow, SalesforceStore, bool> Where { get; private set; } = (_, _) => true;

    public IReadOnlyList<string> Order { get; private set; } = [];

    public int Limit { get; private set; } = int.MaxValue;

    /// <exception cref="FormatException">Not understood.</exception>
    public static SoqlQuery Parse(string text)
    {
        var query = new SoqlQuery(text);
        query.Read();
        return query.at == query.words.Count ? query : throw new FormatException($"unexpected token: '{query.words[query.at]}'");
    }

    /// <summary>A field of the row, or of the row that it refers to: <c>Opportunity.StageName</c>.</summary>
    public static object? Value(SalesforceRow row, string path, SalesforceStore store)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? row[path] : row[path[..dot] + "Id"] is string id && store.Find(id) is { } other ? Value(other, path[(dot + 1)..], store) : null;
    }

    public List<SalesforceRow> Run(SalesforceStore store, bool deletedToo)
    {
        IEnumerable<SalesforceRow> rows = store.All(From).Where(r => !r.Purged && (deletedToo || !r.Deleted) && Where(r, store));
        IOrderedEnumerable<SalesforceRow>? sorted = null;
        foreach (var field in Order)
        {
            sorted = sorted is null ? rows.OrderBy(r => Value(r, field, store), Comparing) : sorted.ThenBy(r => Value(r, field, store), Comparing);
        }

        return [.. (sorted ?? rows).Take(Limit)];
    }

    private static readonly IComparer<object?> Comparing = Comparer<object?>.Create(Compare);

    private static int Compare(object? a, object? b) => (a, b) switch
    {
        (null, null) => 0,
        (null, _) => -1,
        (_, null) => 1,
        (DateTime x, DateTime y) => x.CompareTo(y),
        (decimal x, decimal y) => x.CompareTo(y),
        (bool x, bool y) => x.CompareTo(y),
        _ => string.Compare(a.ToString(), b.ToString(), StringComparison.OrdinalIgnoreCase),
    };

    private void Read()
    {
        Take("SELECT");
        List<string> fields = [Next()];
        while (Is(","))
        {
            fields.Add(Next());
        }

        Fields = fields;
        Take("FROM");
        From = Next();
        if (Is("WHERE"))
        {
            Where = Either();
        }

        if (Is("ORDER"))
        {
            Take("BY");
            List<string> order = [Next()];
            while (Is(","))
            {
                order.Add(Next());
            }

            Order = order;
        }

        if (Is("LIMIT"))
        {
            Limit = int.Parse(Next(), CultureInfo.InvariantCulture);
        }
    }

    private Func<SalesforceRow, SalesforceStore, bool> Either()
    {
        var left = Both();
        while (Is("OR"))
        {
            var (a, b) = (left, Both());
            left = (r, s) => a(r, s) || b(r, s);
        }

        return left;
    }

    private Func<SalesforceRow, SalesforceStore, bool> Both()
    {
        var left = One();
        while (Is("AND"))
        {
            var (a, b) = (left, One());
            left = (r, s) => a(r, s) && b(r, s);
        }

        return left;
    }

    private Func<SalesforceRow, SalesforceStore, bool> One()
    {
        if (Is("("))
        {
            var inner = Either();
            Take(")");
            return inner;
        }

        var field = Next();
        var sign = Next();
        if (!sign.Equals("IN", StringComparison.OrdinalIgnoreCase))
        {
            var wanted = Literal(Next());
            return (r, s) => Value(r, field, s) is var value && sign switch
            {
                "=" => Compare(value, wanted) == 0,
                ">" => value is not null && Compare(value, wanted) > 0,
                ">=" => value is not null && Compare(value, wanted) >= 0,
                _ => throw new FormatException($"unexpected token: '{sign}'"),
            };
        }

        Take("(");
        if (words[at].Equals("SELECT", StringComparison.OrdinalIgnoreCase))
        {
            var end = words.LastIndexOf(")");
            var nested = Parse(string.Join(' ', words[at..end]));
            at = end + 1;
            return (r, s) => nested.Run(s, false).Any(n => Compare(n[nested.Fields[0]], Value(r, field, s)) == 0);
        }

        var list = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { Text(Next()) };
        while (Is(","))
        {
            list.Add(Text(Next()));
        }

        Take(")");
        return (r, s) => Value(r, field, s)?.ToString() is { } value && list.Contains(value);
    }

    private static object Literal(string word) =>
        word.StartsWith('\'') ? Text(word)
        : word.ToLowerInvariant() is "true" or "false" ? word.Equals("true", StringComparison.OrdinalIgnoreCase)
        : DateTimeOffset.TryParse(word, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && word.Contains('T', StringComparison.Ordinal) ? time.UtcDateTime
        : decimal.Parse(word, CultureInfo.InvariantCulture);

    private static string Text(string word)
    {
        if (!word.StartsWith('\''))
        {
            throw new FormatException($"unexpected token: '{word}'");
        }

        var text = new StringBuilder();
        for (var i = 1; i < word.Length - 1; i++)
        {
            text.Append(word[i] == '\\' ? word[++i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', var other => other } : word[i]);
        }

        return text.ToString();
    }

    private string Next() => at < words.Count ? words[at++] : throw new FormatException("unexpected end");

    private bool Is(string word)
    {
        if (at < words.Count && words[at].Equals(word, StringComparison.OrdinalIgnoreCase))
        {
            at++;
            return true;
        }

        return false;
    }

    private void Take(string word)
    {
        if (!Is(word))
        {
            throw new FormatException($"expecting '{word}'");
        }
    }

    [GeneratedRegex(@"'(?:\\.|[^'\\])*'|>=|[=>(),]|[^\s=>(),']+", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
