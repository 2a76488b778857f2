using System.Globalization;
using System.Text.Json;

namespace LeadGen.Infrastructure.Crm.Wire;

/// <summary>Reads a vendor's JSON without trusting its shape: what is not there, or is something else, is simply absent.</summary>
internal readonly struct JsonView(JsonElement? element)
{
    public JsonView this[string name] =>
        element is { ValueKind: JsonValueKind.Object } there && there.TryGetProperty(name, out var value) ? new JsonView(value) : default;

    public bool IsObject => element is { ValueKind: JsonValueKind.Object };

    public bool IsArray => element is { ValueKind: JsonValueKind.Array };

    public bool IsTrue => element is { ValueKind: JsonValueKind.True };

    /// <summary>Text, number or truth value as text; null for everything else.</summary>
    public string? Text => element switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        { ValueKind: JsonValueKind.True } => "true",
        { ValueKind: JsonValueKind.False } => "false",
        _ => null,
    };

    /// <summary>The JSON as it came; empty when absent.</summary>
    public string Raw => element?.GetRawText() ?? "";

    public IEnumerable<JsonView> Items
    {
        get
        {
            if (element is not { ValueKind: JsonValueKind.Array } list)
            {
                yield break;
            }

            foreach (var item in list.EnumerateArray())
            {
                yield return new JsonView(item);
            }
        }
    }

    public IEnumerable<KeyValuePair<string, JsonView>> Properties
    {
        get
        {
            if (element is not { ValueKind: JsonValueKind.Object } map)
            {
                yield break;
            }

            foreach (var property in map.EnumerateObject())
            {
                yield return new(property.Name, new JsonView(property.Value));
            }
        }
    }

    /// <summary>UTC, from ISO 8601 (a time without a zone is UTC) or from seconds since 1970.</summary>
    public DateTime? Time
    {
        get
        {
            if (element is { ValueKind: JsonValueKind.Number } number)
            {
                return number.TryGetInt64(out var seconds) && seconds is > 0 and < 253402300800 ? DateTime.UnixEpoch.AddSeconds(seconds) : null;
            }

            return DateTimeOffset.TryParse(Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.UtcDateTime : null;
        }
    }
}
