using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LeadGen.Browser.Tests;

/// <summary>Somebody's website on another port, and so of another origin: one page with whatever a test puts into it.</summary>
internal sealed class OtherSite : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource over = new();
    private readonly Task running;

    public OtherSite()
    {
        listener.Start();
        running = RunAsync();
    }

    public string Origin => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    /// <summary>What stands on the page.</summary>
    public string Content { get; set; } = "";

    /// <summary>Style of the page's body.</summary>
    public string Style { get; set; } = "font:18px Georgia,serif;color:#222;background:#fdf6e3;margin:24px";

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        listener.Stop();
        await running;
        over.Dispose();
    }

    private async Task RunAsync()
    {
        var clients = new List<Task>();
        try
        {
            while (true)
            {
                clients.Add(AnswerAsync(await listener.AcceptTcpClientAsync(over.Token)));
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            await Task.WhenAll(clients);
        }
    }

    /// <summary>One answer. Browsers also open lines in advance, on which nothing ever comes.</summary>
    private async Task AnswerAsync(TcpClient client)
    {
        using var closed = client;
        try
        {
            await AnswerAsync(client.GetStream());
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The browser went away, or the test is over.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        var buffer = new byte[8192];
        if (await stream.ReadAsync(buffer, over.Token) == 0)
        {
            return;
        }

        var isPage = Encoding.ASCII.GetString(buffer).StartsWith("GET /?", StringComparison.Ordinal);
        var page = isPage
            ? $"<!doctype html><html lang=en><meta charset=utf-8><title>Acme</title><link rel=icon href=data:,><body style=\"{Style}\"><main><h1>Acme</h1>{Content}</main></body></html>"
            : "";
        var body = Encoding.UTF8.GetBytes(page);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {(isPage ? "200 OK" : "404 Not Found")}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"));
        await stream.WriteAsync(body);
    }
}
