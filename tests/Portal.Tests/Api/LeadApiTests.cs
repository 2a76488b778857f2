using System.Net;
using System.Text.Json.Nodes;
using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Portal.Tests.Api;

public sealed class LeadApiTests(PortalUnderTest portal)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lead_goes_in_is_understood_and_comes_back_with_its_reasons()
    {
        var client = await portal.NewClientAsync();
        using var sent = await client.PostAsync("/api/v1/leads", new
        {
            email = "Ada.Lovelace@Analytical.example",
            fullName = "Ada Lovelace",
            jobTitle = "Head of Operations",
            companyName = "Analytical Engines Ltd",
            employeeCount = 140,
            country = "United Kingdom",
            technologies = new[] { "SAP", "Azure" },
            message = "We would like a quote for 140 users. What does it cost per month, and can you show us a demo next week?",
            consent = new { basis = "consent", at = "2026-01-02T03:04:05Z", text = "Yes, write to me" },
            custom = new { plan = "Gold", visits = 7 },
        });
        var taken = await sent.JsonAsync(HttpStatusCode.Created);
        taken["isNew"]!.GetValue<bool>().ShouldBeTrue();
        var id = taken["id"]!.GetValue<Guid>();
        sent.Headers.Location!.ToString().ShouldBe($"/api/v1/leads/{id}");

        var lead = await client.UntilScoredAsync(id);
        lead["email"]!.GetValue<string>().ShouldBe("ada.lovelace@analytical.example");
        lead["custom"]!["plan"]!.GetValue<string>().ShouldBe("Gold");
        lead["custom"]!["visits"]!.GetValue<string>().ShouldBe("7");
        lead["consent"]!["text"]!.GetValue<string>().ShouldBe("Yes, write to me");
        lead["technologies"]!.AsArray().Select(t => t!.GetValue<string>()).ShouldBe(["SAP", "Azure"]);
        lead["language"]!.GetValue<string>().ShouldBe("en");
        lead["intents"]!.AsArray().Select(i => i!["kind"]!.GetValue<string>()).ShouldContain("PricingInquiry");
        lead["icpMatch"]!["criteria"]!.AsArray().ShouldNotBeEmpty();

        var score = lead["score"]!;
        var contributions = score["contributions"]!.AsArray();
        var logOdds = score["intercept"]!.GetValue<double>() + contributions.Sum(c => c!["contribution"]!.GetValue<double>());
        (1 / (1 + Math.Exp(-logOdds))).ShouldBe(score["probability"]!.GetValue<double>(), 1e-6);
        (score["base"]!.GetValue<double>() + contributions.Sum(c => c!["points"]!.GetValue<double>())).ShouldBe(score["value"]!.GetValue<double>(), 1e-6);
    }

    [Fact]
    public async Task The_same_person_again_is_merged_and_answered_with_200()
    {
        var client = await portal.NewClientAsync();
        var id = await client.TakeLeadAsync(new { email = "a@one.example", city = "Delft" });
        using var again = await client.PostAsync("/api/v1/leads", new { email = "A@ONE.example", city = "Leiden", jobTitle = "CTO" });
        var merged = await again.JsonAsync(HttpStatusCode.OK);
        merged["id"]!.GetValue<Guid>().ShouldBe(id);
        merged["isNew"]!.GetValue<bool>().ShouldBeFalse();
        (await client.GetJsonAsync($"/api/v1/leads/{id}"))["city"]!.GetValue<string>().ShouldBe("Leiden");
    }

    [Theory]
    [InlineData("""{"fullName":"Nobody"}""", "email")]
    [InlineData("""{"email":"not an address"}""", "email")]
    [InlineData("""{"email":"a@b.example","employeeCount":"many"}""", "employeeCount")]
    [InlineData("""{"email":"a@b.example","nonsense":"x"}""", "nonsense")]
    [InlineData("""{"email":"a@b.example","tags":{"a":1}}""", "tags")]
    [InlineData("""{"email":"a@b.example","outcome":"maybe"}""", "outcome")]
    [InlineData("""[1,2]""", "body")]
    public async Task A_lead_that_is_wrong_names_the_field(string json, string field)
    {
        var client = await portal.NewClientAsync();
        var problem = await (await client.SendAsync(HttpMethod.Post, "/api/v1/leads", json)).ProblemAsync(HttpStatusCode.UnprocessableEntity);
        problem["errors"]!.AsObject().Select(e => e.Key).ShouldContain(field);
    }

    [Fact]
    public async Task A_batch_takes_the_good_items_and_names_the_bad_ones()
    {
        var client = await portal.NewClientAsync();
        using var response = await client.PostAsync("/api/v1/leads/batch", new
        {
            items = new object[] { new { email = "b1@batch.example" }, new { email = "wrong" }, new { email = "b1@batch.example" }, 5 },
        });
        var results = (await response.JsonAsync(HttpStatusCode.OK))["results"]!.AsArray();
        results.Select(r => r!["index"]!.GetValue<int>()).ShouldBe([0, 1, 2, 3]);
        results[0]!["isNew"]!.GetValue<bool>().ShouldBeTrue();
        results[1]!["problem"]!["errors"]!["email"].ShouldNotBeNull();
        results[2]!["id"]!.GetValue<Guid>().ShouldBe(results[0]!["id"]!.GetValue<Guid>());
        results[2]!["isNew"]!.GetValue<bool>().ShouldBeFalse();
        results[3]!["problem"].ShouldNotBeNull();
        (await client.GetJsonAsync("/api/v1/leads"))["items"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_atomic_batch_with_a_bad_item_stores_nothing()
    {
        var client = await portal.NewClientAsync();
        using var response = await client.PostAsync("/api/v1/leads/batch", new { atomic = true, items = new[] { new { email = "ok@x.example" }, new { email = "wrong" } } });
        (await response.ProblemAsync(HttpStatusCode.UnprocessableEntity))["errors"]!["items[1].email"].ShouldNotBeNull();
        (await client.GetJsonAsync("/api/v1/leads"))["items"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_batch_holds_a_thousand_leads_at_most()
    {
        var client = await portal.NewClientAsync();
        using var response = await client.PostAsync("/api/v1/leads/batch", new { items = Enumerable.Range(0, 1001).Select(i => new { email = $"p{i}@x.example" }) });
        await response.ProblemAsync(HttpStatusCode.UnprocessableEntity);
        using var full = await client.PostAsync("/api/v1/leads/batch", new { items = Enumerable.Range(0, 1000).Select(i => new { email = $"p{i}@x.example" }) });
        (await full.JsonAsync(HttpStatusCode.OK))["results"]!.AsArray().Count(r => r!["isNew"]!.GetValue<bool>()).ShouldBe(1000);
    }

    [Fact]
    public async Task Lists_go_page_by_page_and_end_with_a_null_cursor()
    {
        var client = await portal.NewClientAsync();
        using var batch = await client.PostAsync("/api/v1/leads/batch", new { items = Enumerable.Range(0, 7).Select(i => new { email = $"p{i}@x.example", country = i % 2 == 0 ? "NL" : "DE" }) });
        var ids = (await batch.JsonAsync(HttpStatusCode.OK))["results"]!.AsArray().Select(r => r!["id"]!.GetValue<Guid>()).ToList();
        foreach (var id in ids)
        {
            await client.UntilScoredAsync(id);
        }

        var seen = new List<JsonNode>();
        string? cursor = null;
        do
        {
            var page = await client.GetJsonAsync("/api/v1/leads?limit=3&sort=-score" + (cursor is null ? "" : "&cursor=" + cursor));
            page.AsObject().ContainsKey("nextCursor").ShouldBeTrue();
            seen.AddRange(page["items"]!.AsArray()!);
            cursor = page["nextCursor"]?.GetValue<string>();
        }
        while (cursor is not null);
        seen.Select(s => s["id"]!.GetValue<Guid>()).ShouldBe(ids, ignoreOrder: true);
        seen.Select(s => s["score"]!["value"]!.GetValue<double>()).ShouldBeInOrder(SortDirection.Descending);
        (await client.GetJsonAsync("/api/v1/leads?country=NL"))["items"]!.AsArray().Count.ShouldBe(4);
        (await client.GetJsonAsync("/api/v1/leads?q=p3"))["items"]!.AsArray().Single()!["email"]!.GetValue<string>().ShouldBe("p3@x.example");
        (await client.GetJsonAsync("/api/v1/leads?minScore=100"))["items"]!.AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("limit=201", "limit")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("sort=colour", "sort")]
    [InlineData("cursor=nonsense", "cursor")]
    [InlineData("grade=E", "grade")]
    [InlineData("intent=Buy", "intent")]
    [InlineData("minScore=much", "minScore")]
    [InlineData("minFit=101", "minFit")]
    [InlineData("owner=me", "owner")]
    [InlineData("language=english", "language")]
    [InlineData("hasEmail=maybe", "hasEmail")]
    [InlineData("createdSince=yesterday", "createdSince")]
    [InlineData("createdUntil=2026-03-01T10:00:00", "createdUntil")]
    [InlineData("custom.plan=", "custom.plan")]
    [InlineData("custom.=x", "custom.")]
    public async Task A_list_that_cannot_be_made_says_which_condition_is_wrong(string query, string field)
    {
        var client = await portal.NewClientAsync();
        var problem = await (await client.GetAsync("/api/v1/leads?" + query, Ct)).ProblemAsync(HttpStatusCode.UnprocessableEntity);
        problem["errors"]![field].ShouldNotBeNull();
    }

    [Fact]
    public async Task A_list_takes_the_conditions_of_the_page()
    {
        var tenant = await portal.NewTenantAsync();
        var client = portal.Client(await portal.NewKeyAsync(tenant));
        var ann = await client.TakeLeadAsync(new { email = "ann@f.example", tags = new[] { "fair", "vip" }, custom = new { Plan = "Gold" }, createdAt = "2026-03-01T10:00:00Z" });
        await client.TakeLeadAsync(new { email = "bob@f.example", tags = new[] { "fair" }, custom = new { Plan = "Tin" }, createdAt = "2026-03-02T00:00:00Z" });
        await client.TakeLeadAsync(new { fullName = "Cid", companyName = "F", createdAt = "2026-02-01T00:00:00Z" });
        await client.UntilScoredAsync(ann);
        var owner = Guid.NewGuid();
        await portal.InTenantAsync(tenant, s => s.GetRequiredService<TenantWrites>().RunAsync((db, ct) => db.Leads.Where(l => l.Email == "ann@f.example").ExecuteUpdateAsync(
            l => l.SetProperty(x => x.OwnerId, owner).SetProperty(x => x.Language, "nl"), ct)));

        await ShouldFindAsync("tag=fair", "ann@f.example", "bob@f.example");
        await ShouldFindAsync("tag=vip&tag=other", "ann@f.example");
        await ShouldFindAsync($"owner={owner}", "ann@f.example");
        await ShouldFindAsync("owner=none&tag=fair", "bob@f.example");
        await ShouldFindAsync("hasEmail=true&tag=fair", "ann@f.example", "bob@f.example");
        await ShouldFindAsync("hasEmail=false", [null]);
        await ShouldFindAsync("custom.plan=gold", "ann@f.example");
        await ShouldFindAsync("custom.plan=gold&custom.plan=tin", "ann@f.example", "bob@f.example");
        await ShouldFindAsync("createdSince=2026-03-01", "ann@f.example", "bob@f.example");
        await ShouldFindAsync("createdSince=2026-03-01&createdUntil=2026-03-01", "ann@f.example");
        await ShouldFindAsync("createdSince=2026-03-01T12:00:00%2B01:00", "bob@f.example");
        await ShouldFindAsync("minFit=0&maxFit=0&tag=none");
        await ShouldFindAsync("language=NL,de", "ann@f.example");

        async Task ShouldFindAsync(string query, params string?[] emails) =>
            (await client.GetJsonAsync($"/api/v1/leads?sort=createdAt&{query}"))["items"]!.AsArray().Select(i => (string?)i!["email"]).ShouldBe(emails, query);
    }

    [Fact]
    public async Task A_change_needs_the_version_it_was_made_on_and_is_analysed_again()
    {
        var client = await portal.NewClientAsync();
        var id = await client.TakeLeadAsync(new { email = "c@change.example", firstName = "Cy", lastName = "Old", custom = new { a = "1", b = "2" } });
        await client.UntilScoredAsync(id);
        var tag = (await client.GetAsync($"/api/v1/leads/{id}", Ct)).Headers.ETag!.ToString();
        using var changed = await client.SendAsync(
            HttpMethod.Patch, $"/api/v1/leads/{id}", """{"lastName":"New","city":"Bonn","custom":{"a":null,"c":3}}""", ("If-Match", tag));
        var lead = await changed.JsonAsync(HttpStatusCode.OK);
        lead["fullName"]!.GetValue<string>().ShouldBe("Cy New");
        lead["custom"]!.ToJsonString().ShouldBe("""{"b":"2","c":"3"}""");
        await (await client.SendAsync(HttpMethod.Patch, $"/api/v1/leads/{id}", """{"city":"Köln"}""", ("If-Match", tag)))
            .ProblemAsync(HttpStatusCode.PreconditionFailed);
        await (await client.SendAsync(HttpMethod.Patch, $"/api/v1/leads/{id}", """{"email":null,"companyDomain":null}""")).ProblemAsync(HttpStatusCode.UnprocessableEntity);
        (await client.UntilScoredAsync(id))["city"]!.GetValue<string>().ShouldBe("Bonn");
    }

    [Fact]
    public async Task An_address_that_another_lead_has_is_a_conflict()
    {
        var client = await portal.NewClientAsync();
        await client.TakeLeadAsync(new { email = "one@x.example" });
        var two = await client.TakeLeadAsync(new { email = "two@x.example" });
        await (await client.SendAsync(HttpMethod.Patch, $"/api/v1/leads/{two}", """{"email":"one@x.example"}""")).ProblemAsync(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task An_erased_person_is_gone_everywhere_and_stays_away()
    {
        var client = await portal.NewClientAsync();
        var id = await client.TakeLeadAsync(new { email = "gone@x.example", message = "Please send me a quote for your forklifts" });
        await client.UntilScoredAsync(id);
        await client.PostAsync("/api/v1/feedback", new { leadId = id, kind = "Clicked", id = "e1" });
        (await client.DeleteAsync($"/api/v1/leads/{id}", Ct)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await (await client.GetAsync($"/api/v1/leads/{id}", Ct)).ProblemAsync(HttpStatusCode.NotFound);
        await (await client.DeleteAsync($"/api/v1/leads/{id}", Ct)).ProblemAsync(HttpStatusCode.NotFound);
        (await (await client.PostAsync("/api/v1/leads/search", new { text = "forklift quote" })).JsonAsync(HttpStatusCode.OK)).AsArray().ShouldBeEmpty();
        await (await client.PostAsync("/api/v1/leads", new { email = "Gone@x.example" })).ProblemAsync(HttpStatusCode.Conflict);
        var batch = await (await client.PostAsync("/api/v1/leads/batch", new { items = new[] { new { email = "gone@x.example" } } })).JsonAsync(HttpStatusCode.OK);
        batch["results"]![0]!["problem"]!["status"]!.GetValue<int>().ShouldBe(409);
    }
}
