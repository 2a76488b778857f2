using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LeadGen.Portal.Forms.Open;

/// <summary>Which pages may show and send a form: its own, and those of the origins that it names.</summary>
internal static class FormCors
{
    /// <summary>Says so to the browser where the page is another origin's.</summary>
    /// <returns>False when the page may not.</returns>
    public static bool Allow(HttpContext context, FormDefinition form)
    {
        var origin = context.Request.Headers.Origin.ToString();

        // Programs that are no browser send none; nor does a page of ours that is opened.
        if (origin.Length == 0 || IsOwn(context.Request, origin))
        {
            return true;
        }

        if (!form.Origins.Contains(origin, StringComparer.Ordinal))
        {
            return false;
        }

        context.Response.Headers.AccessControlAllowOrigin = origin;
        return true;
    }

    public static bool WantsJson(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("application/json", StringComparison.OrdinalIgnoreCase);

    public static JsonHttpResult<FormRefusal> Foreign() => TypedResults.Json(
        new FormRefusal(FormNotice.Foreign.Text, new Dictionary<string, string>(), null), statusCode: StatusCodes.Status403Forbidden);

    /// <summary>By host alone: a proxy may speak http with us and https with the visitor.</summary>
    private static bool IsOwn(HttpRequest request, string origin) =>
        request.Headers["Sec-Fetch-Site"] == "same-origin"
        || (Uri.TryCreate(origin, UriKind.Absolute, out var url) && url.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));
}
