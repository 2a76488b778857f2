using System.Globalization;
using LeadGen.Infrastructure.Crm.Consent;
using LeadGen.Infrastructure.Crm.Wire;
using LeadGen.Infrastructure.Data.Tenants;

namespace LeadGen.Infrastructure.Crm.Salesforce;

/// <summary>
/// Salesforce by its REST API: leads with their company as fields (the default), or contacts with accounts. Secrets: <c>privateKey</c> with
/// client id and user name, or <c>refreshToken</c> with client id and perhaps <c>clientSecret</c>, or a bare <c>token</c>; kept besides:
/// <c>token</c>, <c>instanceUrl</c>.
/// </summary>
/// <param name="time">Stamps assertions, paces retries, says where reading changes starts.</param>
public sealed class SalesforceConnector(TimeProvider time) : ICrmConnector
{
    private const double SoonUsedUp = 0.8;

    public CrmKind Kind => CrmKind.Salesforce;

    public int Batch => SalesforceApi.Most;

    public ConsentTerms Consent(string? address) => SalesforceLogin.Consent(address);

    /// <summary>Changes read at a time.</summary>
    internal int Page { get; init; } = 200;

    public Task<CrmAccount> TestAsync(CrmConnection connection, CancellationToken cancellationToken) => InAsync(connection, async session =>
    {
        var rows = await session.RowsAsync("SELECT Id,Name,IsSandbox FROM Organization LIMIT 1", false, cancellationToken).ConfigureAwait(false);
        if (rows.FirstOrDefault() is not { IsObject: true } company || company["Id"].Text is not { } id)
        {
            throw new CrmException(CrmTrouble.Refused, "Salesforce does not tell LeadGen's user which company it works in. It needs the right \"API Enabled\".");
        }

        var schema = await SalesforceSchema.ReadAsync(session, session.Object, cancellationToken).ConfigureAwait(false);
        var notes = new List<string>();
        if (!schema.Createable || !schema.Updateable)
        {
            notes.Add($"LeadGen's user may not create and edit every {session.Object} in Salesforce.");
        }

        if (schema.Find(SalesforceApi.IdField) is null)
        {
            notes.Add($"{session.Object} has no field for LeadGen's id yet; it is laid down with the other fields.");
        }

        if (session.Usage is { } usage && usage.Used >= usage.Limit * SoonUsedUp)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{usage.Used:N0} of the {usage.Limit:N0} calls that Salesforce allows in 24 hours are used."));
        }

        var name = (company["Name"].Text ?? id) + (company["IsSandbox"].IsTrue ? " (sandbox)" : "");
        return new CrmAccount(id, name, notes.Count > 0 ? string.Join(" ", notes) : null);
    });

    public Task<IReadOnlyList<CrmField>> FieldsAsync(CrmConnection connection, CancellationToken cancellationToken) =>
        InAsync(connection, session => SalesforceFields.ListAsync(session, cancellationToken));

    public Task CreateFieldsAsync(CrmConnection connection, IReadOnlyList<CrmField> fields, CancellationToken cancellationToken) => InAsync(connection, async session =>
    {
        session.Schemas.Clear();
        await SalesforceFields.CreateAsync(session, fields, cancellationToken).ConfigureAwait(false);
        return true;
    });

    /// <inheritdoc/>
    /// <remarks>Object Reference, "LeadStatus" and "OpportunityStage".</remarks>
    public Task<IReadOnlyList<CrmStage>> StagesAsync(CrmConnection connection, CancellationToken cancellationToken) => InAsync(connection, async session =>
    {
        var stages = new List<CrmStage>();
        if (session.Object == "Lead")
        {
            foreach (var row in await session.RowsAsync("SELECT ApiName,MasterLabel FROM LeadStatus ORDER BY SortOrder", false, cancellationToken).ConfigureAwait(false))
            {
                stages.Add(new CrmStage(SalesforceRecords.StatusPrefix + row["ApiName"].Text, $"Lead: {row["MasterLabel"].Text ?? row["ApiName"].Text}", false, false));
            }
        }

        const string soql = "SELECT ApiName,MasterLabel,IsClosed,IsWon FROM OpportunityStage WHERE IsActive=true ORDER BY SortOrder";
        foreach (var row in await session.RowsAsync(soql, false, cancellationToken).ConfigureAwait(false))
        {
            var won = row["IsWon"].IsTrue;
            stages.Add(new CrmStage(
                SalesforceRecords.StagePrefix + row["ApiName"].Text, $"Opportunity: {row["MasterLabel"].Text ?? row["ApiName"].Text}", won, row["IsClosed"].IsTrue && !won));
        }

        return (IReadOnlyList<CrmStage>)stages;
    });

    public Task<IReadOnlyList<CrmPushed>> PushAsync(CrmConnection connection, IReadOnlyList<CrmRecord> records, CancellationToken cancellationToken) =>
        InAsync(connection, session => SalesforcePush.RunAsync(session, records, cancellationToken));

    /// <inheritdoc/>
    /// <remarks>Bulk API 2.0 Developer Guide, "How Bulk API 2.0 Works": meant for more than 2,000 records.</remarks>
    public int? JobsAbove => 2_000;

    public Task<bool> SubmitAsync(
        CrmConnection connection, IReadOnlyList<CrmRecord> records, Func<string, CancellationToken, Task<bool>> keep, CancellationToken cancellationToken) =>
        InAsync(connection, session => new SalesforceBulk(session).SubmitAsync(records, keep, cancellationToken));

    public Task<IReadOnlyList<CrmJobState>> LookAsync(CrmConnection connection, IReadOnlyList<string> jobs, CancellationToken cancellationToken) =>
        InAsync(connection, session => new SalesforceBulk(session).LookAsync(jobs, cancellationToken));

    public Task EndAsync(CrmConnection connection, IReadOnlyList<string> jobs, CancellationToken cancellationToken) => InAsync(connection, async session =>
    {
        await new SalesforceBulk(session).EndAsync(jobs, cancellationToken).ConfigureAwait(false);
        return true;
    });

    public Task<IReadOnlyList<CrmPushed>> CollectAsync(
        CrmConnection connection, IReadOnlyList<string> jobs, IReadOnlyList<CrmRecord> records, CancellationToken cancellationToken) =>
        InAsync(connection, session => new SalesforceBulk(session).CollectAsync(jobs, records, cancellationToken));

    public Task<CrmChanges> ChangesAsync(CrmConnection connection, string? cursor, CancellationToken cancellationToken) =>
        InAsync(connection, session => new SalesforceChanges(session, Page).ReadAsync(cursor, cancellationToken));

    /// <summary>Always null: Salesforce's hooks prove nothing, so changes are polled.</summary>
    public IReadOnlyList<CrmEvent>? ReadHook(CrmConnection connection, CrmHook hook, DateTime now) => null;

    public bool Polls(IReadOnlyDictionary<string, string> secrets) => true;

    public Task<IReadOnlyList<CrmRemote>> ReadAsync(CrmConnection connection, IReadOnlyList<string> remoteIds, CancellationToken cancellationToken) =>
        InAsync(connection, session => SalesforceRecords.ReadAsync(session, remoteIds, cancellationToken));

    private Task<T> InAsync<T>(CrmConnection connection, Func<SalesforceSession, Task<T>> work) =>
        VendorWire.GuardAsync(SalesforceErrors.Vendor, () => work(SalesforceSession.Of(connection, time)));
}
