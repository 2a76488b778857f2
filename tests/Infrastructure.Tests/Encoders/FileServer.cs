using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LeadGen.Infrastructure.Tests.Encoders;

/// <summary>A real server on this machine that gives out one file, well or badly.</summary>
internal sealed class FileServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private FileServer(WebApplication app) => this.app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>The Range headers of the requests so far, null where there was none.</summary>
    public List<string?> Ranges { get; } = [];

    /// <summary>Cuts the connection of the next request after so many bytes.</summary>
    public int? CutAfter { get; set; }

    public bool KnowsRanges { get; set; } = true;

    public static async Task<FileServer> StartAsync(byte[] content)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new FileServer(builder.Build());
        server.app.MapGet("/file.bin", context => server.AnswerAsync(context, content));
        await server.app.StartAsync();
        server.Address = new Uri(server.app.Urls.First() + "/file.bin");
        return server;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, byte[] content)
    {
        Ranges.Add(context.Request.Headers.Range.FirstOrDefault());
        if (CutAfter is { } bytes)
        {
            CutAfter = null;
            context.Response.ContentLength = content.Length;
            await context.Response.Body.WriteAsync(content.AsMemory(0, bytes));
            await context.Response.Body.FlushAsync();
            await Task.Delay(200); // let it arrive before the connection is reset
            context.Abort();
            return;
        }

        await Results.File(content, "application/octet-stream", enableRangeProcessing: KnowsRanges).ExecuteAsync(context);
    }
}
