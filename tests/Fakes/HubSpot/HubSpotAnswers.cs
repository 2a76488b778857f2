namespace LeadGen.Fakes.HubSpot;

/// <summary>Errors as HubSpot words them.</summary>
internal static class HubSpotAnswers
{
    public static IResult Error(int status, string category, string message, object? errors = null) => Results.Json(
        new { status = "error", message, correlationId = Guid.NewGuid(), category, errors },
        statusCode: status);

    public static IResult Expired() => Error(401, "INVALID_AUTHENTICATION", "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview");

    public static IResult MissingScope(string scope) => Error(
        403,
        "MISSING_SCOPES",
        "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.",
        new[] { new { message = "One or more of the following scopes are required.", context = new { requiredGranularScopes = new[] { scope } } } });

    public static IResult Limited(bool daily) => Results.Json(
        new
        {
            status = "error",
            message = daily ? "You have reached your daily limit." : "You have reached your ten_secondly_rolling limit.",
            errorType = "RATE_LIMIT",
            correlationId = Guid.NewGuid(),
            policyName = daily ? "DAILY" : "TEN_SECONDLY_ROLLING",
            requestId = Guid.NewGuid(),
        },
        statusCode: 429);
}
