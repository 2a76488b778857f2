using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Telemetry;

/// <summary>Stands before <c>/metrics</c> at the portal's own address: 404 where no key is configured, 401 without the right one.</summary>
internal sealed class MetricsGate(RequestDelegate next, IOptions<MetricsOptions> options)
{
    private const string Bearer = "Bearer ";

    private readonly byte[]? key = options.Value.Key is { } text ? HashOf(text) : null;

    public Task InvokeAsync(HttpContext context)
    {
        if (key is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            || !CryptographicOperations.FixedTimeEquals(HashOf(header[Bearer.Length..].Trim()), key))
        {
            // For programs: no page for people instead of the bare answer.
            if (context.Features.Get<IStatusCodePagesFeature>() is { } pages)
            {
                pages.Enabled = false;
            }

            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"metrics\"";
            return Task.CompletedTask;
        }

        return next(context);
    }

    /// <summary>Hashes have one length: comparing them tells nothing about the key's.</summary>
    private static byte[] HashOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
