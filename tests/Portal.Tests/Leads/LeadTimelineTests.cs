using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Portal.Leads;
using LeadGen.Portal.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Portal.Tests.Leads;

public sealed class LeadTimelineTests(PortalUnderTest portal)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_that_happened_stands_there_with_actor_and_reason_newest_first()
    {
        var tenant = await portal.NewTenantAsync();
        var client = portal.Client(await portal.NewKeyAsync(tenant));
        var id = await client.TakeLeadAsync(new { email = "t@t.example", message = "What does it cost for 20 users?" });
        await client.UntilScoredAsync(id);
        await client.SendAsync(HttpMethod.Patch, $"/api/v1/leads/{id}", """{"jobTitle":"Chief Executive Officer","city":"Gent"}""");
        await client.UntilScoredAsync(id);
        await client.PostAsync("/api/v1/feedback", new { leadId = id, kind = "MeetingBooked", id = "m" });
        await client.UntilScoredAsync(id);

        var entries = (await portal.InTenantAsync(tenant, s => s.GetRequiredService<LeadTimeline>().ReadAsync(id, null, Ct))).SelectMany(d => d.Entries).ToList();
        entries.Select(e => e.At).ShouldBeInOrder(SortDirection.Descending);
        entries.OfType<LeadCreated>().Single().Actor.ShouldBe("api:test");
        entries.OfType<FieldsChanged>().Single().Changes.Select(c => (c.Field, c.Old, c.New))
            .ShouldBe([("jobTitle", null, "Chief Executive Officer"), ("city", null, "Gent")], ignoreOrder: true);
        entries.OfType<IntentRead>().ShouldContain(i => i.Evidence.Length > 0);
        entries.OfType<FeedbackCame>().ShouldHaveSingleItem();
        var scores = entries.OfType<Scored>().Reverse().ToList();
        scores.Select(s => s.Reason).ShouldBe([ScoreReason.First, ScoreReason.LeadChanged, ScoreReason.Feedback]);
        scores[0].PreviousValue.ShouldBeNull();
        scores[2].PreviousValue.ShouldBe(scores[1].Value);
    }

    [Fact]
    public async Task A_person_s_edit_is_kept_when_a_source_says_otherwise()
    {
        var tenant = await portal.NewTenantAsync();
        var client = portal.Client(await portal.NewKeyAsync(tenant));
        var id = await client.TakeLeadAsync(new { email = "e@t.example", city = "Gent", country = "BE" });
        var edit = await portal.InTenantAsync(tenant, s => s.GetRequiredService<LeadActions>()
            .EditAsync(id, new Dictionary<string, string?> { ["city"] = "Brugge" }, "member:1", byPerson: true, version: 1, Ct));
        edit.Kind.ShouldBe(LeadEditKind.Done);
        edit.Lead!.EditedFields.ShouldBe(["city"]);
        await client.TakeLeadAsync(new { email = "e@t.example", city = "Antwerpen", country = "NL" });
        var lead = await client.GetJsonAsync($"/api/v1/leads/{id}");
        (lead["city"]!.GetValue<string>(), lead["country"]!.GetValue<string>()).ShouldBe(("Brugge", "NL"));
    }
}
