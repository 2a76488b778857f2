using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LeadGen.Infrastructure.Tests.Outbox;

/// <summary>A real server on this machine that takes webhooks and answers as told.</summary>
internal sealed class Sink : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Taken> taken = new();
    private int requests;

    private Sink(WebApplication app) => this.app = app;

    public string Url { get; private set; } = "";

    /// <summary>How it answers, by the number of the request from 1; 204 when not set.</summary>
    public Func<int, HttpContext, Task>? Answer { get; set; }

    /// <summary>What came, in its order.</summary>
    public IReadOnlyList<Taken> Webhooks => [.. taken];

    public static async Task<Sink> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var sink = new Sink(builder.Build());
        sink.app.MapPost("/hook", sink.TakeAsync);
        await sink.app.StartAsync();
        sink.Url = sink.app.Urls.First() + "/hook";
        return sink;
    }

    public static Func<int, HttpContext, Task> Always(int status, params (string Name, string Value)[] headers) => (_, context) =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        return Task.CompletedTask;
    };

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers;
        taken.Enqueue(new Taken(headers["webhook-id"]!, headers["webhook-timestamp"]!, headers["webhook-signature"]!, body.ToArray()));
        var number = Interlocked.Increment(ref requests);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        if (Answer is { } answer)
        {
            await answer(number, context);
        }
    }

    public sealed record Taken(string Id, string Timestamp, string Signature, byte[] Body);
}
