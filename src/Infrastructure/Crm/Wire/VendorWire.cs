using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LeadGen.Infrastructure.Outbound;
using LeadGen.Infrastructure.Work;

namespace LeadGen.Infrastructure.Crm.Wire;

/// <summary>The way to a vendor and back: whatever happens there comes out as an answer or as a <see cref="CrmException"/>.</summary>
internal static class VendorWire
{
    private const int MostBytes = 64 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static HttpContent Body(JsonNode json) => new ByteArrayContent(Encoding.UTF8.GetBytes(json.ToJsonString(Plain)))
    {
        Headers = { ContentType = new("application/json") },
    };

    /// <exception cref="CrmException">Not reachable, too slow, cut off, too much.</exception>
    public static async Task<VendorAnswer> SendAsync(HttpClient http, HttpRequestMessage request, string vendor, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(http.Timeout > TimeSpan.Zero && http.Timeout < Patience ? http.Timeout : Patience);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            FailPoint.Reach("crm-sent");
            await using var stream = await response.Content.ReadAsStreamAsync(patience.Token).ConfigureAwait(false);
            using var body = new MemoryStream();
            var buffer = new byte[1 << 16];
            for (int read; (read = await stream.ReadAsync(buffer, patience.Token).ConfigureAwait(false)) > 0;)
            {
                if (body.Length + read > MostBytes)
                {
                    throw new CrmException(CrmTrouble.Unavailable, $"{vendor} answered with more than {MostBytes >> 20} MB.");
                }

                body.Write(buffer, 0, read);
            }

            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
            {
                headers[name] = values.ToString();
            }

            var type = headers.GetValueOrDefault("Content-Type")?.Split(';')[0].Trim().ToLowerInvariant();
            return new VendorAnswer(vendor, response.StatusCode, headers, type, body.ToArray());
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException slow)
        {
            throw new CrmException(CrmTrouble.Unavailable, $"{vendor} took too long to answer.", slow);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            // The words of the system would name the address that was connected to.
            throw new CrmException(CrmTrouble.Unavailable, $"{vendor} could not be reached. {OutboundHttp.Explain(error)}", error);
        }
        catch (Exception error) when (error is InvalidOperationException or NotSupportedException or UriFormatException)
        {
            throw new CrmException(CrmTrouble.Invalid, $"The address of {vendor} cannot be used. Write a whole one, such as https://example.com.", error);
        }
    }

    /// <summary>Last line of defence: an answer in a shape that nobody foresaw is the vendor's trouble, not a crash of ours.</summary>
    public static async Task<T> GuardAsync<T>(string vendor, Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception error) when (IsShapeless(error))
        {
            throw Misunderstood(vendor, error);
        }
    }

    public static T Guard<T>(string vendor, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (IsShapeless(error))
        {
            throw Misunderstood(vendor, error);
        }
    }

    private static bool IsShapeless(Exception error) => error is JsonException or FormatException or InvalidOperationException or ArgumentException
        or OverflowException or KeyNotFoundException or CryptographicException or NotSupportedException;

    private static CrmException Misunderstood(string vendor, Exception error) =>
        new(CrmTrouble.Unavailable, $"{vendor} answered in a way that was not understood.", error);

    /// <summary>A vendor's own words, short enough for a message.</summary>
    public static string Short(string? text, string otherwise)
    {
        var line = text?.ReplaceLineEndings(" ").Trim();
        return string.IsNullOrEmpty(line) ? otherwise : line.Length > 300 ? line[..300] + "…" : line;
    }
}
