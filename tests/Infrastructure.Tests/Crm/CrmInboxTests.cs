using LeadGen.Fakes;
using LeadGen.Fakes.HubSpot;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Tests.Crm;

public sealed class CrmInboxTests(PostgresServer postgres)
{
    private static readonly HookTarget Target = new("https://leads.example/hooks/acme/key", HubSpotFake.ClientSecret);

    [Theory, ClassData(typeof(Providers))]
    public async Task A_hundred_calls_with_one_event_are_one_row_and_one_effect(DataProvider provider)
    {
        await using var hub = await ConnectedHubSpot.CreateAsync(provider, postgres);
        var (lead, remote) = await PushedAsync(hub);
        await hub.There.ChangeAsync("contacts", remote, "lifecyclestage", "customer");
        var made = hub.There.Event("contacts", "propertyChange", remote);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => hub.HookAsync(HubSpotFake.Prove(Target, DateTimeOffset.UtcNow, made))));
        await Task.WhenAll(hub.WorkAsync(), hub.WorkAsync());

        answers.ShouldAllBe(a => a == HookAnswer.Taken);
        await using var db = hub.Installation.Open(hub.Tenant);
        (await db.Inbox.SingleAsync()).State.ShouldBe(InboxState.Processed);
        (await db.Feedback.SingleAsync()).Kind.ShouldBe(FeedbackKind.Won);
        (await hub.StoredAsync(lead)).Outcome.ShouldBe(Outcome.Won);
        (await db.LeadChanges.Where(c => c.Field == "outcome").SingleAsync()).Actor.ShouldBe("crm:HubSpot");
    }

    [Fact]
    public async Task What_is_not_signed_by_hubspot_in_time_leaves_no_row()
    {
        await using var hub = await ConnectedHubSpot.CreateAsync(DataProvider.Sqlite, postgres);
        var now = DateTimeOffset.UtcNow;
        var made = hub.There.Event("contacts", "propertyChange", "1");
        var tampered = HubSpotFake.Prove(Target, now, made);
        tampered.Content = new StringContent((await tampered.Content!.ReadAsStringAsync()).Replace("CRM_UI", "CRM_UX", StringComparison.Ordinal));

        (await hub.HookAsync(tampered)).ShouldBe(HookAnswer.Unproven);
        (await hub.HookAsync(HubSpotFake.Prove(Target with { Secret = "another" }, now, made))).ShouldBe(HookAnswer.Unproven);
        (await hub.HookAsync(HubSpotFake.Prove(Target, now.AddSeconds(-301), made))).ShouldBe(HookAnswer.Unproven);
        (await hub.HookAsync(HubSpotFake.Prove(Target, now.AddSeconds(301), made))).ShouldBe(HookAnswer.Unproven);
        (await hub.HookAsync(HubSpotFake.Prove(Target, now, made), "guessed")).ShouldBe(HookAnswer.Unknown);
        var stranger = await hub.Installation.TenantAsync("other");
        await using (var db = hub.Installation.Open(hub.Tenant))
        {
            (await db.Inbox.AnyAsync()).ShouldBeFalse();
        }

        stranger.TenantId.ShouldNotBe(hub.Tenant.TenantId);
        (await hub.HookAsync(HubSpotFake.Prove(Target, now.AddSeconds(-290), made))).ShouldBe(HookAnswer.Taken);
    }

    [Theory, ClassData(typeof(Providers))]
    public async Task A_value_that_changed_there_changes_here_and_is_not_sent_back(DataProvider provider)
    {
        await using var hub = await ConnectedHubSpot.CreateAsync(provider, postgres);
        var (lead, remote) = await PushedAsync(hub);

        await hub.There.ChangeAsync("contacts", remote, "jobtitle", "Chief Information Officer");
        await TellAsync(hub, remote);
        await hub.WorkAsync();
        var calls = hub.There.Calls.Count;
        await hub.QueueAsync(lead);
        await hub.DeliverAsync();

        (await hub.StoredAsync(lead)).JobTitle.ShouldBe("Chief Information Officer");
        hub.There.Calls.Count.ShouldBe(calls, "both sides hold the same");
        await using var db = hub.Installation.Open(hub.Tenant);
        (await db.LeadChanges.Where(c => c.Field == "jobTitle").SingleAsync()).Actor.ShouldBe("crm:HubSpot");
    }

    [Fact]
    public async Task Our_own_change_coming_back_is_recognised()
    {
        await using var hub = await ConnectedHubSpot.CreateAsync(DataProvider.Sqlite, postgres);
        var (lead, remote) = await PushedAsync(hub);
        var version = (await hub.StoredAsync(lead)).Version;

        await TellAsync(hub, remote);
        await hub.WorkAsync();
        await TellAsync(hub, remote);
        await hub.WorkAsync();

        (await hub.StoredAsync(lead)).Version.ShouldBe(version);
        await using var db = hub.Installation.Open(hub.Tenant);
        (await db.Inbox.ToListAsync()).OrderBy(i => i.ReceivedAt).Last().State.ShouldBe(InboxState.Ignored);
        (await db.Outbox.CountAsync(m => m.State == OutboxState.Waiting)).ShouldBe(0);
    }

    [Theory, ClassData(typeof(Providers))]
    public async Task A_persons_edit_here_is_kept_and_sent_there_again(DataProvider provider)
    {
        await using var hub = await ConnectedHubSpot.CreateAsync(provider, postgres);
        var (lead, remote) = await PushedAsync(hub);
        await hub.Installation.WriteAsync(hub.Tenant, async (db, ct) =>
        {
            var row = await db.Leads.SingleAsync(l => l.Id == lead, ct);
            (row.JobTitle, row.EditedFields) = ("Director of IT", ["jobTitle"]);
            row.Version++;
            await db.SaveChangesAsync(ct);
        });

        await hub.There.ChangeAsync("contacts", remote, "jobtitle", "Intern");
        await TellAsync(hub, remote);
        await hub.WorkAsync();
        await hub.DeliverAsync();

        (await hub.StoredAsync(lead)).JobTitle.ShouldBe("Director of IT");
        hub.There.Value("contacts", remote, "jobtitle").ShouldBe("Director of IT");
    }

    [Fact]
    public async Task A_deal_that_is_lost_there_is_lost_here_and_a_later_win_counts()
    {
        await using var hub = await ConnectedHubSpot.CreateAsync(DataProvider.Sqlite, postgres);
        var (lead, remote) = await PushedAsync(hub);
        var deal = hub.There.AddDeal(remote, "40 users");

        await hub.There.ChangeAsync("deals", deal, "dealstage", "closedlost");
        await TellAsync(hub, deal, "deals", "dealstage");
        await hub.WorkAsync();
        (await hub.StoredAsync(lead)).Outcome.ShouldBe(Outcome.Lost);

        await hub.There.ChangeAsync("deals", deal, "dealstage", "closedwon");
        await TellAsync(hub, deal, "deals", "dealstage");
        await hub.WorkAsync();
        (await hub.StoredAsync(lead)).Outcome.ShouldBe(Outcome.Won);
    }

    [Fact]
    public async Task Deleted_and_merged_records_are_followed()
    {
        await using var hub = await ConnectedHubSpot.CreateAsync(DataProvider.Sqlite, postgres);
        var (lead, remote) = await PushedAsync(hub);
        var (other, second) = await PushedAsync(hub, "other@a.example");

        var survivor = await hub.There.MergeAsync(remote, second);
        await TellAsync(hub, survivor, what: "merge", more: e => (e["primaryObjectId"], e["mergedObjectIds"]) = (remote, new[] { second }));
        await hub.WorkAsync();
        (await hub.LinkAsync(lead))!.RemoteId.ShouldBe(survivor);
        (await hub.LinkAsync(other))!.RemoteId.ShouldBe(survivor);

        await hub.There.DeleteAsync("contacts", survivor);
        await TellAsync(hub, survivor, what: "deletion");
        await hub.WorkAsync();
        (await hub.LinkAsync(lead))!.Deleted.ShouldBeTrue();
        (await hub.QueueAsync(lead)).ShouldBe(0, "a record that was deleted there is not made anew");
    }

    [Theory, ClassData(typeof(Providers))]
    public async Task Without_webhooks_changes_are_asked_for(DataProvider provider)
    {
        await using var hub = await ConnectedHubSpot.CreateAsync(provider, postgres, null, ("token", HubSpotFake.Token));
        var (lead, remote) = await PushedAsync(hub);
        await hub.WorkAsync();

        await hub.There.ChangeAsync("contacts", remote, "phone", "+31 20 624 1111");
        var asked = (await hub.IntegrationAsync()).Cursor!.Split(' ')[1];
        await hub.Installation.WriteAsync(hub.Tenant, (db, ct) => db.Integrations.ExecuteUpdateAsync(i => i.SetProperty(x => x.Cursor, "0 " + asked), ct));
        await hub.WorkAsync();

        (await hub.StoredAsync(lead)).Phone.ShouldBe("+31206241111");
    }

    [Theory, ClassData(typeof(Providers))]
    public async Task What_is_told_of_a_record_before_we_know_that_it_is_ours_waits_until_we_do(DataProvider provider)
    {
        await using var hub = await ConnectedHubSpot.CreateAsync(provider, postgres);
        var lead = await hub.LeadAsync(("email", "sanne@vandermolen.example"), ("firstName", "Sanne"), ("companyName", "Vandermolen Foods"));
        var remote = await hub.There.AddContactAsync(("email", "sanne@vandermolen.example"), ("lifecyclestage", "customer"));
        await hub.Installation.WriteAsync(hub.Tenant, (db, ct) => db.Outbox.ExecuteUpdateAsync(m => m.SetProperty(x => x.ClaimToken, Guid.NewGuid()), ct));

        await TellAsync(hub, remote, property: "lifecyclestage");
        await hub.WorkAsync();
        await using (var db = hub.Installation.Open(hub.Tenant))
        {
            var waits = await db.Inbox.SingleAsync();
            (waits.State, waits.Attempts).ShouldBe((InboxState.Waiting, 0));
            waits.DueAt.ShouldBeGreaterThan(waits.ReceivedAt);
        }

        await hub.DeliverAsync();
        await hub.Installation.WriteAsync(hub.Tenant, (db, ct) => db.Inbox.ExecuteUpdateAsync(i => i.SetProperty(x => x.DueAt, x => x.ReceivedAt), ct));
        await hub.WorkAsync();

        (await hub.LinkAsync(lead))!.RemoteId.ShouldBe(remote);
        (await hub.StoredAsync(lead)).Outcome.ShouldBe(Outcome.Won);
    }

    private static async Task<(Guid Lead, string Remote)> PushedAsync(ConnectedHubSpot hub, string email = "sanne@vandermolen.example")
    {
        var lead = await hub.LeadAsync(("email", email), ("firstName", "Sanne"), ("jobTitle", "Head of IT"), ("companyName", "Vandermolen Foods"));
        await hub.DeliverAsync();
        return (lead, (await hub.LinkAsync(lead))!.RemoteId);
    }

    private static async Task TellAsync(
        ConnectedHubSpot hub, string id, string kind = "contacts", string? property = null, string what = "propertyChange", Action<Dictionary<string, object?>>? more = null)
    {
        var made = hub.There.Event(kind, what, id, e =>
        {
            e["propertyName"] = property;
            more?.Invoke(e);
        });
        (await hub.HookAsync(HubSpotFake.Prove(Target, DateTimeOffset.UtcNow, made))).ShouldBe(HookAnswer.Taken);
    }
}
