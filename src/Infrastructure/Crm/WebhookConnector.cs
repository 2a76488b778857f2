using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbound;
using LeadGen.Infrastructure.Outbox.Webhooks;

namespace LeadGen.Infrastructure.Crm;

/// <summary>Any system that takes signed JSON: one call for each lead with all mapped fields, by Standard Webhooks 1.0.0; the same way back.</summary>
/// <param name="time">Stamps what is signed.</param>
public sealed class WebhookConnector(TimeProvider time) : ICrmConnector
{
    public const string SecretName = "hookSecret";

    private static readonly JsonSerializerOptions Written = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly (string Name, string Label, bool OfCompany)[] Names =
    [
        ("email", "E-mail", false), ("firstName", "First name", false), ("lastName", "Last name", false), ("jobTitle", "Job title", false),
        ("phone", "Phone", false), ("city", "City", false), ("country", "Country", false), ("linkedInUrl", "LinkedIn", false),
        ("leadgen_score", "Score", false), ("leadgen_grade", "Grade", false), ("leadgen_intent", "Intent", false), ("leadgen_fit", "Fit", false),
        ("name", "Company", true), ("domain", "Company domain", true), ("numberOfEmployees", "Employees", true), ("annualRevenue", "Annual revenue", true),
    ];

    public CrmKind Kind => CrmKind.Webhook;

    public int Batch => 20;

    /// <summary>What the other side has to say, it says by our hook.</summary>
    public bool Polls(IReadOnlyDictionary<string, string> secrets) => false;

    public async Task<CrmAccount> TestAsync(CrmConnection connection, CancellationToken cancellationToken)
    {
        var (status, _) = await SendAsync(connection, "msg_" + Guid.NewGuid().ToString("N"), new { type = "ping", timestamp = Now, data = new { } }, cancellationToken);
        if (status is < 200 or > 299)
        {
            throw new CrmException(CrmTrouble.Refused, $"The address answered with status {status}. It must answer a signed call with 200.") { Status = status };
        }

        var host = Address(connection).Host;
        return new CrmAccount(host, host);
    }

    public Task<IReadOnlyList<CrmField>> FieldsAsync(CrmConnection connection, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<CrmField>>(
        [.. Names.Select(n => new CrmField(n.Name, n.Label, "text", true, n.OfCompany))]);

    public Task CreateFieldsAsync(CrmConnection connection, IReadOnlyList<CrmField> fields, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyList<CrmStage>> StagesAsync(CrmConnection connection, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<CrmStage>>(
        [new CrmStage("MeetingBooked", "Meeting booked", false, false), new CrmStage("Won", "Won", true, false), new CrmStage("Lost", "Lost", false, true)]);

    public async Task<IReadOnlyList<CrmPushed>> PushAsync(CrmConnection connection, IReadOnlyList<CrmRecord> records, CancellationToken cancellationToken)
    {
        var answers = new List<CrmPushed>();
        foreach (var record in records)
        {
            try
            {
                answers.Add(await PushAsync(connection, record, cancellationToken));
            }
            catch (CrmException) when (answers.Count > 0)
            {
                // What went through is kept; the others have no answer and are tried again under the same ids.
                return answers;
            }
        }

        return answers;
    }

    public Task<CrmChanges> ChangesAsync(CrmConnection connection, string? cursor, CancellationToken cancellationToken) =>
        Task.FromResult(new CrmChanges([], cursor ?? "", false));

    /// <summary>A body <c>{timestamp, data: {id, fields, stage, deleted}}</c>, signed as ours are; <c>id</c> is the one that we sent, or the sender's own for somebody new.</summary>
    public IReadOnlyList<CrmEvent>? ReadHook(CrmConnection connection, CrmHook hook, DateTime now)
    {
        string? Header(string name) => hook.Headers.FirstOrDefault(h => string.Equals(h.Key, name, StringComparison.OrdinalIgnoreCase)).Value;
        if (!connection.Secrets.TryGetValue(SecretName, out var secret) || Header(WebhookSignature.IdHeader) is not { Length: <= 200 } id
            || WebhookSignature.Verify([secret], id, Header(WebhookSignature.TimestampHeader), Header(WebhookSignature.SignatureHeader), hook.Body.Span, now) != WebhookVerdict.Genuine)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(hook.Body);
            var data = document.RootElement.GetProperty("data");
            var at = document.RootElement.TryGetProperty("timestamp", out var stamp) ? stamp.GetDateTime().ToUniversalTime() : now;
            var remote = data.GetProperty("id").GetString()!;
            var fields = data.TryGetProperty("fields", out var given) ? given.EnumerateObject().ToDictionary(f => f.Name, f => f.Value.ToString()) : [];
            var record = new CrmRemote(remote, fields.GetValueOrDefault("email"), fields, data.TryGetProperty("stage", out var stage) ? stage.GetString() : null, at)
            {
                Deleted = data.TryGetProperty("deleted", out var deleted) && deleted.ValueKind == JsonValueKind.True,
                IsPart = true,
            };
            return [new CrmEvent(id, remote, at, record, document.RootElement.GetRawText())];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // Signed, but nothing that we understand: taken, and of no consequence.
            return [];
        }
    }

    public Task<IReadOnlyList<CrmRemote>> ReadAsync(CrmConnection connection, IReadOnlyList<string> remoteIds, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<CrmRemote>>([]);

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private async Task<CrmPushed> PushAsync(CrmConnection connection, CrmRecord record, CancellationToken cancellationToken)
    {
        // Whoever told us of a person first goes on calling them by its own id.
        var id = record.RemoteId ?? record.LeadId.ToString("N");
        var body = new { type = "lead.push", timestamp = Now, data = new { id, email = record.Email, person = record.Person, company = record.Company } };
        var (status, retryAfter) = await SendAsync(connection, WebhookSender.IdOf(record.MessageId ?? record.LeadId), body, cancellationToken);
        return status switch
        {
            >= 200 and <= 299 => new CrmPushed(record.LeadId, id, record.Company.Count > 0 ? id : null, null),
            410 => throw new CrmException(CrmTrouble.Refused, "The address says that it is no more. Give another one.") { Status = status },
            401 or 403 => throw new CrmException(CrmTrouble.Refused, "The address refuses our signature. Check the secret on both sides.") { Status = status },
            429 => throw new CrmException(CrmTrouble.Throttled, "The address asks for a slower pace.") { Status = status, RetryAfter = retryAfter },
            >= 500 or 408 or < 400 => throw new CrmException(CrmTrouble.Unavailable, $"The address answered with status {status}.") { Status = status, RetryAfter = retryAfter },
            _ => new CrmPushed(record.LeadId, null, null, null, $"The address refused this lead with status {status}."),
        };
    }

    private static Uri Address(CrmConnection connection) => Uri.TryCreate(connection.Settings.BaseUrl, UriKind.Absolute, out var address)
        ? address
        : throw new CrmException(CrmTrouble.Refused, "Write a whole address, such as https://example.com/leads.");

    private async Task<(int Status, TimeSpan? RetryAfter)> SendAsync(CrmConnection connection, string id, object body, CancellationToken cancellationToken)
    {
        if (!connection.Secrets.TryGetValue(SecretName, out var secret))
        {
            throw new CrmException(CrmTrouble.Refused, "There is no secret to sign with. Enter one.");
        }

        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, Written);
        var seconds = time.GetUtcNow().ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, Address(connection)) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(WebhookSignature.IdHeader, id);
        request.Headers.Add(WebhookSignature.TimestampHeader, seconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
        try
        {
            request.Headers.TryAddWithoutValidation(WebhookSignature.SignatureHeader, WebhookSignature.Sign(id, seconds, bytes, WebhookSecret.Key(secret)));
            using var response = await connection.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return ((int)response.StatusCode, response.Headers.RetryAfter?.Delta);
        }
        catch (ArgumentException e)
        {
            throw new CrmException(CrmTrouble.Refused, "The secret must be base64, with whsec_ before it or without.", e);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && OutboundHttp.Explain(e) is not null)
        {
            throw new CrmException(CrmTrouble.Unavailable, OutboundHttp.Explain(e)!, e);
        }
    }
}
