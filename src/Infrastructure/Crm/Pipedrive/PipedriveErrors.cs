using LeadGen.Infrastructure.Crm.Wire;

namespace LeadGen.Infrastructure.Crm.Pipedrive;

/// <summary>Pipedrive's errors in plain words.</summary>
/// <remarks>
/// Pipedrive developers: "Responses" (<c>success</c>, <c>error</c>, <c>error_info</c>, <c>code</c>), "Rate limiting" (429 for bursts and for
/// the day's tokens; an HTML 403 for those who do not slow down), "HTTP status codes" (402 for a company that has not paid).
/// </remarks>
internal static class PipedriveErrors
{
    public const string Vendor = "Pipedrive";

    /// <summary>The day's tokens come back at a midnight whose time zone Pipedrive does not tell.</summary>
    public static readonly TimeSpan DayLimitWait = TimeSpan.FromHours(1);

    public static CrmException Of(VendorAnswer answer, DateTime now)
    {
        var status = (int)answer.Status;
        if (status == 403 && answer.MediaType == "text/html")
        {
            return new CrmException(CrmTrouble.Throttled, "Pipedrive shuts LeadGen out for a while because of too many calls.") { Status = 403, RetryAfter = DayLimitWait };
        }

        var said = Said(answer);
        return status switch
        {
            429 => new CrmException(CrmTrouble.Throttled, $"Pipedrive takes no more calls for now: {said}") { Status = 429, RetryAfter = Wait(answer, now) },
            401 => new CrmException(CrmTrouble.Refused, $"Pipedrive does not accept LeadGen's token: {said}. Connect again.") { Status = 401 },
            402 => new CrmException(CrmTrouble.Refused, $"Pipedrive says that the company's account is not active: {said}") { Status = 402 },
            403 when (answer.TryJson() ?? default)["code"].Text is { } code && code.StartsWith("feature_capping", StringComparison.Ordinal) =>
                new CrmException(CrmTrouble.Invalid, $"The plan in Pipedrive has no room for more: {said}") { Status = 403 },
            403 => new CrmException(CrmTrouble.Refused, $"Pipedrive does not let LeadGen do this: {said}") { Status = 403 },
            >= 500 or < 400 or 408 => new CrmException(CrmTrouble.Unavailable, $"Pipedrive is not well: {said}") { Status = status, RetryAfter = answer.RetryAfter(now) },
            404 when answer.TryJson() is null => new CrmException(CrmTrouble.Unavailable, "Pipedrive's API was not found at this address.") { Status = 404 },
            _ => new CrmException(CrmTrouble.Invalid, $"Pipedrive answered: {said}") { Status = status },
        };
    }

    /// <summary>A burst is over in seconds and says so; else the day's tokens are gone.</summary>
    public static TimeSpan Wait(VendorAnswer answer, DateTime now)
    {
        if (answer.RetryAfter(now) is { } asked)
        {
            return asked;
        }

        var isBurst = answer.Header("x-ratelimit-remaining") is null or "0" && !Said(answer).Contains("daily", StringComparison.OrdinalIgnoreCase);
        return isBurst && PipedriveSession.Seconds(answer, "x-ratelimit-reset") is { } reset ? TimeSpan.FromSeconds(reset) : DayLimitWait;
    }

    private static string Said(VendorAnswer answer)
    {
        var json = answer.TryJson() ?? default;
        var error = json["error"].Text ?? json["message"].Text ?? json["error"]["message"].Text;
        return VendorWire.Short(error, $"status {(int)answer.Status}");
    }
}
