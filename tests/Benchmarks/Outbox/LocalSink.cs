using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LeadGen.Benchmarks.Outbox;

/// <summary>Takes webhooks on this machine and notes when each id came first.</summary>
internal sealed class LocalSink : IAsyncDisposable
{
    private readonly WebApplication app;

    private LocalSink(WebApplication app) => this.app = app;

    public string Url { get; private set; } = "";

    /// <summary>Stopwatch time by webhook-id.</summary>
    public ConcurrentDictionary<string, long> Came { get; } = new();

    public static async Task<LocalSink> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var sink = new LocalSink(builder.Build());
        sink.app.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            sink.Came.TryAdd(context.Request.Headers["webhook-id"].ToString(), Stopwatch.GetTimestamp());
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        });
        await sink.app.StartAsync();
        sink.Url = sink.app.Urls.First() + "/hook";
        return sink;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
