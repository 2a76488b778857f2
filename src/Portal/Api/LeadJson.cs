using System.Text.Json;
using LeadGen.Pipeline.Ingestion;

namespace LeadGen.Portal.Api;

/// <summary>A lead's JSON object as texts by field: <c>consent</c> and <c>custom</c> are opened, lists are joined.</summary>
internal static class LeadJson
{
    private const string Scalar = "Send a text, a number, true or false here.";

    /// <returns>Null stands for a field that was sent as null.</returns>
    public static IReadOnlyDictionary<string, string?> Read(JsonElement json, Fields fields, string prefix = "")
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (json.ValueKind != JsonValueKind.Object)
        {
            fields.Wrong(prefix.Length == 0 ? "body" : prefix.TrimEnd('.'), "A lead is an object of fields.");
            return values;
        }

        foreach (var property in json.EnumerateObject())
        {
            Take(values, property.Name, property.Value, fields, prefix);
        }

        return values;
    }

    /// <summary>For new leads, where null says nothing.</summary>
    public static RawLead Raw(IReadOnlyDictionary<string, string?> values) => new(values.Where(v => v.Value is not null)
        .ToDictionary(v => v.Key, v => v.Value!, StringComparer.OrdinalIgnoreCase));

    private static void Take(Dictionary<string, string?> values, string name, JsonElement json, Fields fields, string prefix)
    {
        if (name is "consent" or "custom")
        {
            TakeParts(values, name, json, fields, prefix);
        }
        else if (json.ValueKind == JsonValueKind.Array)
        {
            var items = json.EnumerateArray().Select(Text).ToList();
            if (LeadFields.Find(name) is { Kind: FieldKind.List } && !items.Contains(null))
            {
                values[name] = items.Count == 0 ? null : string.Join(';', items);
            }
            else
            {
                fields.Wrong(prefix + name, items.Contains(null) ? "A list holds texts." : Scalar);
            }
        }
        else if (json.ValueKind == JsonValueKind.Null)
        {
            values[name] = null;
        }
        else if (Text(json) is { } text)
        {
            values[name] = text;
        }
        else
        {
            fields.Wrong(prefix + name, Scalar);
        }
    }

    private static void TakeParts(Dictionary<string, string?> values, string name, JsonElement json, Fields fields, string prefix)
    {
        if (json.ValueKind == JsonValueKind.Null && name == "consent")
        {
            values["consent.basis"] = values["consent.at"] = values["consent.text"] = null;
        }
        else if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (var part in json.EnumerateObject())
            {
                Take(values, $"{name}.{part.Name}", part.Value, fields, prefix);
            }
        }
        else if (json.ValueKind != JsonValueKind.Null)
        {
            fields.Wrong(prefix + name, name == "custom" ? "Send an object of your own fields." : "Send an object with basis, at and text.");
        }
    }

    private static string? Text(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Number => json.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };
}
