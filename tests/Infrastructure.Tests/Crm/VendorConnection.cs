using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Data.Tenants;

namespace LeadGen.Infrastructure.Tests.Crm;

/// <summary>A connection as a job opens it, with what the vendor had it keep.</summary>
internal sealed class VendorConnection : IDisposable
{
    private readonly HttpClient http;

    public VendorConnection(CrmSettings settings, IReadOnlyDictionary<string, string> secrets, HttpMessageHandler? handler = null, Guid? id = null)
    {
        http = new HttpClient(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(5) };
        Connection = new CrmConnection(id ?? Guid.NewGuid(), settings, secrets, http, (renewed, _) =>
        {
            foreach (var (name, value) in renewed)
            {
                Kept[name] = value;
            }

            return Task.CompletedTask;
        });
    }

    public CrmConnection Connection { get; }

    public Dictionary<string, string> Kept { get; } = [];

    public HttpClient Http => http;

    public static implicit operator CrmConnection(VendorConnection connection) => connection.Connection;

    public static CrmRecord Record(
        int number, string? email = "", string? remote = null, (string, string)[]? person = null, (string, string)[]? company = null, string? remoteCompany = null) => new(
        new Guid(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]),
        remote,
        remoteCompany,
        email == "" ? $"lead{number}@example.com" : email,
        (person ?? [("LastName", $"Lead {number}")]).ToDictionary(p => p.Item1, p => p.Item2),
        (company ?? []).ToDictionary(p => p.Item1, p => p.Item2));

    public void Dispose() => http.Dispose();
}
