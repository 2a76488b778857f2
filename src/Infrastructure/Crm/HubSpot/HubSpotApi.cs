using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LeadGen.Infrastructure.Crm.Wire;
using LeadGen.Infrastructure.Outbound;
using LeadGen.Infrastructure.Work;

namespace LeadGen.Infrastructure.Crm.HubSpot;

/// <summary>One account's API for the length of a job: addresses, tokens, errors. See developers.hubspot.com/docs/api-reference.</summary>
internal sealed class HubSpotApi(CrmConnection connection)
{
    private const int LongestMessage = 300;

    /// <summary>The daily limit ends at midnight of the account's time zone, which is looked for once an hour.</summary>
    private static readonly TimeSpan DayHold = TimeSpan.FromHours(1);

    private static readonly TimeSpan BurstHold = TimeSpan.FromSeconds(10);

    private static readonly JsonSerializerOptions Written = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly string root = (connection.Settings.BaseUrl ?? HubSpotConsent.Home).TrimEnd('/');
    private readonly ConnectionSecrets secrets = ConnectionSecrets.Of(connection);

    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, null, [], cancellationToken);

    /// <param name="path">Below the root.</param>
    /// <param name="body">Sent as JSON.</param>
    /// <param name="allowed">Statuses that are answers to the caller rather than troubles.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<JsonElement> PostAsync(string path, object body, HttpStatusCode[] allowed, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, JsonSerializer.Serialize(body, Written), allowed, cancellationToken);

    /// <summary>HubSpot's own words about what was wrong, shortened.</summary>
    public static string Message(JsonElement answer)
    {
        var text = answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("message", out var message) ? message.GetString() ?? "" : "";
        if (answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array
            && errors.GetArrayLength() > 0 && errors[0].TryGetProperty("message", out var first))
        {
            var field = errors[0].TryGetProperty("context", out var context) && context.TryGetProperty("propertyName", out var names) && names.GetArrayLength() > 0
                ? names[0].GetString() + ": "
                : "";
            text = field + first.GetString();
        }

        return text.Length > LongestMessage ? text[..LongestMessage] + " …" : text;
    }

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, string? body, HttpStatusCode[] allowed, CancellationToken cancellationToken)
    {
        var renewed = false;
        if (secrets["token"] is null)
        {
            await RenewAsync(null, cancellationToken);
            renewed = true;
        }

        while (true)
        {
            var token = secrets["token"];
            using var request = new HttpRequestMessage(method, root + path);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
            var (status, retryAfter, answer) = await CallAsync(request, cancellationToken);
            if (status == HttpStatusCode.Unauthorized && !renewed && secrets["refreshToken"] is not null)
            {
                // Access tokens live half an hour.
                await RenewAsync(token, cancellationToken);
                renewed = true;
                continue;
            }

            return (int)status is >= 200 and < 300 || allowed.Contains(status) ? Read(answer, status) : throw Trouble(status, retryAfter, answer);
        }
    }

    private Task RenewAsync(string? stale, CancellationToken cancellationToken) => secrets.RenewAsync(
        stale,
        () => secrets["refreshToken"] is { } refreshToken
            ? RenewAsync(refreshToken)
            : throw new CrmException(CrmTrouble.Refused, "There is no token for HubSpot. Enter the token of a private app."),
        cancellationToken);

    private async Task<Dictionary<string, string>> RenewAsync(string refreshToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, root + HubSpotConsent.TokenPath)
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "refresh_token",
                ["client_id"] = connection.Settings.ClientId ?? "",
                ["client_secret"] = secrets.AppSecret ?? "",
                ["refresh_token"] = refreshToken,
            }),
        };
        var (status, retryAfter, answer) = await CallAsync(request, CancellationToken.None);
        if (status != HttpStatusCode.OK)
        {
            throw status == HttpStatusCode.BadRequest
                ? new CrmException(CrmTrouble.Refused, "HubSpot no longer accepts the stored sign-in. Connect it again.") { Status = (int)status }
                : Trouble(status, retryAfter, answer);
        }

        return TokenAnswer.Read(new JsonView(Read(answer, status)), "HubSpot", root);
    }

    private async Task<(HttpStatusCode Status, TimeSpan? RetryAfter, string Body)> CallAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await connection.Http.SendAsync(request, cancellationToken);
            FailPoint.Reach("crm-sent");
            return (response.StatusCode, response.Headers.RetryAfter?.Delta, await response.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new CrmException(CrmTrouble.Unavailable, OutboundHttp.Explain(e) ?? "HubSpot could not be reached.", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CrmException(CrmTrouble.Unavailable, "HubSpot did not answer in time.", e);
        }
    }

    private static JsonElement Read(string answer, HttpStatusCode status)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new CrmException(CrmTrouble.Unavailable, "HubSpot's answer could not be read.", e) { Status = (int)status };
        }
    }

    private static CrmException Trouble(HttpStatusCode status, TimeSpan? retryAfter, string answer)
    {
        JsonElement problem = default;
        if (answer.StartsWith('{'))
        {
            problem = Read(answer, status);
        }

        string Part(string name) => problem.ValueKind == JsonValueKind.Object && problem.TryGetProperty(name, out var value) ? value.ToString() : "";
        return (int)status switch
        {
            429 when Part("policyName") == "DAILY" => new CrmException(CrmTrouble.Throttled, "HubSpot's calls of the day are used up. It goes on when HubSpot allows.")
            {
                Status = 429,
                RetryAfter = retryAfter ?? DayHold,
            },
            429 => new CrmException(CrmTrouble.Throttled, "HubSpot asks for a slower pace.") { Status = 429, RetryAfter = retryAfter ?? BurstHold },
            401 => new CrmException(CrmTrouble.Refused, "HubSpot refuses the token: it was withdrawn or has expired. Enter a new one.") { Status = 401 },
            403 => new CrmException(CrmTrouble.Refused, $"The token lacks rights in HubSpot{Scopes(problem)}. Add them to the app, then try again.") { Status = 403 },
            >= 500 or 408 => new CrmException(CrmTrouble.Unavailable, $"HubSpot has trouble of its own (status {(int)status}).") { Status = (int)status },
            _ => new CrmException(CrmTrouble.Invalid, $"HubSpot refused: {(Message(problem) is { Length: > 0 } said ? said : $"status {(int)status}")}")
            {
                Status = (int)status,
            },
        };
    }

    private static string Scopes(JsonElement problem)
    {
        try
        {
            var scopes = problem.GetProperty("errors")[0].GetProperty("context").GetProperty("requiredGranularScopes").EnumerateArray().Select(s => s.GetString());
            return $": {string.Join(", ", scopes)}";
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            // Not every refusal names them.
            return "";
        }
    }
}
