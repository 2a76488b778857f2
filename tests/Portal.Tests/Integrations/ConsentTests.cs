using System.Net;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Crm.Consent;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Crm.Consent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Portal.Tests.Integrations;

/// <summary>People come back from a vendor's page: whoever may, once; and everybody else is refused before the vendor is asked anything.</summary>
public sealed class ConsentTests(ConsentPortal portal) : IClassFixture<ConsentPortal>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(CrmKind.HubSpot)]
    [InlineData(CrmKind.Salesforce)]
    [InlineData(CrmKind.Pipedrive)]
    public async Task Whoever_let_LeadGen_in_goes_on_with_the_fields_and_the_way_back_is_good_once(CrmKind kind)
    {
        var tenant = await portal.TenantAsync();
        var ada = await portal.MemberAsync(tenant, MemberRole.Admin);
        var browser = await portal.BrowserAsync(ada);
        var back = await portal.Vendors.AnswerAsync(await BeginAsync(tenant, ada, kind));

        using var first = await browser.GetAsync(back, Ct);
        var swaps = portal.Vendors.Swaps(kind);
        var made = (await ConnectionsAsync(tenant)).ShouldHaveSingleItem();
        first.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        first.Headers.Location!.AbsoluteUri.ShouldBe($"{portal.Address}/t/{tenant.Slug}/integrations/{made.Id}/setup?step=fields");
        first.Headers.CacheControl!.NoStore.ShouldBeTrue();
        (made.Kind, made.CreatedBy, made.Settings.ByConsent, made.State).ShouldBe((kind, $"member:{ada.Id}", true, IntegrationState.Connecting));
        made.Mapping.ShouldNotBeEmpty();

        using var second = await browser.GetAsync(back, Ct);
        second.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await second.Content.ReadAsStringAsync(Ct)).ShouldContain("This sign-in cannot be used");
        portal.Vendors.Swaps(kind).ShouldBe(swaps);
        (await ConnectionsAsync(tenant)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Whoever_is_not_the_one_who_was_sent_is_refused_and_the_vendor_is_asked_nothing()
    {
        var (tenant, other) = (await portal.TenantAsync(), await portal.TenantAsync());
        var (ada, bob, eve) = (await portal.MemberAsync(tenant, MemberRole.Admin), await portal.MemberAsync(tenant, MemberRole.Owner), await portal.MemberAsync(other, MemberRole.Owner));
        var back = await portal.Vendors.AnswerAsync(await BeginAsync(tenant, ada, CrmKind.HubSpot));
        var (code, state) = (VendorPages.Part(back, "code"), VendorPages.Part(back, "state"));
        var swaps = portal.Vendors.Swaps(CrmKind.HubSpot);
        var adas = await portal.BrowserAsync(ada);

        await RefusedAsync(await portal.BrowserAsync(), back.PathAndQuery, HttpStatusCode.Unauthorized, "You are signed out here");
        await RefusedAsync(await portal.BrowserAsync(bob), back.PathAndQuery, HttpStatusCode.BadRequest, "This sign-in cannot be used");
        await RefusedAsync(await portal.BrowserAsync(eve), back.PathAndQuery, HttpStatusCode.BadRequest, "This sign-in cannot be used");
        await RefusedAsync(adas, $"/oauth/hubspot/callback?code={code}", HttpStatusCode.BadRequest, "This sign-in cannot be used");
        await RefusedAsync(adas, $"/oauth/hubspot/callback?code={code}&state=AAAA{state}", HttpStatusCode.BadRequest, "This sign-in cannot be used");
        await RefusedAsync(adas, $"/oauth/hubspot/callback?error=access_denied&error_description=Call+us&state=x", HttpStatusCode.BadRequest, "This sign-in cannot be used");
        await RefusedAsync(adas, $"/oauth/salesforce/callback?code={code}&state={state}", HttpStatusCode.BadRequest, "This sign-in cannot be used");
        await RefusedAsync(adas, $"/oauth/webhook/callback?code={code}&state={state}", HttpStatusCode.BadRequest, "This sign-in cannot be used");
        using var inside = await adas.GetAsync($"/t/{tenant.Slug}{back.PathAndQuery}", Ct);
        inside.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var posted = await adas.PostAsync(back.PathAndQuery, new FormUrlEncodedContent([]), Ct);
        posted.StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        // A role that was taken away, then a membership, between going and coming back.
        await portal.ChangeAsync(c => c.Memberships.Where(m => m.UserId == ada.Id).ExecuteUpdateAsync(m => m.SetProperty(x => x.Role, MemberRole.Editor), Ct));
        await RefusedAsync(adas, back.PathAndQuery, HttpStatusCode.Forbidden, "Your role does not allow this");
        await portal.ChangeAsync(c => c.Memberships.Where(m => m.UserId == ada.Id).ExecuteDeleteAsync(Ct));
        await RefusedAsync(adas, back.PathAndQuery, HttpStatusCode.BadRequest, "This sign-in cannot be used");

        portal.Vendors.Swaps(CrmKind.HubSpot).ShouldBe(swaps);
        (await ConnectionsAsync(tenant)).ShouldBeEmpty();
        (await ConnectionsAsync(other)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_vendor_s_no_is_said_in_its_words_and_leads_nowhere_else()
    {
        var tenant = await portal.TenantAsync();
        var ada = await portal.MemberAsync(tenant, MemberRole.Admin);
        var browser = await portal.BrowserAsync(ada);
        var denied = await portal.Vendors.AnswerAsync(await BeginAsync(tenant, ada, CrmKind.Pipedrive), "deny");
        (await RefusedAsync(browser, denied.PathAndQuery, HttpStatusCode.OK, "You did not let LeadGen into Pipedrive")).ShouldContain($"href=\"/t/{tenant.Slug}/integrations/new?kind=Pipedrive\"");

        var state = VendorPages.Part(await BeginAsync(tenant, ada, CrmKind.Salesforce), "state");
        var said = await RefusedAsync(
            browser, $"/oauth/salesforce/callback?error=server_error&error_description={Uri.EscapeDataString("<b>//evil.example</b>")}&state={state}", HttpStatusCode.OK, "Salesforce did not let LeadGen in");
        said.ShouldContain("&lt;b&gt;//evil.example");
        said.ShouldNotContain("href=\"//");

        state = VendorPages.Part(await BeginAsync(tenant, ada, CrmKind.HubSpot), "state");
        (await RefusedAsync(browser, $"/oauth/hubspot/callback?code=made-up&state={state}", HttpStatusCode.BadGateway, "HubSpot is not connected")).ShouldContain("does not accept the code");
        (await ConnectionsAsync(tenant)).ShouldBeEmpty();
    }

    private static async Task<string> RefusedAsync(HttpClient browser, string address, HttpStatusCode status, string words)
    {
        using var answer = await browser.GetAsync(address, Ct);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        answer.StatusCode.ShouldBe(status, text);
        text.ShouldContain(words);
        return text;
    }

    private Task<Uri> BeginAsync(Tenant tenant, User member, CrmKind kind) => portal.Services.GetRequiredService<TenantScopes>().RunAsync(
        tenant.TenantId,
        async s => (await s.GetRequiredService<CrmConsents>().BeginAsync(
            new ConsentWish(kind, null, kind.ToString(), null), member.Id, $"{portal.Address}/oauth/{kind.ToString().ToLowerInvariant()}/callback", Ct)).Page.ShouldNotBeNull(),
        Ct);

    private Task<List<Integration>> ConnectionsAsync(Tenant tenant) => portal.Services.GetRequiredService<TenantScopes>().RunAsync(
        tenant.TenantId,
        async s =>
        {
            await using var db = await s.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync(Ct);
            return await db.Integrations.AsNoTracking().ToListAsync(Ct);
        },
        Ct);
}
