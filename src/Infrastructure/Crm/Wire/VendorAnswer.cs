using System.Globalization;
using System.Net;
using System.Text.Json;

namespace LeadGen.Infrastructure.Crm.Wire;

/// <summary>What a vendor answered, read to its end.</summary>
internal sealed record VendorAnswer(string Vendor, HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, string? MediaType, byte[] Body)
{
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>The body as JSON whatever its declared type.</summary>
    /// <exception cref="CrmException">It is none: an error page of something in between, or cut off.</exception>
    public JsonView Json => TryJson() ?? throw new CrmException(
        CrmTrouble.Unavailable, Body.Length == 0 ? $"{Vendor} answered with nothing." : $"{Vendor} answered with something that is not JSON.")
    { Status = (int)Status };

    public JsonView? TryJson()
    {
        try
        {
            var bytes = Body.AsSpan().StartsWith(Mark) ? Body.AsSpan(Mark.Length) : Body;
            return new JsonView(JsonElement.Parse(bytes));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>How long the vendor asks us to wait, in seconds or until a date.</summary>
    public TimeSpan? RetryAfter(DateTime now)
    {
        var text = Header("Retry-After");
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return TimeSpan.FromSeconds(Math.Min(seconds, 86_400));
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until) && until.UtcDateTime > now
            ? TimeSpan.FromTicks(Math.Min((until.UtcDateTime - now).Ticks, TimeSpan.TicksPerDay))
            : null;
    }
}
