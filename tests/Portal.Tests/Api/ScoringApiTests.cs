using System.Globalization;
using System.Net;

namespace LeadGen.Portal.Tests.Api;

/// <summary>Profiles, models, feedback, texts and search, through the door.</summary>
public sealed class ScoringApiTests(PortalUnderTest portal)
{
    private static readonly string[] Expected = ["PricingInquiry", "Unsubscribe", "Other"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_tenant_has_a_live_profile_and_a_serving_model()
    {
        var client = await portal.NewClientAsync();
        (await client.GetJsonAsync("/api/v1/icps"))["items"]!.AsArray().Single()!["isLive"]!.GetValue<bool>().ShouldBeTrue();
        var model = (await client.GetJsonAsync("/api/v1/models"))["items"]!.AsArray().Single()!;
        model["state"]!.GetValue<string>().ShouldBe("Champion");
        await (await client.PostAsync("/api/v1/models/rollback", null, Ct)).ProblemAsync(HttpStatusCode.Conflict);
        await (await client.PostAsync("/api/v1/models/999/promote", null, Ct)).ProblemAsync(HttpStatusCode.NotFound);
        await (await client.PostAsync($"/api/v1/models/{model["id"]}/promote", null, Ct)).JsonAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_profile_is_drafted_tried_published_and_scores_follow()
    {
        var client = await portal.NewClientAsync();
        var inside = await client.TakeLeadAsync(new { email = "in@p.example", country = "NL", industry = "Logistics", companyName = "In", jobTitle = "CTO" });
        var outside = await client.TakeLeadAsync(new { email = "out@p.example", country = "BR", industry = "Retail", companyName = "Out", jobTitle = "CTO" });
        await client.UntilScoredAsync(inside);
        await client.UntilScoredAsync(outside);
        var input = new { name = "Dutch logistics", criteria = new object[] { new { kind = "Country", requirement = "Must", values = new[] { "NL" } }, new { kind = "Industry", weight = 50, values = new[] { "Logistics" } } } };

        var preview = await (await client.PostAsync("/api/v1/icps/preview", input)).JsonAsync(HttpStatusCode.OK);
        preview["leads"]!.GetValue<int>().ShouldBe(2);
        preview["distribution"]!.AsArray().Select(d => d!.GetValue<int>()).ShouldBe([1, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        var grades = preview["grades"]!.AsArray();
        grades.Sum(g => g!["before"]!.GetValue<int>()).ShouldBe(2);
        grades.Sum(g => g!["after"]!.GetValue<int>()).ShouldBe(2);
        grades.Sum(g => g!["enters"]!.GetValue<int>()).ShouldBe(grades.Sum(g => g!["leaves"]!.GetValue<int>()));
        (await client.GetJsonAsync("/api/v1/icps"))["items"]!.AsArray().Count.ShouldBe(1);

        var draft = await (await client.PostAsync("/api/v1/icps", input)).JsonAsync(HttpStatusCode.Created);
        var id = draft["id"]!.GetValue<Guid>();
        draft["version"]!.GetValue<int>().ShouldBe(0);
        using var saved = await client.SendAsync(HttpMethod.Put, $"/api/v1/icps/{id}", System.Text.Json.JsonSerializer.Serialize(input), ("If-Match", "\"1\""));
        saved.StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await client.SendAsync(HttpMethod.Put, $"/api/v1/icps/{id}", System.Text.Json.JsonSerializer.Serialize(input), ("If-Match", "\"1\""))).ProblemAsync(HttpStatusCode.PreconditionFailed);
        var published = await (await client.PostAsync($"/api/v1/icps/{id}/publish", null, Ct)).JsonAsync(HttpStatusCode.OK);
        published["isLive"]!.GetValue<bool>().ShouldBeTrue();

        var lead = await client.UntilAsync($"/api/v1/leads/{outside}", l => l["icpMatch"]?["icpId"]?.GetValue<Guid>() == id);
        lead["icpMatch"]!["score"]!.GetValue<double>().ShouldBe(0);
        await client.UntilAsync($"/api/v1/leads/{inside}", l => l["icpMatch"]?["score"]?.GetValue<double>() == 100 && l["icpMatch"]!["icpId"]!.GetValue<Guid>() == id);
    }

    [Fact]
    public async Task Feedback_counts_once_sets_the_outcome_and_scores_again()
    {
        var client = await portal.NewClientAsync();
        var id = await client.TakeLeadAsync(new { email = "f@f.example", companyName = "F" });
        var before = (await client.UntilScoredAsync(id))["score"]!["value"]!.GetValue<double>();
        var meeting = new { email = "F@f.example", kind = "MeetingBooked", occurredAt = DateTime.UtcNow, id = "m1" };
        (await (await client.PostAsync("/api/v1/feedback", meeting)).JsonAsync(HttpStatusCode.Accepted))["leadId"]!.GetValue<Guid>().ShouldBe(id);
        (await client.PostAsync("/api/v1/feedback", meeting)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var after = await client.UntilAsync($"/api/v1/leads/{id}", l => l["stage"]!.GetValue<string>() == "Scored" && l["score"]!["value"]!.GetValue<double>() != before);
        var meetings = after["score"]!["contributions"]!.AsArray().SingleOrDefault(c => c!["feature"]!.GetValue<string>() == "engagement.meetings");
        double.Parse(meetings!["value"]!.GetValue<string>(), CultureInfo.InvariantCulture).ShouldBe(1, 0.01);

        await client.PostAsync("/api/v1/feedback", new { leadId = id, kind = "Won", occurredAt = "2026-02-01T00:00:00Z", id = "w1" });
        await client.PostAsync("/api/v1/feedback", new { leadId = id, kind = "Lost", occurredAt = "2026-01-01T00:00:00Z", id = "l1" });
        var won = await client.UntilScoredAsync(id);
        won["outcome"]!.GetValue<string>().ShouldBe("Won");
        won["outcomeAt"]!.GetValue<DateTime>().ShouldBe(new DateTime(2026, 2, 1, 0, 0, 0, DateTimeKind.Utc));
        await (await client.PostAsync("/api/v1/feedback", new { leadId = Guid.NewGuid(), kind = "Won", id = "w2" })).ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Texts_are_read_and_encoded()
    {
        var client = await portal.NewClientAsync();
        var readings = (await (await client.PostAsync("/api/v1/text/intent", new { texts = new[] { "What does it cost for 50 users?", "Please remove me from your list", "" } })).JsonAsync(HttpStatusCode.OK)).AsArray();
        readings.Select(r => r!["kind"]!.GetValue<string>()).ShouldBe(Expected);
        readings[0]!["probabilities"]!.AsObject().Count.ShouldBe(14);
        readings[0]!["probabilities"]!.AsObject().Sum(p => p.Value!.GetValue<double>()).ShouldBe(1, 1e-6);

        var vectors = (await (await client.PostAsync("/api/v1/text/embedding", new { texts = new[] { "forklifts", "forklifts", "wedding dresses" } })).JsonAsync(HttpStatusCode.OK)).AsArray();
        var values = vectors.Select(v => v!["values"]!.AsArray().Select(x => x!.GetValue<double>()).ToList()).ToList();
        values[0].ShouldBe(values[1]);
        values[0].Sum(x => x * x).ShouldBe(1, 1e-3);
        vectors[0]!["encoder"]!.GetValue<string>().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Search_finds_what_is_meant_and_look_alikes_leave_the_lead_itself_out()
    {
        var client = await portal.NewClientAsync();
        var fork = await client.TakeLeadAsync(new { email = "s1@s.example", message = "We need new forklift trucks for our warehouse" });
        var lift = await client.TakeLeadAsync(new { email = "s2@s.example", message = "Looking for pallet lifters and warehouse vehicles" });
        var dress = await client.TakeLeadAsync(new { email = "s3@s.example", message = "Our shop sells wedding dresses and silk" });
        foreach (var id in (Guid[])[fork, lift, dress])
        {
            await client.UntilScoredAsync(id);
        }

        var hits = (await (await client.PostAsync("/api/v1/leads/search", new { text = "warehouse forklift", limit = 2 })).JsonAsync(HttpStatusCode.OK)).AsArray();
        hits.Select(h => h!["id"]!.GetValue<Guid>()).ShouldBe([fork, lift]);
        hits.Select(h => h!["similarity"]!.GetValue<double>()).ShouldBeInOrder(SortDirection.Descending);
        var alike = (await client.GetJsonAsync($"/api/v1/leads/{fork}/similar?limit=5")).AsArray();
        alike.Select(h => h!["id"]!.GetValue<Guid>()).ShouldBe([lift, dress]);
        await (await client.GetAsync($"/api/v1/leads/{Guid.NewGuid()}/similar", Ct)).ProblemAsync(HttpStatusCode.NotFound);
    }
}
