using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace LeadGen.Infrastructure.Outbox.Webhooks;

/// <summary>How an exchange is shown to people: what went over the wire, without what is secret.</summary>
internal static class WebhookText
{
    /// <summary>A query may hold a token: only that there was one is kept. The signature is left out, as is any way to sign.</summary>
    public static string Of(Uri address, string id, long timestamp, int signatures, string payload) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        POST {address.GetLeftPart(UriPartial.Path)}{(address.Query.Length > 0 ? "?…" : "")}
        content-type: application/json
        webhook-id: {id}
        webhook-timestamp: {timestamp}
        webhook-signature: {(signatures == 1 ? "(one signature)" : "(two signatures, with the new and the old secret)")}

        {payload}
        """).ReplaceLineEndings("\n");

    public static string Of(HttpResponseMessage response, ReadOnlySpan<byte> body)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"HTTP/{response.Version} {(int)response.StatusCode} {response.ReasonPhrase}\n");
        foreach (var header in response.Headers.Concat(response.Content.Headers).Where(h => !h.Key.StartsWith("Set-Cookie", StringComparison.OrdinalIgnoreCase)))
        {
            text.Append(CultureInfo.InvariantCulture, $"{header.Key.ToLowerInvariant()}: {string.Join(", ", header.Value)}\n");
        }

        // A NUL cannot be stored.
        return text.Append('\n').Append(Encoding.UTF8.GetString(body)).Replace('\0', ' ').ToString();
    }

    public static string Failure(int status)
    {
        var name = ReasonPhrases.GetReasonPhrase(status);
        var answer = string.Create(CultureInfo.InvariantCulture, $"The server answered {status}{(name.Length > 0 ? $" {name}" : "")}.");
        return status is >= 300 and < 400 ? answer + " Redirects are not followed: enter the final address instead." : answer;
    }
}
