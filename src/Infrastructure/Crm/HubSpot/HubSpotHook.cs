using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LeadGen.Infrastructure.Crm.HubSpot;

/// <summary>Webhooks of HubSpot, version 3 of their signature: developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation.</summary>
internal static class HubSpotHook
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>The only characters that are decoded before signing.</summary>
    private static readonly (string Encoded, string Plain)[] Decoded =
    [
        ("%3A", ":"), ("%2F", "/"), ("%3F", "?"), ("%40", "@"), ("%21", "!"), ("%24", "$"),
        ("%27", "'"), ("%28", "("), ("%29", ")"), ("%2A", "*"), ("%2C", ","), ("%3B", ";"),
    ];

    public static bool IsProven(CrmHook hook, string? secret, DateTime now)
    {
        if (string.IsNullOrEmpty(secret) || Header(hook, "X-HubSpot-Signature-v3") is not { } given || Header(hook, "X-HubSpot-Request-Timestamp") is not { } stamp
            || !long.TryParse(stamp, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
        {
            return false;
        }

        var age = new DateTimeOffset(now, TimeSpan.Zero).ToUnixTimeMilliseconds() - milliseconds;
        if (Math.Abs((double)age) > Tolerance.TotalMilliseconds)
        {
            return false;
        }

        var signed = (byte[])[.. Encoding.UTF8.GetBytes(hook.Method + Address(hook.Uri)), .. hook.Body.Span, .. Encoding.UTF8.GetBytes(stamp)];
        var proof = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(proof), Encoding.UTF8.GetBytes(given));
    }

    /// <returns>Events that concern contacts and deals; others are acknowledged and forgotten. Null when it is no list of events.</returns>
    public static IReadOnlyList<CrmEvent>? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Array ? [.. document.RootElement.EnumerateArray().SelectMany(Read)] : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static IEnumerable<CrmEvent> Read(JsonElement item)
    {
        var kind = item.GetProperty("subscriptionType").GetString() ?? "";
        var id = item.GetProperty("objectId").ToString();
        var milliseconds = item.GetProperty("occurredAt").GetInt64();
        var at = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime;
        var property = item.TryGetProperty("propertyName", out var name) ? name.GetString() : null;

        // HubSpot does not promise that its event ids are unique; with what they are about they are.
        var eventId = string.Create(CultureInfo.InvariantCulture, $"{item.GetProperty("eventId")}-{id}-{kind}-{property}-{milliseconds}");
        CrmEvent Event(string remoteId, CrmRemote? record, string suffix = "") => new(eventId + suffix, remoteId, at, record, item.GetRawText());
        return kind switch
        {
            "contact.deletion" or "contact.privacyDeletion" => [Event(id, new CrmRemote(id, null, new Dictionary<string, string>(), null, at) { Deleted = true })],
            "contact.merge" => Merged(item).Append(id).Distinct().Select(old => Event(old, null, "-" + old)),
            "contact.creation" or "contact.propertyChange" or "contact.restore" => [Event(id, null)],
            "deal.propertyChange" when property == "dealstage" => [Event(HubSpotReading.Deal + id, null)],
            "deal.creation" => [Event(HubSpotReading.Deal + id, null)],
            _ => [],
        };
    }

    private static IEnumerable<string> Merged(JsonElement item)
    {
        var primary = item.TryGetProperty("primaryObjectId", out var first) ? [first.ToString()] : Array.Empty<string>();
        return item.TryGetProperty("mergedObjectIds", out var ids) && ids.ValueKind == JsonValueKind.Array
            ? primary.Concat(ids.EnumerateArray().Select(i => i.ToString()))
            : primary;
    }

    private static string Address(Uri uri)
    {
        var address = uri.OriginalString;
        foreach (var (encoded, plain) in Decoded)
        {
            address = address.Replace(encoded, plain, StringComparison.OrdinalIgnoreCase);
        }

        return address;
    }

    private static string? Header(CrmHook hook, string name) =>
        hook.Headers.FirstOrDefault(h => string.Equals(h.Key, name, StringComparison.OrdinalIgnoreCase)).Value;
}
