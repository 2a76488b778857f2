using System.Globalization;
using System.Text;

namespace LeadGen.Infrastructure.Crm.Salesforce;

/// <summary>Names and notations of the REST API.</summary>
internal static class SalesforceApi
{
    /// <summary>Spring '26. Salesforce keeps a version for at least three years (REST API Developer Guide, "API End-of-Life Policy").</summary>
    public const string Version = "v66.0";

    public const string Data = "/services/data/" + Version;

    /// <summary>External id of ours on each record, so that pushing twice makes one record.</summary>
    public const string IdField = "LeadGen_Id__c";

    public const string IdLabel = "LeadGen Id";

    /// <summary>Records of one call of sObject Collections.</summary>
    public const int Most = 200;

    /// <summary>What Salesforce's own web-to-lead form puts where a needed field has no value.</summary>
    public const string NotProvided = "[not provided]";

    /// <summary>A text in SOQL (SOQL and SOSL Reference, "Quoted String Escape Sequences").</summary>
    public static string Quoted(string text)
    {
        var quoted = new StringBuilder("'", text.Length + 2);
        foreach (var letter in text)
        {
            quoted.Append(letter switch
            {
                '\\' => "\\\\",
                '\'' => "\\'",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when char.IsControl(letter) => " ",
                _ => letter.ToString(),
            });
        }

        return quoted.Append('\'').ToString();
    }

    public static string Stamp(DateTime utc) => utc.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Ids are 15 or 18 letters and digits; anything else is never sent.</summary>
    public static bool IsId(string? text) => text is { Length: 15 or 18 } && text.All(char.IsAsciiLetterOrDigit);

    /// <summary>Splits values so that a query with them stays under the 8,000 characters that every server on the way takes (Salesforce itself takes 16,384).</summary>
    public static IEnumerable<List<string>> Chunks(IEnumerable<string> values)
    {
        var chunk = new List<string>();
        var size = 0;
        foreach (var value in values)
        {
            var length = Uri.EscapeDataString(Quoted(value)).Length + 3;
            if (chunk.Count > 0 && size + length > 6500)
            {
                yield return chunk;
                chunk = [];
                size = 0;
            }

            chunk.Add(value);
            size += length;
        }

        if (chunk.Count > 0)
        {
            yield return chunk;
        }
    }

    public static string List(IEnumerable<string> values) => "(" + string.Join(",", values.Select(Quoted)) + ")";
}
