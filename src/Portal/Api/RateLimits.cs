using System.Collections.Concurrent;
using System.Globalization;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.Extensions.Options;

namespace LeadGen.Portal.Api;

/// <summary>Counts requests of each key and each tenant, minute by minute, in this process.</summary>
internal sealed class RateLimits(IOptions<ApiOptions> options, TimeProvider time)
{
    private const int Window = 60;
    private const int MostCounters = 20_000;

    private readonly ConcurrentDictionary<Guid, Counter> counters = new();

    /// <summary>Counts one request and says how much is left.</summary>
    public Allowance Take(Guid key, TenantId tenant)
    {
        var seconds = time.GetUtcNow().ToUnixTimeSeconds();
        var (minute, reset) = (seconds / Window, (int)(Window - (seconds % Window)));
        if (counters.Count > MostCounters)
        {
            counters.Clear();
        }

        var ofKey = options.Value.RequestsPerMinute - Count(key, minute);
        var ofTenant = options.Value.TenantRequestsPerMinute - Count(tenant.Value, minute);
        return ofKey <= ofTenant
            ? new Allowance(options.Value.RequestsPerMinute, ofKey, reset)
            : new Allowance(options.Value.TenantRequestsPerMinute, ofTenant, reset);
    }

    private long Count(Guid id, long minute) => counters.GetOrAdd(id, _ => new Counter()).Next(minute);

    /// <param name="Quota">Requests in a minute.</param>
    /// <param name="Left">Below zero when this request was one too many.</param>
    /// <param name="Reset">Seconds until the count begins anew.</param>
    public readonly record struct Allowance(int Quota, long Left, int Reset);

    private sealed class Counter
    {
        private readonly Lock sync = new();
        private long minute;
        private long count;

        public long Next(long now)
        {
            lock (sync)
            {
                (minute, count) = minute == now ? (minute, count + 1) : (now, 1);
                return count;
            }
        }
    }
}

/// <summary>Refuses requests beyond the limit, and tells everybody how much is left.</summary>
internal sealed class RateLimitFilter(RateLimits limits) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var allowance = limits.Take(http.User.KeyId(), http.RequestServices.GetRequiredService<CurrentTenant>().Id);
        http.Response.Headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"default\";q={allowance.Quota};w=60");
        http.Response.Headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"default\";r={Math.Max(0, allowance.Left)};t={allowance.Reset}");
        if (allowance.Left >= 0)
        {
            return await next(context);
        }

        return new ApiProblem(StatusCodes.Status429TooManyRequests, $"More than {allowance.Quota} requests in a minute. Wait {allowance.Reset} s.")
            .RetryAfter(allowance.Reset);
    }
}
