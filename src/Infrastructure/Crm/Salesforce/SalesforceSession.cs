using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LeadGen.Infrastructure.Crm.Wire;

namespace LeadGen.Infrastructure.Crm.Salesforce;

/// <summary>
/// Calls within one connection. An expired session is renewed once and the call repeated; the day's calls are watched by the header
/// <c>Sforce-Limit-Info: api-usage=used/limit</c> and the last of them left to the company's other tools.
/// </summary>
/// <remarks>REST API Developer Guide: "Limit Info Header", "Status Codes and Error Responses".</remarks>
internal sealed partial class SalesforceSession
{
    /// <summary>Of the day's calls; from there on LeadGen waits.</summary>
    private const double StopAt = 0.95;

    private static readonly ConditionalWeakTable<CrmConnection, SalesforceSession> Known = [];
    private readonly CrmConnection connection;
    private readonly ConnectionSecrets secrets;

    private SalesforceSession(CrmConnection connection)
    {
        this.connection = connection;
        secrets = ConnectionSecrets.Of(connection);
    }

    /// <summary>Calls used and allowed in 24 hours, as of the last answer.</summary>
    public (long Used, long Limit)? Usage { get; private set; }

    /// <summary>Fields by object, read once for each connection.</summary>
    public Dictionary<string, SalesforceSchema> Schemas { get; } = [];

    public CrmConnection Connection => connection;

    public TimeProvider Time { get; private init; } = TimeProvider.System;

    public DateTime Now => Time.GetUtcNow().UtcDateTime;

    /// <summary>Lead unless the settings say Contact.</summary>
    public string Object => connection.Settings.Entity == "Contact" ? "Contact" : "Lead";

    public string Instance => secrets["instanceUrl"] ?? (connection.Settings.BaseUrl ?? SalesforceLogin.Production).TrimEnd('/');

    public static SalesforceSession Of(CrmConnection connection, TimeProvider time) =>
        Known.GetValue(connection, c => new SalesforceSession(c) { Time = time });

    /// <param name="method">HTTP.</param>
    /// <param name="path">From <c>/services</c> on.</param>
    /// <param name="body">JSON or null.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="CrmException">Every answer but a good one.</exception>
    public async Task<VendorAnswer> CallAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        var answer = await TryAsync(method, path, body is null ? null : () => VendorWire.Body(body), cancellationToken).ConfigureAwait(false);
        return answer.IsSuccess ? answer : throw SalesforceErrors.Of(answer, Now);
    }

    /// <summary>As <see cref="CallAsync"/>, but errors of the request itself come back as answers.</summary>
    public async Task<VendorAnswer> TryAsync(HttpMethod method, string path, Func<HttpContent>? body, CancellationToken cancellationToken)
    {
        if (secrets["token"] is null)
        {
            await RenewAsync(null, cancellationToken).ConfigureAwait(false);
        }

        LeaveSome();
        var token = secrets["token"];
        var answer = await SendAsync(method, path, body, cancellationToken).ConfigureAwait(false);
        if (answer.Status == HttpStatusCode.Unauthorized && SalesforceLogin.IsPossible(secrets))
        {
            await RenewAsync(token, cancellationToken).ConfigureAwait(false);
            answer = await SendAsync(method, path, body, cancellationToken).ConfigureAwait(false);
        }

        if (answer.Status == HttpStatusCode.Unauthorized)
        {
            throw new CrmException(CrmTrouble.Refused, "Salesforce does not accept LeadGen's session: it has expired or was withdrawn. Connect again.")
            {
                Status = 401,
            };
        }

        return answer;
    }

    public Task<VendorAnswer> QueryAsync(string soql, bool deletedToo, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Get, $"{SalesforceApi.Data}/{(deletedToo ? "queryAll" : "query")}?q={Uri.EscapeDataString(soql)}", null, cancellationToken);

    /// <summary>All rows of a query, page after page.</summary>
    public async Task<List<JsonView>> RowsAsync(string soql, bool deletedToo, CancellationToken cancellationToken)
    {
        var rows = new List<JsonView>();
        var page = (await QueryAsync(soql, deletedToo, cancellationToken).ConfigureAwait(false)).Json;
        rows.AddRange(page["records"].Items);
        for (var pages = 0; page["nextRecordsUrl"].Text is { } next && !page["done"].IsTrue && pages < 100; pages++)
        {
            if (!next.StartsWith("/services/data/", StringComparison.Ordinal))
            {
                throw new CrmException(CrmTrouble.Unavailable, "Salesforce named a next page at an unexpected place.");
            }

            page = (await CallAsync(HttpMethod.Get, next, null, cancellationToken).ConfigureAwait(false)).Json;
            rows.AddRange(page["records"].Items);
        }

        return rows;
    }

    private Task RenewAsync(string? stale, CancellationToken cancellationToken) => secrets.RenewAsync(
        stale,
        () => SalesforceLogin.IsPossible(secrets)
            // A call that is given up half-way leaves us with a refresh token that the vendor has replaced already.
            ? SalesforceLogin.RenewAsync(connection, secrets, Now, CancellationToken.None)
            : throw new CrmException(CrmTrouble.Refused, "Salesforce is not connected: neither a token nor a key is stored."),
        cancellationToken);

    private async Task<VendorAnswer> SendAsync(HttpMethod method, string path, Func<HttpContent>? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, Instance + path) { Content = body?.Invoke() };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + secrets["token"]);
        request.Headers.TryAddWithoutValidation("Accept", path.EndsWith("Results", StringComparison.Ordinal) || path.EndsWith("records", StringComparison.Ordinal) ? "text/csv" : "application/json");
        var answer = await VendorWire.SendAsync(connection.Http, request, SalesforceErrors.Vendor, cancellationToken).ConfigureAwait(false);
        if (answer.Header("Sforce-Limit-Info") is { } info && UsagePattern().Match(info) is { Success: true } match
            && long.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var used)
            && long.TryParse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture, out var limit) && limit > 0)
        {
            Usage = (used, limit);
        }

        return answer;
    }

    private void LeaveSome()
    {
        if (Usage is { } usage && usage.Used >= usage.Limit * StopAt)
        {
            throw new CrmException(CrmTrouble.Throttled, string.Create(
                CultureInfo.InvariantCulture, $"{usage.Used:N0} of the {usage.Limit:N0} calls that Salesforce allows in 24 hours are used; LeadGen leaves the rest to other tools."))
            {
                RetryAfter = SalesforceErrors.DayLimitWait,
            };
        }
    }

    [GeneratedRegex(@"\bapi-usage=(\d{1,15})/(\d{1,15})", RegexOptions.CultureInvariant)]
    private static partial Regex UsagePattern();
}
