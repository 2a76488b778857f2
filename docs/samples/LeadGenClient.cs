using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LeadGen.Samples;

/// <summary>
/// A small client of the LeadGen API, to copy into your own program. It repeats what may be repeated: a request with an
/// <c>Idempotency-Key</c> has one effect however often it is sent.
/// </summary>
public sealed class LeadGenClient : IDisposable
{
    private const int Attempts = 8;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly HttpClient http;

    /// <param name="address">Of the installation, <c>https://leads.example.com</c>.</param>
    /// <param name="key">Made on the Developers page; names your workspace.</param>
    public LeadGenClient(Uri address, string key)
    {
        http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public void Dispose() => http.Dispose();

    /// <summary>Sends a lead.</summary>
    /// <param name="lead">Any object with the field names of the API, in camel case when it is serialised.</param>
    /// <param name="idempotencyKey">Your own id of this sending: the same one again makes no second lead.</param>
    public async Task<TakenLead> SendAsync(object lead, string idempotencyKey, CancellationToken cancellationToken = default)
    {
        using var answer = await RepeatAsync(
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/leads") { Content = JsonContent.Create(lead, options: Json) };
                request.Headers.Add("Idempotency-Key", idempotencyKey);
                return request;
            },
            cancellationToken);
        return (await answer.Content.ReadFromJsonAsync<TakenLead>(Json, cancellationToken))!;
    }

    /// <summary>All leads that pass, best first, page after page.</summary>
    /// <param name="conditions">As in the address: <c>grade=A&amp;intent=DemoRequest</c>.</param>
    public async IAsyncEnumerable<ListedLead> ListAsync(string conditions = "", [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? cursor = null;
        do
        {
            var address = $"/api/v1/leads?limit=200&{conditions}{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}";
            using var answer = await RepeatAsync(() => new HttpRequestMessage(HttpMethod.Get, address), cancellationToken);
            var page = (await answer.Content.ReadFromJsonAsync<LeadsPage>(Json, cancellationToken))!;
            foreach (var lead in page.Items)
            {
                yield return lead;
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    /// <summary>Whether a webhook came from your LeadGen: Standard Webhooks, HMAC-SHA256 over id, time and body as they arrived.</summary>
    /// <param name="secret">Shown once when you made the subscription, <c>whsec_…</c>.</param>
    /// <param name="body">The bytes as received; not read and written again.</param>
    public static bool IsGenuine(string secret, string id, string timestamp, string signatures, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (!long.TryParse(timestamp, out var seconds) || Math.Abs(now.ToUnixTimeSeconds() - seconds) > 300)
        {
            return false;
        }

        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var expected = HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed);
        Span<byte> given = stackalloc byte[64];
        foreach (var signature in signatures.Split(' ').Where(s => s.StartsWith("v1,", StringComparison.Ordinal)))
        {
            if (Convert.TryFromBase64String(signature[3..], given, out var length) && CryptographicOperations.FixedTimeEquals(given[..length], expected))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<HttpResponseMessage> RepeatAsync(Func<HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            HttpResponseMessage? answer = null;
            try
            {
                using var once = request();
                answer = await http.SendAsync(once, cancellationToken);
                if (answer.IsSuccessStatusCode)
                {
                    return answer;
                }
            }
            catch (HttpRequestException) when (attempt < Attempts)
            {
                // The connection failed: sent again below.
            }

            // 409 with Retry-After: the first sending under this key is still running, and its answer comes to who asks again.
            var later = answer?.Headers.RetryAfter?.Delta;
            var wait = later ?? TimeSpan.FromSeconds(Math.Min(20, Math.Pow(2, attempt - 1)));
            if (answer is not null && (attempt == Attempts || !(later is not null || (int)answer.StatusCode is 429 or >= 500)))
            {
                using (answer)
                {
                    throw new LeadGenException((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
                }
            }

            answer?.Dispose();
            await Task.Delay(wait, cancellationToken);
        }
    }
}

/// <param name="Stage"><c>Received</c> until it was analysed, then <c>Scored</c>.</param>
/// <param name="IsNew">False: it was merged into a lead that was there.</param>
public sealed record TakenLead(Guid Id, string Stage, bool IsNew);

public sealed record ListedLead(Guid Id, string? Email, string? FullName, string? CompanyName, ListedScore? Score);

/// <param name="Value">0-100; 50 is your average chance to win.</param>
public sealed record ListedScore(double Value, string Grade);

public sealed record LeadsPage(IReadOnlyList<ListedLead> Items, string? NextCursor);

/// <summary>The API said no; <see cref="Exception.Message"/> is the problem as JSON, with the field that is wrong.</summary>
public sealed class LeadGenException(int status, string problem) : Exception(problem)
{
    public int Status => status;
}
