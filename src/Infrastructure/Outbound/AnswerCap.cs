namespace LeadGen.Infrastructure.Outbound;

/// <summary>Ends an answer that is larger than any mail: a server that streams without end holds neither memory nor time.</summary>
public sealed class AnswerCap : DelegatingHandler
{
    private const int Largest = 1 << 20;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        var body = new byte[Largest];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await stream.ReadAtLeastAsync(body, Largest, throwOnEndOfStream: false, cancellationToken);
        if (length == Largest)
        {
            response.Dispose();
            throw new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded, "The answer was too large.");
        }

        var kept = new ByteArrayContent(body, 0, length);
        foreach (var (name, values) in response.Content.Headers)
        {
            kept.Headers.TryAddWithoutValidation(name, values);
        }

        response.Content = kept;
        return response;
    }
}
