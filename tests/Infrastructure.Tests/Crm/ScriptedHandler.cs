using System.Text;

namespace LeadGen.Infrastructure.Tests.Crm;

/// <summary>Answers by a rule instead of a network.</summary>
internal sealed class ScriptedHandler(Func<string, string, string, (int Status, string Body)> rule, string type = "application/json") : HttpMessageHandler
{
    private int calls;

    public int Calls => calls;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref calls);
        var sent = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var (status, body) = rule(request.Method.Method, request.RequestUri!.PathAndQuery, sent);
        return new HttpResponseMessage((System.Net.HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, type), RequestMessage = request };
    }
}
