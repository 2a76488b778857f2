using System.Net;
using LeadGen.Infrastructure.Answers;
using LeadGen.Infrastructure.Outbound;
using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Outreach;

namespace LeadGen.Infrastructure.Outreach;

/// <summary>
/// Asks whether the links of a mail lead somewhere: only where the guarded client goes, only for their heads, a few at once, and each only once
/// in ten minutes. Links that act for a reader (unsubscribing, counted clicks) are never followed.
/// </summary>
public sealed class LinkChecks(IHttpClientFactory clients, CurrentTenant tenant, LinkMemory memory, OutreachLinks own, TimeProvider time)
{
    /// <summary>Most links of one mail that are asked for.</summary>
    public const int Most = 20;

    private const int AtOnce = 4;
    private const int MostRedirects = 5;

    /// <summary>For one link with all its redirects.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    /// <summary>For all tenants together: looking is a courtesy, and must not fill the machine's line.</summary>
    private static readonly SemaphoreSlim Lanes = new(16, 16);

    /// <summary>Answers in the order of the links.</summary>
    /// <param name="anew">Ask again for what did not answer well the last time.</param>
    public async Task<IReadOnlyList<LinkCheck>> RunAsync(IReadOnlyList<MailLink> links, bool anew, CancellationToken cancellationToken = default)
    {
        var (id, answers) = (tenant.Id, new LinkAnswer[links.Count]);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, links.Count),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (i, ct) => answers[i] = i >= Most ? new(false, $"not checked: more than {Most} links") : await OfAsync(id, links[i], anew, ct));
        return [.. links.Select((l, i) => new LinkCheck(l.Address, answers[i]))];
    }

    private async Task<LinkAnswer> OfAsync(TenantId id, MailLink link, bool anew, CancellationToken cancellationToken)
    {
        if (link.Missing is { } value)
        {
            return new(false, $"not checked: this lead has no {value.ToLowerInvariant()}");
        }

        if (!Uri.TryCreate(link.Address, UriKind.Absolute, out var address))
        {
            return new(true, "is no whole address");
        }

        if (IsOurs(address))
        {
            return new(false, "not checked: it acts for the reader");
        }

        if (memory.Find(id, link.Address) is { } known && !(anew && known.Weighs))
        {
            return known;
        }

        await Lanes.WaitAsync(cancellationToken);
        try
        {
            var answer = await AskAsync(address, cancellationToken);
            memory.Keep(id, link.Address, answer);
            return answer;
        }
        finally
        {
            Lanes.Release();
        }
    }

    private async Task<LinkAnswer> AskAsync(Uri address, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(OutboundHttp.Name);
        using var limit = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            for (var (at, hop) = (address, 0); hop <= MostRedirects; hop++)
            {
                if (IsOurs(at))
                {
                    return new(false, "not checked further: it acts for the reader");
                }

                var (status, next) = await StatusAsync(client, at, both.Token);
                if (next is null)
                {
                    return Words(status);
                }

                at = next;
            }

            return new(true, $"leads on and on: more than {MostRedirects} times");
        }
        catch (OutboundRefusedException e)
        {
            return Refused(e);
        }
        catch (HttpRequestException e) when (e.InnerException is OutboundRefusedException inner)
        {
            return Refused(inner);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && OutboundHttp.Explain(e) is not null)
        {
            return new(true, e is OperationCanceledException ? $"did not answer within {Patience.TotalSeconds:0} seconds" : "cannot be reached");
        }
    }

    /// <summary>The head alone; of servers that do not like that question the beginning of the page, without its body.</summary>
    private static async Task<(HttpStatusCode Status, Uri? Next)> StatusAsync(HttpClient client, Uri address, CancellationToken cancellationToken)
    {
        var (status, next) = await OneAsync(client, HttpMethod.Head, address, cancellationToken);
        return (int)status >= 400 ? await OneAsync(client, HttpMethod.Get, address, cancellationToken) : (status, next);
    }

    private static async Task<(HttpStatusCode Status, Uri? Next)> OneAsync(HttpClient client, HttpMethod method, Uri address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var next = (int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } where ? new Uri(address, where) : null;
        return (response.StatusCode, next);
    }

    private static LinkAnswer Refused(OutboundRefusedException why) => why.Message switch
    {
        OutboundGuard.Closed => new(false, "not checked: private address"),
        OutboundGuard.Insecure or OutboundGuard.OtherPort => new(false, "not checked: only https on the usual ports is"),
        _ => new(true, "cannot be reached"),
    };

    /// <summary>Pages that want a person before them, or fewer questions, are no broken links.</summary>
    private static LinkAnswer Words(HttpStatusCode status) => (int)status switch
    {
        < 400 => new(false, "answers"),
        401 or 403 or 405 or 429 or 999 => new(false, $"answers {(int)status} to programs: look at it yourself"),
        var other => new(true, $"answers {other}"),
    };

    private bool IsOurs(Uri address) => own.Base is { } here && Uri.TryCreate(here, UriKind.Absolute, out var us)
        && string.Equals(us.Authority, address.Authority, StringComparison.OrdinalIgnoreCase)
        && new[] { OutreachLinks.Prefix, TrackedLinks.ClickPrefix, TrackedLinks.OpenPrefix }.Any(p => address.AbsolutePath.StartsWith(us.AbsolutePath.TrimEnd('/') + p + "/", StringComparison.OrdinalIgnoreCase));
}

/// <summary>What a link came to.</summary>
public sealed record LinkCheck(string Address, LinkAnswer Answer);

/// <param name="Weighs">Whether it should be looked at.</param>
/// <param name="Words">What is behind it: “answers 404”, “cannot be reached”, “not checked: private address”.</param>
public sealed record LinkAnswer(bool Weighs, string Words);
