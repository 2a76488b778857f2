using System.Globalization;
using System.Text.Json.Nodes;
using LeadGen.Infrastructure.Crm.Consent;
using LeadGen.Infrastructure.Crm.Wire;
using LeadGen.Infrastructure.Data.Tenants;

namespace LeadGen.Infrastructure.Crm.Pipedrive;

/// <summary>
/// Pipedrive by its API v2, and by v1 where only that has it (leads, the user). Secrets: <c>token</c> (the API token), or
/// <c>refreshToken</c> and <c>clientSecret</c> with the client id; <c>hookUser</c> and <c>hookSecret</c> (the password) for its hooks; kept
/// besides: <c>token</c>, <c>apiDomain</c>.
/// </summary>
/// <param name="time">Paces calls and says where reading changes starts.</param>
public sealed class PipedriveConnector(TimeProvider time) : ICrmConnector
{
    private const int FewCalls = 500;

    public CrmKind Kind => CrmKind.Pipedrive;

    /// <summary>Small, since each record takes several calls and the two-second window of the smallest plan is twenty.</summary>
    public int Batch => 20;

    public ConsentTerms Consent(string? address) => PipedriveConsent.Terms(address);

    /// <summary>Changes read at a time.</summary>
    internal int Page { get; init; } = 200;

    /// <inheritdoc/>
    /// <remarks>API reference, v1 "Users", <c>GET /v1/users/me</c>.</remarks>
    public Task<CrmAccount> TestAsync(CrmConnection connection, CancellationToken cancellationToken) => InAsync(connection, async session =>
    {
        var me = (await session.CallAsync(HttpMethod.Get, "/v1/users/me", null, cancellationToken).ConfigureAwait(false))["data"];
        if (me["company_id"].Text is not { } id)
        {
            throw new CrmException(CrmTrouble.Unavailable, "Pipedrive did not say whose account this is.");
        }

        var notes = new List<string>();
        if (me["is_admin"].Text is "0" or "false")
        {
            notes.Add("The token's user is no admin: LeadGen sees only what that user may see, and cannot add fields or hooks.");
        }

        if (session.LeftToday is { } left and < FewCalls)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"Only {left:N0} writing calls are left today."));
        }

        return new CrmAccount(id, me["company_name"].Text ?? me["company_domain"].Text ?? id, notes.Count > 0 ? string.Join(" ", notes) : null);
    });

    public Task<IReadOnlyList<CrmField>> FieldsAsync(CrmConnection connection, CancellationToken cancellationToken) => InAsync(connection, async session =>
    {
        var people = await PipedriveSchema.ReadAsync(session, PipedriveSchema.Person, cancellationToken).ConfigureAwait(false);
        var organizations = await PipedriveSchema.ReadAsync(session, PipedriveSchema.Organization, cancellationToken).ConfigureAwait(false);
        return (IReadOnlyList<CrmField>)[.. people.Fields.Concat(organizations.Fields).Where(f => f.Kind is not null)
            .Select(f => new CrmField(f.Code, f.Name, f.Kind!, f.IsWritable, f.OfCompany) { Choices = [.. f.Options.Values] })];
    });

    /// <inheritdoc/>
    /// <remarks>
    /// API reference, v2 "PersonFields" and "OrganizationFields", <c>POST</c>: <c>field_name</c>, <c>field_type</c>, <c>options</c>. Pipedrive gives the
    /// key, so a field is known again by its label; <see cref="FieldsAsync"/> tells the key.
    /// </remarks>
    public Task CreateFieldsAsync(CrmConnection connection, IReadOnlyList<CrmField> fields, CancellationToken cancellationToken) => InAsync(connection, async session =>
    {
        session.Schemas.Clear();
        foreach (var field in fields)
        {
            var kind = field.OfCompany ? PipedriveSchema.Organization : PipedriveSchema.Person;
            var schema = await PipedriveSchema.ReadAsync(session, kind, cancellationToken).ConfigureAwait(false);
            if (schema.Find(field.Name) is not null || schema.Find(field.Label) is not null)
            {
                continue;
            }

            await session.CallAsync(HttpMethod.Post, $"/api/v2/{kind}", Definition(field), cancellationToken).ConfigureAwait(false);
        }

        session.Schemas.Clear();
        return true;
    });

    /// <inheritdoc/>
    /// <remarks>API reference, v2 "Pipelines" and "Stages".</remarks>
    public Task<IReadOnlyList<CrmStage>> StagesAsync(CrmConnection connection, CancellationToken cancellationToken) => InAsync(connection, async session =>
    {
        var pipelines = new Dictionary<string, string>();
        await foreach (var page in session.PagesAsync("/api/v2/pipelines?limit=500", cancellationToken).ConfigureAwait(false))
        {
            foreach (var pipeline in page["data"].Items)
            {
                pipelines[pipeline["id"].Text ?? ""] = pipeline["name"].Text ?? "";
            }
        }

        List<CrmStage> stages = [new(PipedriveRecords.InInbox, "Lead: in the inbox", false, false), new(PipedriveRecords.Archived, "Lead: archived", false, false)];
        await foreach (var page in session.PagesAsync("/api/v2/stages?limit=500", cancellationToken).ConfigureAwait(false))
        {
            foreach (var stage in page["data"].Items.Where(s => !s["is_deleted"].IsTrue && s["id"].Text is not null))
            {
                var pipeline = pipelines.GetValueOrDefault(stage["pipeline_id"].Text ?? "", "Deal");
                stages.Add(new CrmStage(PipedriveRecords.StagePrefix + stage["id"].Text, $"{pipeline}: {stage["name"].Text}", false, false));
            }
        }

        stages.Add(new CrmStage(PipedriveRecords.Won, "Deal: won", true, false));
        stages.Add(new CrmStage(PipedriveRecords.Lost, "Deal: lost", false, true));
        return (IReadOnlyList<CrmStage>)stages;
    });

    public Task<IReadOnlyList<CrmPushed>> PushAsync(CrmConnection connection, IReadOnlyList<CrmRecord> records, CancellationToken cancellationToken) =>
        InAsync(connection, session => PipedrivePush.RunAsync(session, records, cancellationToken));

    public Task<CrmChanges> ChangesAsync(CrmConnection connection, string? cursor, CancellationToken cancellationToken) =>
        InAsync(connection, session => new PipedriveChanges(session, Page).ReadAsync(cursor, cancellationToken));

    public IReadOnlyList<CrmEvent>? ReadHook(CrmConnection connection, CrmHook hook, DateTime now) =>
        VendorWire.Guard(PipedriveErrors.Vendor, () => PipedriveHook.Read(connection.Secrets, hook));

    public Task<IReadOnlyList<CrmRemote>> ReadAsync(CrmConnection connection, IReadOnlyList<string> remoteIds, CancellationToken cancellationToken) =>
        InAsync(connection, session => PipedriveRecords.ReadAsync(session, remoteIds, cancellationToken));

    private static JsonObject Definition(CrmField field)
    {
        var definition = new JsonObject
        {
            ["field_name"] = field.Label,
            ["field_type"] = field.Type switch
            {
                "number" => "double",
                "date" => "date",
                "choice" or "bool" when field.Choices.Count > 0 || field.Type == "bool" => "enum",
                "list" when field.Choices.Count > 0 => "set",
                _ => "varchar",
            },
        };
        IReadOnlyList<string> choices = field.Type == "bool" ? ["true", "false"] : field.Type is "choice" or "list" ? field.Choices : [];
        if (choices.Count > 0)
        {
            definition["options"] = new JsonArray([.. choices.Select(c => new JsonObject { ["label"] = c })]);
        }

        return definition;
    }

    private Task<T> InAsync<T>(CrmConnection connection, Func<PipedriveSession, Task<T>> work) =>
        VendorWire.GuardAsync(PipedriveErrors.Vendor, () => work(PipedriveSession.Of(connection, time)));
}
