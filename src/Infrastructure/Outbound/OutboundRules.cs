namespace LeadGen.Infrastructure.Outbound;

/// <summary>What can be refused before anything is looked up.</summary>
internal sealed class OutboundRules : DelegatingHandler
{
    public const string Credentials = "Leave name and password out of the address.";

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is not { IsAbsoluteUri: true, Scheme: "https" or "http" } address)
        {
            throw new OutboundRefusedException("Only https can be called.");
        }

        return address.UserInfo.Length > 0 ? throw new OutboundRefusedException(Credentials) : base.SendAsync(request, cancellationToken);
    }
}
