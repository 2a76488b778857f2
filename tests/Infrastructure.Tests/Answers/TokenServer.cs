using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Web;

namespace LeadGen.Infrastructure.Tests.Answers;

/// <summary>
/// A provider's token endpoint on 127.0.0.1, a strict one: each refresh token serves once and gives the next, and access tokens live for a
/// second. Tells mail servers whose an access token is.
/// </summary>
internal sealed class TokenServer : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly ConcurrentDictionary<string, bool> issued = new(StringComparer.Ordinal);
    private readonly string owner;
    private readonly Task running;
    private int number = 1;

    public TokenServer(string owner)
    {
        this.owner = owner;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
        }

        listener.Prefixes.Add(Address);
        listener.Start();
        running = RunAsync();
    }

    public string Address { get; }

    /// <summary>The only one that it takes now.</summary>
    public string Refresh { get; private set; } = "refresh-1";

    /// <summary>Times that it was asked for an access token.</summary>
    public int Asked { get; private set; }

    /// <summary>The person took the consent back.</summary>
    public void Revoke() => (Refresh, number) = ("", number + 1);

    /// <summary>The person gave it again.</summary>
    public string Grant() => Refresh = $"granted-{++number}";

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await running;
        listener.Close();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                var (status, json) = context.Request.Url!.AbsolutePath == "/token" ? await IssueAsync(context.Request) : Tell(context.Request);
                context.Response.StatusCode = status;
                context.Response.ContentType = "application/json";
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(json));
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task<(int Status, string Json)> IssueAsync(HttpListenerRequest request)
    {
        using var reader = new StreamReader(request.InputStream);
        var form = HttpUtility.ParseQueryString(await reader.ReadToEndAsync());
        Asked++;
        if (form["grant_type"] != "refresh_token" || form["client_id"] != "client" || form["refresh_token"] != Refresh || Refresh.Length == 0)
        {
            // A token that comes twice was stolen: from here on none serves.
            Refresh = "";
            return (400, """{"error":"invalid_grant"}""");
        }

        Refresh = $"refresh-{++number}";
        var access = $"access-{number}";
        issued[access] = true;
        return (200, $$"""{"access_token":"{{access}}","token_type":"Bearer","expires_in":1,"refresh_token":"{{Refresh}}"}""");
    }

    private (int Status, string Json) Tell(HttpListenerRequest request) =>
        issued.ContainsKey(request.QueryString["access_token"] ?? "") ? (200, $$"""{"email":"{{owner}}"}""") : (401, """{"error":"invalid_token"}""");
}
