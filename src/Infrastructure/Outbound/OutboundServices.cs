using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Outbound;

public static class OutboundServices
{
    /// <summary>Answers that a caller lets the client buffer as a whole may not be larger.</summary>
    private const int LargestBuffer = 8 * 1024 * 1024;

    public static IServiceCollection AddOutbound(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<OutboundOptions>().Bind(configuration.GetSection(OutboundOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<OutboundOptions>, OutboundOptionsCheck>();
        services.TryAddSingleton<HostResolver>((host, ct) => Dns.GetHostAddressesAsync(host, ct));
        services.AddSingleton<OutboundGuard>();
        services.AddSingleton<OutboundHttp>();
        services.AddTransient<OutboundRules>();
        services.AddTransient<AnswerCap>();
        services.AddGuardedClient(OutboundHttp.Name, OutboundHttp.Patience);
        services.AddGuardedClient(OutboundHttp.Patient, TimeSpan.FromSeconds(25)).AddHttpMessageHandler<AnswerCap>();
        return services;
    }

    /// <summary>A client that goes only where <see cref="OutboundGuard"/> lets it.</summary>
    /// <param name="patience">For an exchange as a whole.</param>
    private static IHttpClientBuilder AddGuardedClient(this IServiceCollection services, string name, TimeSpan patience) =>
        services.AddHttpClient(name, client =>
            {
                client.Timeout = patience;
                client.MaxResponseContentBufferSize = LargestBuffer;
                client.DefaultRequestHeaders.UserAgent.ParseAdd("LeadGen/1.0");
            })
            .ConfigurePrimaryHttpMessageHandler(s => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
                AutomaticDecompression = DecompressionMethods.None,
                ConnectTimeout = OutboundHttp.Patience,

                // Names are looked up anew, and so checked anew, this often.
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                ConnectCallback = s.GetRequiredService<OutboundGuard>().ConnectAsync,

                // Our trace is nobody else's business.
                ActivityHeadersPropagator = null,
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .AddHttpMessageHandler<OutboundRules>()

            // Addresses may hold secrets: no line of log for a request.
            .RemoveAllLoggers();
}
