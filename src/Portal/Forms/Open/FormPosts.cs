using System.Text.Json;
using LeadGen.Infrastructure.Forms;

namespace LeadGen.Portal.Forms.Open;

/// <summary>Reads what was sent, as a form of the browser or as JSON of the script.</summary>
internal static class FormPosts
{
    public const string Token = "_token";
    public const string Trap = "_website";
    public const string Proof = "_proof";
    private const string Page = "_page";
    private const string Referrer = "_referrer";
    private const int LongestOrigin = 1_000;
    private const int LongestCampaign = 200;

    private static readonly string[] Campaigns = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"];

    public static bool IsJson(HttpRequest request) => request.HasJsonContentType();

    /// <summary>Campaign parameters and referrer of the page that is opened, to be sent with the form.</summary>
    public static IReadOnlyDictionary<string, string> FromQuery(HttpRequest request)
    {
        var hidden = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Campaigns)
        {
            Keep(hidden, name, request.Query[name].ToString(), LongestCampaign);
        }

        Keep(hidden, Page, $"{request.Scheme}://{request.Host}{request.PathBase}{request.Path}", LongestOrigin);
        Keep(hidden, Referrer, request.Headers.Referer.ToString(), LongestOrigin);
        return hidden;
    }

    /// <summary>The same parameters as they came back with the form.</summary>
    public static IReadOnlyDictionary<string, string> Hidden(SentForm sent) => sent.Origin.ToDictionary(
        o => o.Key switch { "page" => Page, "referrer" => Referrer, var name => name }, o => o.Value);

    /// <summary>The rest of the body is not read: nothing else can come over this connection.</summary>
    private static (SentForm? Sent, FormNotice? Problem) TooLarge(HttpRequest request)
    {
        request.HttpContext.Response.Headers.Connection = "close";
        return (null, FormNotice.TooLarge);
    }

    /// <returns>What was sent, or why it cannot be read.</returns>
    public static async Task<(SentForm? Sent, FormNotice? Problem)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > PublicFormGate.Most)
        {
            return TooLarge(request);
        }

        try
        {
            return IsJson(request) ? (Of(await JsonAsync(request, cancellationToken)), null)
                : request.HasFormContentType ? (Of(await FormAsync(request, cancellationToken)), null)
                : (null, FormNotice.Unreadable);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return TooLarge(request);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or BadHttpRequestException)
        {
            return (null, FormNotice.Unreadable);
        }
    }

    private static async Task<Dictionary<string, string>> FormAsync(HttpRequest request, CancellationToken cancellationToken) =>
        (await request.ReadFormAsync(cancellationToken)).ToDictionary(f => f.Key, f => f.Value.Count > 0 ? f.Value[^1] ?? "" : "", StringComparer.Ordinal);

    /// <exception cref="JsonException">It is no object of texts.</exception>
    private static async Task<Dictionary<string, string>> JsonAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var json = await JsonDocument.ParseAsync(request.Body, new JsonDocumentOptions { MaxDepth = 4 }, cancellationToken);
        if (json.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("Not an object.");
        }

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in json.RootElement.EnumerateObject())
        {
            values[property.Name] = property.Value.ValueKind switch
            {
                JsonValueKind.String => property.Value.GetString()!,
                JsonValueKind.Number or JsonValueKind.True => property.Value.GetRawText(),
                JsonValueKind.False or JsonValueKind.Null => "",
                _ => throw new JsonException($"{property.Name} is no text."),
            };
        }

        return values;
    }

    private static SentForm Of(Dictionary<string, string> posted)
    {
        var origin = new Dictionary<string, string>(StringComparer.Ordinal);
        Keep(origin, "page", posted.GetValueOrDefault(Page), LongestOrigin);
        Keep(origin, "referrer", posted.GetValueOrDefault(Referrer), LongestOrigin);
        foreach (var name in Campaigns)
        {
            Keep(origin, name, posted.GetValueOrDefault(name), LongestCampaign);
        }

        return new SentForm(posted.GetValueOrDefault(Token), posted, posted.GetValueOrDefault(Trap) ?? "", posted.GetValueOrDefault(Proof), origin);
    }

    private static void Keep(Dictionary<string, string> into, string name, string? text, int most)
    {
        if (!string.IsNullOrWhiteSpace(text))
        {
            into[name] = new string([.. text.Trim().Where(c => !char.IsControl(c)).Take(most)]);
        }
    }
}
