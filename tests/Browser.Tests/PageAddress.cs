using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace LeadGen.Browser.Tests;

internal static class PageAddress
{
    private const string IsThere = "address => document.readyState === 'complete' && new RegExp(address).test(location.href)";

    /// <summary>
    /// Until the page is at an address and has loaded. Asked in the page: Playwright's own wait listens for the load event, and misses one that
    /// comes while it begins to.
    /// </summary>
    /// <param name="glob"><c>**</c> stands for anything, <c>*</c> for anything within a part.</param>
    /// <param name="timeout">Milliseconds.</param>
    public static Task UntilAtAsync(this IPage page, string glob, float timeout = 30_000) =>
        page.UntilAtAsync(new Regex($"^{Regex.Escape(glob).Replace(@"\*\*", ".*", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal)}$"), timeout);

    /// <inheritdoc cref="UntilAtAsync(IPage, string, float)"/>
    public static async Task UntilAtAsync(this IPage page, Regex address, float timeout = 30_000) =>
        await page.WaitForFunctionAsync(IsThere, address.ToString(), new PageWaitForFunctionOptions { Timeout = timeout });
}
