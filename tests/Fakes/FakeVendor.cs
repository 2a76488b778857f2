using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace LeadGen.Fakes;

/// <summary>One account of a CRM vendor as a server on this machine, with a page at <c>/</c> for people.</summary>
public abstract class FakeVendor : IAsyncDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly ConcurrentQueue<FakeCall> calls = new();
    private readonly ConcurrentQueue<int> hookAnswers = new();
    private WebApplication? app;

    public abstract string Name { get; }

    /// <summary>What a person enters to connect, one line each.</summary>
    public abstract string Credentials { get; }

    /// <summary>Where it listens, without a slash at the end.</summary>
    public string Address { get; private set; } = "";

    public FakeFaults Faults { get; } = new();

    /// <summary>Null: no hooks are sent.</summary>
    public HookTarget? Hook { get; set; }

    /// <summary>All calls of the API so far, oldest first.</summary>
    public IReadOnlyList<FakeCall> Calls => [.. calls];

    /// <summary>How the hooks that went out were answered.</summary>
    public IReadOnlyList<int> HookAnswers => [.. hookAnswers];

    /// <summary>Everything that the page lists.</summary>
    public abstract IReadOnlyList<FakeRecord> Records { get; }

    /// <summary>What a person there does: changes one value; tells the hook.</summary>
    public abstract Task ChangeAsync(string kind, string id, string property, string value);

    /// <summary>What a person there does: deletes a record; tells the hook.</summary>
    public abstract Task DeleteAsync(string kind, string id);

    public async Task StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(FakeVendor).Assembly.GetName().Name });
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(k => k.ListenLocalhostOnly(port));
        app = builder.Build();
        app.Use(NoteAsync);
        app.Use(HitAsync);
        FakePage.Map(app, this);
        Map(app);
        await app.StartAsync();
        Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First().TrimEnd('/');
    }

    public Task WaitAsync() => app!.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.StopAsync(new CancellationToken(true));
            await app.DisposeAsync();
        }

        http.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract void Map(WebApplication app);

    /// <summary>How this vendor says that there were too many calls.</summary>
    protected abstract IResult Limited(bool daily);

    /// <summary>A hook goes out; what came back is kept in <see cref="HookAnswers"/>, 0 for no answer.</summary>
    protected async Task SendAsync(HttpRequestMessage hook)
    {
        try
        {
            using var answer = await http.SendAsync(hook);
            hookAnswers.Enqueue((int)answer.StatusCode);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            hookAnswers.Enqueue(0);
        }
    }

    private static bool IsPage(HttpContext context) =>
        context.Request.Path == "/" || context.Request.Path.StartsWithSegments("/fake") || context.Request.Path.Value!.EndsWith("/authorize", StringComparison.Ordinal);

    private async Task NoteAsync(HttpContext context, RequestDelegate next)
    {
        if (!IsPage(context))
        {
            context.Request.EnableBuffering();
            using var reader = new StreamReader(context.Request.Body, leaveOpen: true);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            context.Request.Body.Position = 0;
            calls.Enqueue(new FakeCall(
                context.Request.Method,
                context.Request.Path + context.Request.QueryString,
                context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString()),
                body));
        }

        await next(context);
    }

    private async Task HitAsync(HttpContext context, RequestDelegate next)
    {
        var fault = IsPage(context) ? Fault.None : Faults.Take(Fault.RateLimited, Fault.DailyLimit, Fault.ServerError, Fault.Slow, Fault.Odd, Fault.Empty, Fault.Mislabelled, Fault.Broken);
        switch (fault)
        {
            case Fault.RateLimited or Fault.DailyLimit:
                await Limited(fault == Fault.DailyLimit).ExecuteAsync(context);
                return;
            case Fault.ServerError:
                await Results.Content("<html><body>Something went wrong</body></html>", "text/html", statusCode: 500).ExecuteAsync(context);
                return;
            case Fault.Odd:
                await Results.Content("<html><body>Welcome back</body></html>", "text/html").ExecuteAsync(context);
                return;
            case Fault.Empty:
                return;
            case Fault.Mislabelled:
                await FakeMislabel.RunAsync(context, next);
                return;
            case Fault.Slow:
                await Task.Delay(Faults.Slowness, context.RequestAborted);
                break;
            case Fault.Broken:
                var body = context.Response.Body;
                context.Response.Body = new MemoryStream();
                await next(context);
                context.Response.Body = body;
                context.Abort();
                return;
        }

        await next(context);
    }
}

internal static class KestrelAddress
{
    /// <summary>Not reachable from other machines.</summary>
    public static void ListenLocalhostOnly(this Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions kestrel, int port) =>
        kestrel.Listen(System.Net.IPAddress.Loopback, port);

    public static string Text(this long number) => number.ToString(CultureInfo.InvariantCulture);
}
