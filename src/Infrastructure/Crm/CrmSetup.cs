using System.Security.Cryptography;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Secrets;
using LeadGen.Infrastructure.Work;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Crm;

/// <summary>Connects, steers and disconnects CRMs of the current tenant. Callers ask first whether the person or key may.</summary>
public sealed class CrmSetup(
    IDbContextFactory<TenantDb> databases, TenantWrites writes, CrmConnections connections, CrmBackfills backfills, TenantSecrets secrets,
    TimeProvider time)
{
    public IReadOnlyList<CrmKind> Kinds => connections.Kinds;

    public async Task<IReadOnlyList<Integration>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Integrations.AsNoTracking().OrderBy(i => i.CreatedAt).ToListAsync(cancellationToken);
    }

    public async Task<Integration?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Integrations.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, cancellationToken);
    }

    /// <summary>A real call with credentials; when the CRM knows them, the connection is kept, its other steps still to be made.</summary>
    /// <param name="id">A connection whose credentials are given anew, or null for a new one.</param>
    /// <param name="given">Kind, name, what is secret and what is not; secrets that are left out stay as they were.</param>
    /// <param name="actor">Who connects.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<Connected> ConnectAsync(Guid? id, CrmCredentials given, string actor, CancellationToken cancellationToken)
    {
        var known = id is { } there ? await FindAsync(there, cancellationToken) : null;
        if (id is not null && known is null)
        {
            return new Connected(null, null, "The connection is not there any more.");
        }

        // Consent and entered credentials are never mixed: a token of the one would be renewed by the other.
        var all = given.Settings.ByConsent || known is { Settings.ByConsent: true } ? [] : Known(known);
        foreach (var (name, value) in given.Secrets.Where(s => !string.IsNullOrWhiteSpace(s.Value)))
        {
            all[name] = value.Trim();
        }

        all[CrmConnections.Grant] = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        var settings = given.Settings with { Stages = known?.Settings.Stages ?? given.Settings.Stages };
        var trial = new Integration
        {
            Id = known?.Id ?? Guid.CreateVersion7(time.GetUtcNow()),
            Kind = given.Kind,
            Name = given.Name,
            HookKey = known?.HookKey ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20)),
            Secrets = "",
            Settings = settings,
            CreatedAt = time.GetUtcNow().UtcDateTime,
            CreatedBy = actor,
        };
        CrmAccount account;
        try
        {
            var connector = connections.ConnectorOf(given.Kind);

            // Tokens that are renewed at the first call have no row yet to be kept in.
            var connection = connections.Open(trial, all) with
            {
                KeepAsync = (renewed, _) =>
                {
                    foreach (var (name, value) in renewed)
                    {
                        all[name] = value;
                    }

                    return Task.CompletedTask;
                },
            };
            account = await connector.TestAsync(connection, cancellationToken);
        }
        catch (CrmException e)
        {
            return new Connected(null, null, e.Message);
        }

        if (given.Settings.ByConsent && known?.Settings.AccountId is { } before && before != account.Id)
        {
            // Whoever is signed in to several accounts there chooses the wrong one easily; the leads' records are in the other.
            return new Connected(null, null, $"You let LeadGen into {account.Name}, but this connection belongs to {known.Settings.Account}. Choose that account, or connect the other one as well.");
        }

        trial.Settings = settings with { AccountId = account.Id, Account = account.Name };
        trial.Secrets = secrets.SealAll(all);
        return new Connected(await KeepAsync(trial, known is not null, cancellationToken), account, null);
    }

    /// <summary>The fields there, or why they cannot be had.</summary>
    public Task<(IReadOnlyList<CrmField> Fields, string? Problem)> FieldsAsync(Integration integration, CancellationToken cancellationToken) =>
        AskAsync<IReadOnlyList<CrmField>>(integration, (c, to) => c.FieldsAsync(to, cancellationToken), []);

    /// <summary>The stages there, or why they cannot be had.</summary>
    public Task<(IReadOnlyList<CrmStage> Stages, string? Problem)> StagesAsync(Integration integration, CancellationToken cancellationToken) =>
        AskAsync<IReadOnlyList<CrmStage>>(integration, (c, to) => c.StagesAsync(to, cancellationToken), []);

    /// <summary>Begins with the fields and stages that suggest themselves, where nothing was chosen yet.</summary>
    /// <returns>Null when done, else why the CRM could not be asked.</returns>
    public async Task<string?> SuggestAsync(Integration integration, CancellationToken cancellationToken)
    {
        var (fields, problem) = await FieldsAsync(integration, cancellationToken);
        var (stages, silent) = await StagesAsync(integration, cancellationToken);
        return problem ?? silent ?? await ChangeAsync(
            integration.Id,
            i =>
            {
                i.Mapping = i.Mapping.Count > 0 ? i.Mapping : CrmSuggestions.For(fields);
                i.Settings = i.Settings.Stages.Count > 0 ? i.Settings : i.Settings with { Stages = CrmSuggestions.For(stages) };
            },
            cancellationToken);
    }

    /// <summary>Changes mapping, rules, stages or name.</summary>
    /// <returns>Null when done, else why not.</returns>
    public Task<string?> ChangeAsync(Guid id, Action<Integration> change, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            if (await db.Integrations.Where(i => i.Id == id).ForUpdate().SingleOrDefaultAsync(ct) is not { } integration)
            {
                return "The connection is not there any more.";
            }

            change(integration);
            integration.Revision++;
            await db.SaveChangesAsync(ct);
            return null;
        },
        cancellationToken);

    /// <summary>Lays down our properties there and lets the connection work.</summary>
    /// <returns>Null when done, else why not.</returns>
    public async Task<string?> StartAsync(Guid id, bool backfill, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } integration)
        {
            return "The connection is not there any more.";
        }

        if (integration.Mapping.Count == 0)
        {
            return "No field goes either way yet. Choose the fields first.";
        }

        var missing = CrmSuggestions.Ours.Where(f => integration.Mapping.Exists(m => !m.OfCompany && m.Remote == f.Name)).ToList();
        var (_, problem) = await AskAsync(
            integration,
            async (c, to) =>
            {
                await c.CreateFieldsAsync(to, missing, cancellationToken);
                return true;
            },
            false);
        if (problem is null && missing.Count > 0)
        {
            (var there, problem) = await FieldsAsync(integration, cancellationToken);
            problem ??= await ChangeAsync(id, i => i.Mapping = CrmSuggestions.Settle(i.Mapping, there), cancellationToken);
        }

        problem ??= await ResumeAsync(id, cancellationToken);
        if (problem is null && backfill)
        {
            await backfills.StartAsync(id, cancellationToken);
        }

        return problem;
    }

    public Task<string?> PauseAsync(Guid id, CancellationToken cancellationToken) =>
        ChangeAsync(id, i => (i.State, i.StateReason) = (i.State == IntegrationState.Connecting ? i.State : IntegrationState.Paused, null), cancellationToken);

    /// <summary>Active from now on; what waited is due at once.</summary>
    public Task<string?> ResumeAsync(Guid id, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            if (await db.Integrations.Where(i => i.Id == id).ForUpdate().SingleOrDefaultAsync(ct) is not { } integration)
            {
                return "The connection is not there any more.";
            }

            await ActivateAsync(db, integration, ct);
            return (string?)null;
        },
        cancellationToken);

    public Task<CrmBackfill?> BackfillAsync(Guid id, CancellationToken cancellationToken) => backfills.StartAsync(id, cancellationToken);

    /// <summary>Ends the connection: nothing is sent or taken any more. Records there stay.</summary>
    public Task<string?> DisconnectAsync(Guid id, CancellationToken cancellationToken) => writes.RunAsync<string?>(
        async (db, ct) =>
        {
            var now = time.GetUtcNow().UtcDateTime;
            await OutboxQueue.DropAsync(db, id, now, ct);
            await db.CrmLinks.Where(l => l.IntegrationId == id).ExecuteDeleteAsync(ct);
            await db.Inbox.Where(i => i.SourceId == id).ExecuteDeleteAsync(ct);
            return await db.Integrations.Where(i => i.Id == id).ExecuteDeleteAsync(ct) == 1 ? null : "The connection was ended already.";
        },
        cancellationToken);

    private async Task ActivateAsync(TenantDb db, Integration integration, CancellationToken cancellationToken)
    {
        (integration.State, integration.StateReason, integration.FailingSince, integration.HoldUntil) = (IntegrationState.Active, null, null, null);
        integration.Revision++;
        var now = time.GetUtcNow().UtcDateTime;
        await db.SaveChangesAsync(cancellationToken);
        await db.Outbox.Where(m => m.DestinationId == integration.Id && m.State == OutboxState.Waiting && m.ClaimToken == null && m.DueAt > now)
            .ExecuteUpdateAsync(m => m.SetProperty(x => x.DueAt, now), cancellationToken);
        db.Raise(WorkKind.Crm);
        db.Raise(WorkKind.Outbox);
    }

    private Dictionary<string, string> Known(Integration? integration)
    {
        try
        {
            return integration is null ? [] : new Dictionary<string, string>(secrets.OpenAll(integration.Secrets));
        }
        catch (CryptographicException)
        {
            // They are given anew.
            return [];
        }
    }

    private async Task<(T Answer, string? Problem)> AskAsync<T>(Integration integration, Func<ICrmConnector, CrmConnection, Task<T>> ask, T nothing)
    {
        try
        {
            return (await ask(connections.ConnectorOf(integration.Kind), connections.Open(integration)), null);
        }
        catch (CrmException e)
        {
            return (nothing, e.Message);
        }
    }

    private Task<Integration> KeepAsync(Integration trial, bool isKnown, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            if (!isKnown)
            {
                db.Integrations.Add(trial);
                await db.SaveChangesAsync(ct);
                return trial;
            }

            var row = await db.Integrations.Where(i => i.Id == trial.Id).ForUpdate().SingleAsync(ct);
            (row.Name, row.Settings, row.Secrets) = (trial.Name, trial.Settings with { Stages = row.Settings.Stages }, trial.Secrets);
            if (row.State == IntegrationState.Broken)
            {
                // The credentials were what it waited for, and these work.
                await ActivateAsync(db, row, ct);
                return row;
            }

            row.Revision++;
            await db.SaveChangesAsync(ct);
            return row;
        },
        cancellationToken);
}

/// <param name="Secrets">By name, as the connector reads them.</param>
public sealed record CrmCredentials(CrmKind Kind, string Name, CrmSettings Settings, IReadOnlyDictionary<string, string> Secrets);

/// <summary>How an attempt to connect ended.</summary>
/// <param name="Problem">In plain words; null when it worked.</param>
public sealed record Connected(Integration? Integration, CrmAccount? Account, string? Problem)
{
    /// <summary>A secret that was made for the other side, to be shown once.</summary>
    public string? MadeSecret { get; init; }
}
