using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Account;

/// <summary>Where people sign in, and where they go afterwards.</summary>
public static class SignInAddress
{
    public const string Path = "/account/sign-in";

    /// <summary>Sign in, then come back to what was asked for (pages only: a form that was posted is not posted again).</summary>
    public static string For(HttpRequest request) => HttpMethods.IsGet(request.Method)
        ? WithReturn(Path, request.PathBase + request.Path + request.QueryString)
        : Path;

    public static string WithReturn(string page, string? returnUrl) =>
        IsLocal(returnUrl) && returnUrl != "/" ? $"{page}?returnUrl={Uri.EscapeDataString(returnUrl!)}" : page;

    /// <summary>The address to return to if it is one of ours, else the start.</summary>
    public static string Safe(string? returnUrl) => IsLocal(returnUrl) ? returnUrl! : "/";

    public static string Tenant(string slug, string page = "/dashboard") => TenantPath.AddressOf(slug) + page;

    /// <summary>A path on this host: one slash, and nothing that a browser would read as another host.</summary>
    private static bool IsLocal(string? url) =>
        url is ['/', ..] && (url.Length == 1 || url[1] is not ('/' or '\\')) && !url.Any(char.IsControl);
}
