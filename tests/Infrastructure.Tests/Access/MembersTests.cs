using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LeadGen.Infrastructure.Tests.Access;

public sealed class MembersTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task The_last_owner_can_neither_leave_nor_step_down(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var owner = await MemberAsync(installation, tenant, MemberRole.Owner);
        (await ChangeAsync(installation, tenant, owner, owner, MemberRole.Admin)).ShouldBe(MemberProblem.LastOwner);
        (await ChangeAsync(installation, tenant, owner, owner, null)).ShouldBe(MemberProblem.LastOwner);
        var second = await MemberAsync(installation, tenant, MemberRole.Viewer);
        (await ChangeAsync(installation, tenant, owner, second, MemberRole.Owner)).ShouldBeNull();
        (await ChangeAsync(installation, tenant, owner, owner, null)).ShouldBeNull();
        (await ChangeAsync(installation, tenant, second, second, null)).ShouldBe(MemberProblem.LastOwner);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Of_two_owners_who_remove_each_other_at_once_one_remains(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        for (var round = 0; round < 6; round++)
        {
            var tenant = await AddTenantRowAsync(installation, $"acme-{round}");
            var one = await MemberAsync(installation, tenant, MemberRole.Owner);
            var other = await MemberAsync(installation, tenant, MemberRole.Owner);
            var results = await Task.WhenAll(
                Task.Run(() => ChangeAsync(installation, tenant, one, other, null), Ct),
                Task.Run(() => ChangeAsync(installation, tenant, other, one, null), Ct));
            results.Count(r => r is null).ShouldBe(1);
            await using var catalog = installation.Catalog();
            (await catalog.Memberships.CountAsync(m => m.TenantId == tenant.Id && m.Role == MemberRole.Owner, Ct)).ShouldBe(1);
        }
    }

    [Theory]
    [InlineData(MemberRole.Viewer, MemberRole.Viewer, MemberRole.Editor, false)]
    [InlineData(MemberRole.Editor, MemberRole.Viewer, MemberRole.Editor, false)]
    [InlineData(MemberRole.Admin, MemberRole.Viewer, MemberRole.Admin, true)]
    [InlineData(MemberRole.Admin, MemberRole.Viewer, MemberRole.Owner, false)]
    [InlineData(MemberRole.Admin, MemberRole.Owner, MemberRole.Viewer, false)]
    [InlineData(MemberRole.Owner, MemberRole.Admin, MemberRole.Owner, true)]
    public async Task A_role_may_change_what_its_place_allows(MemberRole actor, MemberRole before, MemberRole after, bool allowed)
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var tenant = await AddTenantRowAsync(installation, "acme");
        await MemberAsync(installation, tenant, MemberRole.Owner);
        var acting = await MemberAsync(installation, tenant, actor);
        var changed = await MemberAsync(installation, tenant, before);
        (await ChangeAsync(installation, tenant, acting, changed, after)).ShouldBe(allowed ? null : MemberProblem.NotAllowed);
        (await InAsync(installation, tenant, m => m.RoleOfAsync(changed, Ct))).ShouldBe(allowed ? after : before);
        var invited = await InAsync(installation, tenant, m => m.InviteAsync(acting, "x@y.test", after, Ct));
        (invited.Token is not null).ShouldBe(actor >= MemberRole.Admin && (after < MemberRole.Owner || actor == MemberRole.Owner));
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task An_invitation_opened_twenty_times_at_once_lets_in_once(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await AddTenantRowAsync(installation, "acme");
        var owner = await MemberAsync(installation, tenant, MemberRole.Owner);
        var user = await UserAsync(installation, "New@X.test");
        var (token, _) = await InAsync(installation, tenant, m => m.InviteAsync(owner, " new@x.TEST ", MemberRole.Editor, Ct));
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(
            () => InAsync(installation, tenant, m => m.AcceptAsync(token!, user, Ct)), Ct)));
        answers.Count(a => a is null).ShouldBe(1);
        answers.Count(a => a == MemberProblem.InvitationGone).ShouldBe(19);
        (await InAsync(installation, tenant, m => m.RoleOfAsync(user.Id, Ct))).ShouldBe(MemberRole.Editor);
        (await InAsync(installation, tenant, m => m.OpenInvitationsAsync(Ct))).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_invitation_is_for_its_address_its_tenant_and_a_week()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres, s => s.AddSingleton<TimeProvider>(clock));
        var (tenant, foreign) = (await AddTenantRowAsync(installation, "acme"), await AddTenantRowAsync(installation, "foreign"));
        var owner = await MemberAsync(installation, tenant, MemberRole.Owner);
        var (token, _) = await InAsync(installation, tenant, m => m.InviteAsync(owner, "new@x.test", MemberRole.Viewer, Ct));
        var (wrong, right) = (await UserAsync(installation, "other@x.test"), await UserAsync(installation, "new@x.test"));
        (await InAsync(installation, tenant, m => m.AcceptAsync(token!, wrong, Ct))).ShouldBe(MemberProblem.OtherAddress);
        (await InAsync(installation, foreign, m => m.AcceptAsync(token!, right, Ct))).ShouldBe(MemberProblem.InvitationGone);
        (await InAsync(installation, tenant, m => m.AcceptAsync(token + "x", right, Ct))).ShouldBe(MemberProblem.InvitationGone);
        clock.Advance(Members.InvitationLifetime);
        (await InAsync(installation, tenant, m => m.AcceptAsync(token!, right, Ct))).ShouldBe(MemberProblem.InvitationGone);
        (await InAsync(installation, tenant, m => m.RoleOfAsync(right.Id, Ct))).ShouldBeNull();
        await using var catalog = installation.Catalog();
        Convert.ToHexString((await catalog.Invitations.SingleAsync(Ct)).TokenHash)
            .ShouldBe(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token!))));
    }

    private static Task<T> InAsync<T>(Installation installation, Tenant tenant, Func<Members, Task<T>> work) =>
        installation.InAsync(tenant, s => work(s.GetRequiredService<Members>()));

    private static Task<MemberProblem?> ChangeAsync(Installation installation, Tenant tenant, Guid actor, Guid user, MemberRole? role) =>
        InAsync(installation, tenant, m => m.ChangeAsync(actor, user, role, Ct));

    /// <summary>Members live in the catalog: the tenant needs no database for them.</summary>
    private static async Task<Tenant> AddTenantRowAsync(Installation installation, string slug)
    {
        await using var catalog = installation.Catalog();
        var tenant = new Tenant { Id = Guid.NewGuid(), Slug = slug, Name = slug, State = TenantState.Active, CreatedAt = DateTime.UnixEpoch };
        catalog.Tenants.Add(tenant);
        await catalog.SaveChangesAsync(Ct);
        return tenant;
    }

    private static async Task<User> UserAsync(Installation installation, string email)
    {
        await using var catalog = installation.Catalog();
        var user = new User { Id = Guid.NewGuid(), Email = email, UserName = email };
        catalog.Users.Add(user);
        await catalog.SaveChangesAsync(Ct);
        return user;
    }

    private static async Task<Guid> MemberAsync(Installation installation, Tenant tenant, MemberRole role)
    {
        var user = await UserAsync(installation, $"{Guid.NewGuid():N}@x.test");
        await using var catalog = installation.Catalog();
        catalog.Memberships.Add(new Membership { TenantId = tenant.Id, UserId = user.Id, Role = role, Since = DateTime.UnixEpoch });
        await catalog.SaveChangesAsync(Ct);
        return user.Id;
    }
}
