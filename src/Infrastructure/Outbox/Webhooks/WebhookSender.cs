using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbound;
using LeadGen.Infrastructure.Secrets;

namespace LeadGen.Infrastructure.Outbox.Webhooks;

/// <summary>Posts one signed webhook and reads the answer.</summary>
public sealed class WebhookSender(IHttpClientFactory clients, TenantSecrets secrets, TimeProvider time)
{
    private const int KeptBody = 4 * 1024;

    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);

    private readonly HttpClient client = clients.CreateClient(OutboundHttp.Name);

    /// <summary>What receivers see as the message's id.</summary>
    public static string IdOf(Guid message) => $"msg_{message:N}";

    /// <summary>The keys to sign with now: during a rotation the one before as well.</summary>
    /// <param name="now">UTC.</param>
    public IReadOnlyList<byte[]> KeysOf(WebhookEndpoint endpoint, DateTime now)
    {
        var key = WebhookSecret.Key(secrets.Open(endpoint.Secret));
        return endpoint.OldSecret is { } old && endpoint.OldSecretUntil > now ? [key, WebhookSecret.Key(secrets.Open(old))] : [key];
    }

    /// <param name="id">Of the message.</param>
    /// <param name="keys">See <see cref="KeysOf"/>.</param>
    /// <param name="cancellationToken">Of the caller; the sender's own patience ends after 15 s.</param>
    public async Task<DeliveryResult> SendAsync(
        WebhookEndpoint endpoint, IReadOnlyList<byte[]> keys, Guid id, string payload, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(payload);
        var (name, now) = (IdOf(id), time.GetUtcNow());
        var timestamp = now.ToUnixTimeSeconds();
        var address = new Uri(endpoint.Url);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation(WebhookSignature.IdHeader, name);
        request.Headers.TryAddWithoutValidation(WebhookSignature.TimestampHeader, timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation(
            WebhookSignature.SignatureHeader, string.Join(' ', keys.Select(k => WebhookSignature.Sign(name, timestamp, body, k))));
        var started = Stopwatch.GetTimestamp();
        var result = await ExchangeAsync(request, id, now, cancellationToken);
        return result with
        {
            Duration = (int)Stopwatch.GetElapsedTime(started).TotalMilliseconds,
            Request = WebhookText.Of(address, name, timestamp, keys.Count, payload),
        };
    }

    private async Task<DeliveryResult> ExchangeAsync(HttpRequestMessage request, Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // The client's own limit ends with the headers; this one ends with the body.
        using var patience = new CancellationTokenSource(OutboundHttp.Patience);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var body = await OutboundHttp.ReadCappedAsync(response.Content, OutboundHttp.Cap, limit.Token);
            return Read(response, id, now) with { Response = WebhookText.Of(response, body.AsSpan(0, Math.Min(body.Length, KeptBody))) };
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && OutboundHttp.Explain(e) is { } words)
        {
            return new DeliveryResult(id, DeliveryVerdict.Failed) { Error = words };
        }
    }

    private static DeliveryResult Read(HttpResponseMessage response, Guid id, DateTimeOffset now)
    {
        var status = (int)response.StatusCode;
        return response.StatusCode switch
        {
            >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => new DeliveryResult(id, DeliveryVerdict.Delivered) { Status = status },
            HttpStatusCode.Gone => new DeliveryResult(id, DeliveryVerdict.Gone) { Status = status, Error = "The server says that this address is gone for good (410)." },
            _ => new DeliveryResult(id, DeliveryVerdict.Failed) { Status = status, Error = WebhookText.Failure(status), RetryAfter = RetryAfter(response, now) },
        };
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - now,
            _ => TimeSpan.Zero,
        };
        return wait <= TimeSpan.Zero ? null : wait < LongestRetryAfter ? wait : LongestRetryAfter;
    }
}
