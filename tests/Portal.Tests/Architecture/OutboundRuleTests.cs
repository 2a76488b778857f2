using System.Text.RegularExpressions;

namespace LeadGen.Portal.Tests.Architecture;

/// <summary>S5: addresses that people type are called by the guarded client alone.</summary>
public sealed partial class OutboundRuleTests
{
    private const string Guarded = "src/Infrastructure/Outbound/";

    /// <summary>Others that make clients, and which addresses they call.</summary>
    private static readonly Dictionary<string, string> Known = new()
    {
        ["src/Infrastructure/Encoders/EncoderServices.cs"] = "the pinned addresses of the encoders, which nobody types",
    };

    [Fact]
    public void No_other_code_makes_a_client_a_handler_or_a_connection()
    {
        var found = SourceTree.Code("src").Where(f => !f.Path.StartsWith(Guarded, StringComparison.Ordinal))
            .Where(f => f.Lines.Any(l => Makes().IsMatch(l))).Select(f => f.Path).ToList();

        found.Except(Known.Keys).ShouldBeEmpty($"ask IHttpClientFactory for OutboundHttp.Name, see {Guarded}");
        Known.Keys.Except(found).ShouldBeEmpty("these need no exception any more");
        SourceTree.Code("src").Count(f => f.Path.StartsWith(Guarded, StringComparison.Ordinal) && f.Lines.Any(l => Makes().IsMatch(l))).ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Every_client_that_is_asked_for_is_the_guarded_one()
    {
        var asked = SourceTree.Code("src").SelectMany(f => f.Lines.Where(l => l.Contains(".CreateClient(", StringComparison.Ordinal)).Select(l => (f.Path, l))).ToList();

        asked.ShouldNotBeEmpty();
        asked.Where(a => !a.l.Contains("CreateClient(OutboundHttp.Name)", StringComparison.Ordinal) && !a.l.Contains("CreateClient(OutboundHttp.Patient)", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [GeneratedRegex(@"new HttpClient\b|AddHttpClient\b|HttpClientHandler|SocketsHttpHandler|HttpMessageInvoker|WinHttpHandler|\bWebRequest\b|\bWebClient\b|new TcpClient|new Socket\(|DelegatingHandler")]
    private static partial Regex Makes();
}
