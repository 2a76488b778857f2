using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using LeadGen.Infrastructure.Crm.Wire;

namespace LeadGen.Infrastructure.Crm.Pipedrive;

/// <summary>
/// Calls within one connection, paced by what Pipedrive says is left of the two seconds that it counts in. An expired access token is
/// renewed once and the call repeated.
/// </summary>
/// <remarks>
/// Pipedrive developers: "Authentication" (header <c>x-api-token</c>), "OAuth authorization", step 7 (refresh with HTTP Basic of client id and
/// secret; the answer names <c>api_domain</c>), "Rate limiting" (<c>x-ratelimit-limit</c>, <c>-remaining</c>, <c>-reset</c>, <c>x-daily-requests-left</c>).
/// </remarks>
internal sealed class PipedriveSession
{
    private const string Api = "https://api.pipedrive.com";
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly ConditionalWeakTable<CrmConnection, PipedriveSession> Known = [];

    private readonly CrmConnection connection;
    private readonly ConnectionSecrets secrets;
    private TimeSpan pause;

    private PipedriveSession(CrmConnection connection)
    {
        this.connection = connection;
        secrets = ConnectionSecrets.Of(connection);
    }

    public CrmConnection Connection => connection;

    public TimeProvider Time { get; private init; } = TimeProvider.System;

    public DateTime Now => Time.GetUtcNow().UtcDateTime;

    /// <summary>Writing calls left today, where Pipedrive says so.</summary>
    public long? LeftToday { get; private set; }

    /// <summary>Fields by <c>personFields</c> or <c>organizationFields</c>, read once for each connection.</summary>
    public Dictionary<string, PipedriveSchema> Schemas { get; } = [];

    /// <summary>People come with an entry in the leads inbox unless the settings say Person.</summary>
    public bool WithLead => connection.Settings.Entity != "Person";

    private string BaseUrl => (secrets["apiDomain"] ?? connection.Settings.BaseUrl ?? Api).TrimEnd('/');

    private bool IsOAuth => secrets["refreshToken"] is not null;

    public static PipedriveSession Of(CrmConnection connection, TimeProvider time) =>
        Known.GetValue(connection, c => new PipedriveSession(c) { Time = time });

    /// <summary>Where a person sees a record.</summary>
    public string PersonUrl(string id) => $"{(connection.Settings.BaseUrl is null && secrets["apiDomain"] is null ? "https://app.pipedrive.com" : BaseUrl)}/person/{id}";

    /// <summary>A number of seconds in a header.</summary>
    public static double? Seconds(VendorAnswer answer, string header) =>
        double.TryParse(answer.Header(header), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= 86_400 ? seconds : null;

    /// <exception cref="CrmException">Every answer but a good one.</exception>
    public async Task<JsonView> CallAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        var answer = await TryAsync(method, path, body, cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccess)
        {
            throw PipedriveErrors.Of(answer, Now);
        }

        var json = answer.Json;
        return json["success"].Text != "false" ? json : throw new CrmException(CrmTrouble.Invalid, "Pipedrive answered: " + VendorWire.Short(json["error"].Text, "no reason given"));
    }

    /// <summary>Pages of a list of API v2, which names the next by <c>additional_data.next_cursor</c>.</summary>
    public async IAsyncEnumerable<JsonView> PagesAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        for (var pages = 0; pages < 200; pages++)
        {
            var next = cursor is null ? path : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}cursor={Uri.EscapeDataString(cursor)}";
            var json = await CallAsync(HttpMethod.Get, next, null, cancellationToken).ConfigureAwait(false);
            yield return json;
            cursor = json["additional_data"]["next_cursor"].Text;
            if (string.IsNullOrEmpty(cursor))
            {
                yield break;
            }
        }
    }

    private async Task<VendorAnswer> TryAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        if (secrets["token"] is null)
        {
            await RenewAsync(null, cancellationToken).ConfigureAwait(false);
        }

        var token = secrets["token"];
        var answer = await SendAsync(method, path, body, cancellationToken).ConfigureAwait(false);
        if (answer.Status == HttpStatusCode.Unauthorized && IsOAuth)
        {
            await RenewAsync(token, cancellationToken).ConfigureAwait(false);
            answer = await SendAsync(method, path, body, cancellationToken).ConfigureAwait(false);
        }

        if (answer.Status == HttpStatusCode.TooManyRequests && PipedriveErrors.Wait(answer, Now) is var wait && wait <= LongestPause)
        {
            pause = wait;
            answer = await SendAsync(method, path, body, cancellationToken).ConfigureAwait(false);
        }

        return answer;
    }

    private async Task<VendorAnswer> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        if (pause > TimeSpan.Zero)
        {
            var rest = pause < LongestPause ? pause : LongestPause;
            pause = TimeSpan.Zero;
            await Task.Delay(rest, Time, cancellationToken).ConfigureAwait(false);
        }

        using var request = new HttpRequestMessage(method, BaseUrl + path) { Content = body is null ? null : VendorWire.Body(body) };
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.TryAddWithoutValidation(IsOAuth ? "Authorization" : "x-api-token", IsOAuth ? "Bearer " + secrets["token"] : secrets["token"]);
        var answer = await VendorWire.SendAsync(connection.Http, request, PipedriveErrors.Vendor, cancellationToken).ConfigureAwait(false);
        if (answer.Header("x-ratelimit-remaining") == "0" && Seconds(answer, "x-ratelimit-reset") is { } reset)
        {
            pause = TimeSpan.FromSeconds(reset);
        }

        if (long.TryParse(answer.Header("x-daily-requests-left"), NumberStyles.None, CultureInfo.InvariantCulture, out var left))
        {
            LeftToday = left;
        }

        return answer;
    }

    private Task RenewAsync(string? stale, CancellationToken cancellationToken) => secrets.RenewAsync(
        stale,
        () => (connection.Settings.ClientId, secrets.AppSecret, secrets["refreshToken"]) is ({ } client, { } secret, { } refresh)
            // A call that is given up half-way leaves us with a refresh token that the vendor has replaced already.
            ? RenewAsync(client, secret, refresh, CancellationToken.None)
            : throw new CrmException(CrmTrouble.Refused, "Pipedrive is not connected: the API token, or client id, client secret and refresh token, are missing."),
        cancellationToken);

    private async Task<Dictionary<string, string>> RenewAsync(string client, string secret, string refresh, CancellationToken cancellationToken)
    {
        var server = PipedriveConsent.Server(connection.Settings.BaseUrl);
        using var request = new HttpRequestMessage(HttpMethod.Post, server + "/oauth/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "refresh_token"), new("refresh_token", refresh)]),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{client}:{secret}")));
        var answer = await VendorWire.SendAsync(connection.Http, request, PipedriveErrors.Vendor, cancellationToken).ConfigureAwait(false);
        if ((int)answer.Status is 400 or 401 && answer.TryJson() is { IsObject: true } refusal)
        {
            throw new CrmException(CrmTrouble.Refused, $"Pipedrive refused to renew the access: {VendorWire.Short(refusal["message"].Text ?? refusal["error"].Text, "no reason given")}. Connect again.")
            {
                Status = (int)answer.Status,
            };
        }

        if (!answer.IsSuccess)
        {
            throw PipedriveErrors.Of(answer, Now);
        }

        return TokenAnswer.Read(answer.Json, PipedriveErrors.Vendor, server, PipedriveConsent.Home);
    }
}
