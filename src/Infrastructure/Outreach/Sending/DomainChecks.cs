using DnsClient;
using LeadGen.Pipeline.Outreach;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>Finds the TXT records of a name, each as one text; null when DNS did not answer.</summary>
public delegate Task<IReadOnlyList<string>?> TxtLookup(string name, CancellationToken cancellationToken);

/// <summary>Looks whether receivers can tell that mail of a sender's domain is its own, and names the records that are missing.</summary>
public sealed class DomainChecks(TxtLookup lookup, TimeProvider time)
{
    /// <summary>Receivers look up no more names than this for one SPF record (RFC 7208).</summary>
    private const int MostSpfLookups = 10;

    private static readonly string[] Searching = ["include:", "a", "mx", "ptr", "exists:", "redirect="];

    public async Task<DomainCheck> RunAsync(Sender sender, CancellationToken cancellationToken = default)
    {
        var domain = DomainOf(sender.Email);
        return new DomainCheck(
            time.GetUtcNow().UtcDateTime,
            domain,
            [await SpfAsync(domain, sender.Server, cancellationToken), await DkimAsync(domain, sender.NextDkim ?? sender.Dkim, cancellationToken), await DmarcAsync(domain, cancellationToken)]);
    }

    /// <summary>Whether a key's record stands in DNS as it should.</summary>
    public async Task<bool> StandsAsync(DkimKey key, CancellationToken cancellationToken = default) =>
        await lookup(DkimKeys.RecordOf(key).Name, cancellationToken) is { } found && found.Any(t => KeyOf(t) == key.PublicKey);

    public static string DomainOf(string email) => email[(email.LastIndexOf('@') + 1)..].ToLowerInvariant();

    /// <summary>The system's own DNS.</summary>
    public static TxtLookup System()
    {
        var client = new LookupClient(new LookupClientOptions { Timeout = TimeSpan.FromSeconds(5), Retries = 1, UseCache = false, ThrowDnsErrors = false });
        return async (name, ct) =>
        {
            try
            {
                var answer = await client.QueryAsync(name, QueryType.TXT, cancellationToken: ct);
                return answer.HasError && answer.Header.ResponseCode != DnsHeaderResponseCode.NotExistentDomain
                    ? null
                    : [.. answer.Answers.TxtRecords().Select(r => string.Concat(r.Text))];
            }
            catch (DnsResponseException)
            {
                return null;
            }
        };
    }

    private async Task<DomainLine> SpfAsync(string domain, MailServer? server, CancellationToken cancellationToken)
    {
        var ours = server is null ? "mx" : $"a:{server.Host}";
        if (await lookup(domain, cancellationToken) is not { } texts)
        {
            return Silent("SPF", domain);
        }

        var found = texts.Where(t => t.StartsWith("v=spf1", StringComparison.OrdinalIgnoreCase)).ToList();
        if (found.Count == 0)
        {
            return new DomainLine("SPF", DomainVerdict.Missing, $"Nothing says which servers may send mail of {domain}. Add this record.", new DnsRecord(domain, $"v=spf1 {ours} ~all"));
        }

        if (found.Count > 1)
        {
            return new DomainLine("SPF", DomainVerdict.Missing, $"{domain} has {found.Count} SPF records; receivers then ignore all of them. Make one of them.");
        }

        var terms = found[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(t => t.TrimStart('+', '~', '-', '?').ToLowerInvariant()).ToList();
        var searches = terms.Count(t => Searching.Any(s => s.Length > 3 ? t.StartsWith(s, StringComparison.Ordinal) : t == s || t.StartsWith(s + ":", StringComparison.Ordinal)));
        return searches > MostSpfLookups
            ? new DomainLine("SPF", DomainVerdict.Missing, $"The SPF record asks receivers to look up {searches} names; more than {MostSpfLookups} and they give up.")
            : found[0].TrimEnd().EndsWith("+all", StringComparison.OrdinalIgnoreCase)
                ? new DomainLine("SPF", DomainVerdict.Weak, "The SPF record lets everybody send (+all). End it with ~all.", new DnsRecord(domain, found[0].Replace("+all", "~all", StringComparison.OrdinalIgnoreCase)))
            : server is not null && !terms.Exists(t => t.Contains(server.Host, StringComparison.OrdinalIgnoreCase) || t.StartsWith("include:", StringComparison.Ordinal) || t is "mx" or "a")
                ? new DomainLine("SPF", DomainVerdict.Weak, $"The SPF record does not name {server.Host}. Add it.", new DnsRecord(domain, found[0].Replace("v=spf1", $"v=spf1 {ours}", StringComparison.OrdinalIgnoreCase)))
            : new DomainLine("SPF", DomainVerdict.Passed, $"{domain} says which servers may send its mail.");
    }

    private async Task<DomainLine> DkimAsync(string domain, DkimKey? key, CancellationToken cancellationToken)
    {
        if (key is null)
        {
            return new DomainLine("DKIM", DomainVerdict.Missing, "Mails are not signed here. Make a key and add its record; or, if your mail server signs, say that it sends all the same.");
        }

        var record = DkimKeys.RecordOf(key);
        if (await lookup(record.Name, cancellationToken) is not { } texts)
        {
            return Silent("DKIM", domain);
        }

        var keys = texts.Select(KeyOf).OfType<string>().ToList();
        return keys.Contains(key.PublicKey) ? new DomainLine("DKIM", DomainVerdict.Passed, "Mails are signed, and receivers find the key.")
            : keys.Count > 0 ? new DomainLine("DKIM", DomainVerdict.Missing, "Another key stands under this name. Replace it by this record.", record)
            : new DomainLine("DKIM", DomainVerdict.Missing, "Receivers do not find the key that mails are signed with. Add this record.", record);
    }

    private async Task<DomainLine> DmarcAsync(string domain, CancellationToken cancellationToken)
    {
        // A subdomain without a record of its own follows the domain above it.
        for (var name = domain; name.Contains('.', StringComparison.Ordinal); name = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..])
        {
            if (await lookup($"_dmarc.{name}", cancellationToken) is not { } texts)
            {
                return Silent("DMARC", domain);
            }

            if (texts.FirstOrDefault(t => t.StartsWith("v=DMARC1", StringComparison.OrdinalIgnoreCase)) is { } found)
            {
                return PolicyOf(found) is "quarantine" or "reject"
                    ? new DomainLine("DMARC", DomainVerdict.Passed, $"{name} tells receivers to refuse mail that only pretends to be its own.")
                    : new DomainLine(
                        "DMARC",
                        DomainVerdict.Weak,
                        $"{name} has a DMARC record that only watches (p=none). That is enough to send; p=quarantine protects the name.",
                        new DnsRecord($"_dmarc.{name}", $"v=DMARC1; p=quarantine; rua=mailto:postmaster@{name}"));
            }
        }

        return new DomainLine(
            "DMARC", DomainVerdict.Missing, "Large mailbox providers refuse bulk mail without a DMARC record. Add this one.", new DnsRecord($"_dmarc.{domain}", $"v=DMARC1; p=none; rua=mailto:postmaster@{domain}"));
    }

    private static DomainLine Silent(string name, string domain) => new(name, DomainVerdict.Missing, $"DNS gave no answer about {domain}. Try again in a while.");

    private static string? PolicyOf(string record) => Tag(record, "p")?.ToLowerInvariant();

    private static string? KeyOf(string record) => Tag(record, "p")?.Replace(" ", "", StringComparison.Ordinal);

    private static string? Tag(string record, string name) => record.Split(';', StringSplitOptions.TrimEntries)
        .Select(t => t.Split('=', 2, StringSplitOptions.TrimEntries)).FirstOrDefault(t => t.Length == 2 && t[0].Equals(name, StringComparison.OrdinalIgnoreCase))?[1];
}
