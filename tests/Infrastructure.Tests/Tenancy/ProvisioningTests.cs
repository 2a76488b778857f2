using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Vectors;
using LeadGen.Infrastructure.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace LeadGen.Infrastructure.Tests.Tenancy;

public sealed class ProvisioningTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_new_tenant_is_active_and_can_match_and_score_its_first_lead(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        tenant.State.ShouldBe(TenantState.Active);
        var taken = await installation.TakeAsync(tenant, () => Leads.Read(("email", "ann@acme.test"), ("jobTitle", "CIO"), ("message", "We want a demo.")));
        await installation.ScoreAllAsync(tenant);
        await using var db = installation.Open(tenant);
        var lead = await db.Leads.SingleAsync(l => l.Id == taken[0].Lead!.Id, Ct);
        lead.ScoreValue.ShouldNotBeNull();
        lead.FitValue.ShouldNotBeNull();
        (await db.Analyses.SingleAsync(Ct)).Match.ShouldNotBeNull();
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task An_interrupted_provisioning_is_finished_by_the_next_start(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        await using var catalog = installation.Catalog();
        var begun = new Tenant { Id = Guid.NewGuid(), Slug = "begun", Name = "Begun", State = TenantState.Provisioning, CreatedAt = DateTime.UnixEpoch };
        catalog.Tenants.Add(begun);
        await catalog.SaveChangesAsync(Ct);
        await Should.ThrowAsync<TenantUnavailableException>(() => installation.InAsync(begun, _ => Task.CompletedTask));

        (await installation.Get<TenantProvisioning>().MigrateAsync(null, Ct)).ShouldBeEmpty();
        await installation.InAsync(begun, async s =>
        {
            s.GetRequiredService<CurrentTenant>().Info.State.ShouldBe(TenantState.Active);
            (await s.GetRequiredService<IcpEditing>().ListAsync(Ct)).Single().Live.ShouldNotBeNull();
        });
    }

    [Theory]
    [InlineData("a")]
    [InlineData("Acme")]
    [InlineData("-acme")]
    [InlineData("acme-")]
    [InlineData("ac me")]
    [InlineData("acmé")]
    [InlineData("../acme")]
    [InlineData("acme12345678901234567890123456789012345678")]
    public async Task An_address_that_is_none_is_refused_and_nothing_is_made(string slug)
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        await Should.ThrowAsync<ArgumentException>(() => installation.Get<TenantProvisioning>().CreateAsync(slug, "Acme", Ct));
        (await installation.Get<TenantStore>().AllAsync(Ct)).ShouldBeEmpty();
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Of_ten_who_want_one_address_at_once_one_gets_it(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var provisioning = installation.Get<TenantProvisioning>();
        var made = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() => provisioning.CreateAsync("acme", $"Acme {i}", Ct))));
        made.Count(t => t is not null).ShouldBe(1);
        (await installation.Get<TenantStore>().AllAsync(Ct)).Single().State.ShouldBe(TenantState.Active);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_suspended_tenant_is_shut_until_it_is_resumed(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var provisioning = installation.Get<TenantProvisioning>();
        await provisioning.SuspendAsync(tenant, Ct);
        await Should.ThrowAsync<TenantUnavailableException>(() => installation.InAsync(tenant, _ => Task.CompletedTask));
        (await provisioning.MigrateAsync(null, Ct)).ShouldBeEmpty();
        await Should.ThrowAsync<TenantUnavailableException>(() => installation.InAsync(tenant, _ => Task.CompletedTask));
        await provisioning.ResumeAsync(tenant, Ct);
        await installation.InAsync(tenant, _ => Task.CompletedTask);
    }

    [Theory]
    [InlineData(TenantState.Deleting)]
    [InlineData(TenantState.Provisioning)]
    [InlineData(TenantState.Broken)]
    public async Task A_tenant_that_is_being_made_mended_or_deleted_cannot_be_resumed(TenantState state)
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var tenant = await installation.TenantAsync();
        await using var catalog = installation.Catalog();
        await catalog.Tenants.ExecuteUpdateAsync(t => t.SetProperty(x => x.State, state), Ct);
        var provisioning = installation.Get<TenantProvisioning>();
        await Should.ThrowAsync<InvalidOperationException>(() => provisioning.ResumeAsync(tenant, Ct));
        await Should.ThrowAsync<InvalidOperationException>(() => provisioning.SuspendAsync(tenant, Ct));
        (await catalog.Tenants.AsNoTracking().SingleAsync(Ct)).State.ShouldBe(state);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Deleting_takes_database_files_keys_and_memberships_and_nothing_of_others(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var gone = await installation.TenantAsync("gone");
        var stays = await installation.TenantAsync("stays");
        foreach (var tenant in new[] { gone, stays })
        {
            await installation.QueueAsync(tenant, Leads.Csv(5));
            await installation.TakeAsync(tenant, () => Leads.Read(("email", "x@y.test"), ("message", "demo please")));
            await installation.ScoreAllAsync(tenant);
            await installation.InAsync(tenant, async s =>
            {
                await s.GetRequiredService<LeadVectors>().SearchAsync("demo", 3, cancellationToken: Ct);
                await s.GetRequiredService<ApiKeys>().CreateAsync("k", [Scopes.LeadsRead], null, Ct);
                await s.GetRequiredService<Owners>().EnsureAsync(tenant, "owner@acme.test", null, Ct);
            });
        }

        await installation.Get<TenantProvisioning>().DeleteAsync(gone, Ct);

        Directory.Exists(Path.Combine(installation.DataPath, gone.TenantId.Folder)).ShouldBeFalse();
        Directory.EnumerateFileSystemEntries(installation.DataPath, $"*{gone.TenantId}*", SearchOption.AllDirectories).ShouldBeEmpty();
        if (provider == DataProvider.Postgres)
        {
            (await HasDatabaseAsync(installation, gone)).ShouldBeFalse();
            (await HasDatabaseAsync(installation, stays)).ShouldBeTrue();
        }

        await using var catalog = installation.Catalog();
        (await catalog.Tenants.Select(t => t.Slug).ToListAsync(Ct)).ShouldBe(["stays"]);
        (await catalog.ApiKeys.Select(k => k.TenantId).ToListAsync(Ct)).ShouldBe([stays.Id]);
        (await catalog.Memberships.Select(k => k.TenantId).ToListAsync(Ct)).ShouldBe([stays.Id]);
        (await catalog.Work.Select(k => k.TenantId).Distinct().ToListAsync(Ct)).ShouldBe([stays.Id]);
        installation.Get<LiveScoringCache>().Kept.Keys.ShouldBe([stays.TenantId]);
        installation.Get<VectorMemory>().Of(gone.TenantId).Block.ShouldBeNull();
        await Should.ThrowAsync<TenantUnavailableException>(() => installation.InAsync(gone, _ => Task.CompletedTask));
        await using var db = installation.Open(stays);
        (await db.Leads.CountAsync(Ct)).ShouldBe(1);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task An_interrupted_deletion_is_finished_by_the_next_start(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        await using var catalog = installation.Catalog();
        await catalog.Tenants.ExecuteUpdateAsync(t => t.SetProperty(x => x.State, TenantState.Deleting), Ct);
        Directory.Delete(Path.Combine(installation.DataPath, tenant.TenantId.Folder), recursive: true);
        (await installation.Get<TenantProvisioning>().MigrateAsync(null, Ct)).ShouldBeEmpty();
        (await catalog.Tenants.AnyAsync(Ct)).ShouldBeFalse();
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_tenant_whose_database_cannot_be_used_is_broken_and_stops_no_other(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var first = await installation.TenantAsync("a-first");
        var bad = await installation.TenantAsync("b-bad");
        var last = await installation.TenantAsync("c-last");
        await using (var db = installation.Open(bad))
        {
            await db.Meta.ExecuteUpdateAsync(m => m.SetProperty(x => x.TenantId, Guid.NewGuid()), Ct);
        }

        await using var catalog = installation.Catalog();
        await catalog.Tenants.Where(t => t.Slug == "c-last").ExecuteUpdateAsync(t => t.SetProperty(x => x.State, TenantState.Provisioning), Ct);
        await using var restarted = installation.Beside();
        var broken = await restarted.Get<TenantProvisioning>().MigrateAsync(null, Ct);

        broken.Single().Slug.ShouldBe("b-bad");
        (await catalog.Tenants.AsNoTracking().OrderBy(t => t.Slug).Select(t => t.State).ToListAsync(Ct))
            .ShouldBe([TenantState.Active, TenantState.Broken, TenantState.Active]);
        (await catalog.Tenants.AsNoTracking().SingleAsync(t => t.Slug == "b-bad", Ct)).Problem.ShouldNotBeNullOrWhiteSpace();
        await Should.ThrowAsync<TenantUnavailableException>(() => restarted.InAsync(bad, _ => Task.CompletedTask));
        await restarted.InAsync(first, _ => Task.CompletedTask);
        await restarted.InAsync(last, _ => Task.CompletedTask);
    }

    [Fact]
    public async Task A_database_that_is_gone_is_not_replaced_by_an_empty_one()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var tenant = await installation.TenantAsync();
        installation.Get<TenantDatabases>().Forget(tenant.TenantId);
        File.Delete(installation.FileOf(tenant));
        (await installation.Get<TenantProvisioning>().MigrateAsync(null, Ct)).Single().State.ShouldBe(TenantState.Broken);
        File.Exists(installation.FileOf(tenant)).ShouldBeFalse();
    }

    private static async Task<bool> HasDatabaseAsync(Installation installation, Tenant tenant)
    {
        await using var connection = new NpgsqlConnection(installation.Settings["Data:ConnectionString"]);
        await connection.OpenAsync(Ct);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM pg_database WHERE datname = $1";
        command.Parameters.Add(new NpgsqlParameter { Value = tenant.TenantId.DatabaseName(installation.Settings["Data:DatabasePrefix"]!) });
        return (long)(await command.ExecuteScalarAsync(Ct))! == 1;
    }
}
