using System.Text;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Catalog;
using LeadGen.Infrastructure.Tests.Installations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LeadGen.Infrastructure.Tests.Access;

public sealed class ApiKeysTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_key_is_shown_once_and_only_its_hash_is_kept(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var (key, row) = await installation.InAsync(tenant, s => s.GetRequiredService<ApiKeys>().CreateAsync("k", [Scopes.LeadsRead, Scopes.LeadsRead], null, Ct));
        var found = (await installation.Get<ApiKeyLookup>().FindAsync(key, Ct))!;
        found.ShouldSatisfyAllConditions(k => k.Id.ShouldBe(row.Id), k => k.TenantId.ShouldBe(tenant.Id), k => k.Scopes.ShouldBe([Scopes.LeadsRead]));

        var kept = await KeptAsync(installation);
        kept.ShouldContain(row.Ending, Case.Sensitive);
        kept.Contains(key, StringComparison.Ordinal).ShouldBeFalse();
        kept.Contains(key[ApiKeyText.Prefix.Length..^10], StringComparison.Ordinal).ShouldBeFalse();
        (await installation.InAsync(tenant, s => s.GetRequiredService<ApiKeys>().ListAsync(Ct))).Single().Hash.ShouldBe(ApiKeyText.Hash(key));
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_revoked_key_is_shut_here_at_once_and_elsewhere_within_seconds(DataProvider provider)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
        await using var installation = await Installation.CreateAsync(provider, postgres, s => s.AddSingleton<TimeProvider>(clock));
        await using var elsewhere = installation.Beside(s => s.AddSingleton<TimeProvider>(clock));
        var (tenant, foreign) = (await installation.TenantAsync(), await installation.TenantAsync("foreign"));
        var (key, row) = await installation.InAsync(tenant, s => s.GetRequiredService<ApiKeys>().CreateAsync("k", [Scopes.LeadsRead], null, Ct));
        foreach (var node in new[] { installation, elsewhere })
        {
            (await node.Get<ApiKeyLookup>().FindAsync(key, Ct)).ShouldNotBeNull();
        }

        (await installation.InAsync(foreign, s => s.GetRequiredService<ApiKeys>().RevokeAsync(row.Id, Ct))).ShouldBeFalse();
        (await installation.Get<ApiKeyLookup>().FindAsync(key, Ct)).ShouldNotBeNull();
        (await installation.InAsync(tenant, s => s.GetRequiredService<ApiKeys>().RevokeAsync(row.Id, Ct))).ShouldBeTrue();
        (await installation.Get<ApiKeyLookup>().FindAsync(key, Ct)).ShouldBeNull();
        clock.Advance(TimeSpan.FromSeconds(5));
        (await elsewhere.Get<ApiKeyLookup>().FindAsync(key, Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task A_key_ends_when_it_expires()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres, s => s.AddSingleton<TimeProvider>(clock));
        var tenant = await installation.TenantAsync();
        var (key, _) = await installation.InAsync(tenant, s => s.GetRequiredService<ApiKeys>()
            .CreateAsync("k", [Scopes.LeadsRead], clock.GetUtcNow().UtcDateTime.AddHours(1), Ct));
        (await installation.Get<ApiKeyLookup>().FindAsync(key, Ct)).ShouldNotBeNull();
        clock.Advance(TimeSpan.FromHours(1));
        (await installation.Get<ApiKeyLookup>().FindAsync(key, Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task What_is_no_key_never_reaches_the_database()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var counting = new Counting(installation.Get<IDbContextFactory<CatalogDb>>());
        var lookup = new ApiKeyLookup(counting, TimeProvider.System);
        var good = ApiKeyText.Create();
        (await lookup.FindAsync(good, Ct)).ShouldBeNull();
        counting.Opened.ShouldBe(1);
        string[] bad = ["", "x", "lg_live_", good[..^1], good + "0", good.Replace("lg_live_", "lg_test_"), Flipped(good), new string('a', 100_000), good.ToUpperInvariant()];
        foreach (var text in bad)
        {
            (await lookup.FindAsync(text, Ct)).ShouldBeNull(text);
        }

        counting.Opened.ShouldBe(1);
    }

    [Fact]
    public async Task A_scope_that_is_none_is_refused()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var tenant = await installation.TenantAsync();
        await Should.ThrowAsync<ArgumentException>(() => installation.InAsync(tenant, s => s.GetRequiredService<ApiKeys>().CreateAsync("k", ["leads:all"], null, Ct)));
    }

    private static string Flipped(string key)
    {
        var at = ApiKeyText.Prefix.Length;
        return key[..at] + (key[at] == 'A' ? 'B' : 'A') + key[(at + 1)..];
    }

    /// <summary>Every byte that the catalog keeps.</summary>
    private static async Task<string> KeptAsync(Installation installation)
    {
        var kept = new StringBuilder();
        if (installation.IsSqlite)
        {
            foreach (var file in Directory.EnumerateFiles(installation.DataPath, "catalog.db*"))
            {
                await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                using var reader = new StreamReader(stream, Encoding.Latin1);
                kept.Append(await reader.ReadToEndAsync(Ct));
            }

            return kept.ToString();
        }

        await using var catalog = installation.Catalog();
        foreach (var table in catalog.Model.GetEntityTypes().Select(e => e.GetTableName()!))
        {
#pragma warning disable EF1002 // the name comes from the model
            foreach (var row in await catalog.Database.SqlQueryRaw<string>($"SELECT t::text AS \"Value\" FROM \"{table}\" t").ToListAsync(Ct))
#pragma warning restore EF1002
            {
                kept.Append(row);
            }
        }

        return kept.ToString();
    }

    private sealed class Counting(IDbContextFactory<CatalogDb> inner) : IDbContextFactory<CatalogDb>
    {
        public int Opened { get; private set; }

        public CatalogDb CreateDbContext()
        {
            Opened++;
            return inner.CreateDbContext();
        }
    }
}
