using System.Net;

namespace LeadGen.Portal.Tests.Api;

/// <summary>A1, A2.</summary>
public sealed class IdempotencyTests(PortalUnderTest portal)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A1_The_first_answer_comes_again_with_the_same_status_and_body()
    {
        var client = await portal.NewClientAsync();
        using var first = await client.PostAsync("/api/v1/leads", new { email = "a@i.example" }, ("Idempotency-Key", "k1"));
        using var second = await client.PostAsync("/api/v1/leads", new { email = "a@i.example" }, ("Idempotency-Key", "k1"));
        second.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await second.Content.ReadAsStringAsync(Ct)).ShouldBe(await first.Content.ReadAsStringAsync(Ct));
        second.Headers.Location.ShouldBe(first.Headers.Location);
    }

    [Fact]
    public async Task A1_A_key_that_was_used_for_something_else_is_refused()
    {
        var client = await portal.NewClientAsync();
        await client.PostAsync("/api/v1/leads", new { email = "a@i.example" }, ("Idempotency-Key", "k1"));
        await (await client.PostAsync("/api/v1/leads", new { email = "b@i.example" }, ("Idempotency-Key", "k1"))).ProblemAsync(HttpStatusCode.UnprocessableEntity);
        using var elsewhere = await client.PostAsync("/api/v1/leads/batch", new { items = new[] { new { email = "b@i.example" } } }, ("Idempotency-Key", "k1"));
        elsewhere.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A1_A_key_that_is_too_long_is_unreadable()
    {
        var client = await portal.NewClientAsync();
        await (await client.PostAsync("/api/v1/leads", new { email = "a@i.example" }, ("Idempotency-Key", new string('k', 256)))).ProblemAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A2_A_refused_request_does_not_use_the_key_up()
    {
        var client = await portal.NewClientAsync();
        await (await client.PostAsync("/api/v1/leads", new { email = "wrong" }, ("Idempotency-Key", "k1"))).ProblemAsync(HttpStatusCode.UnprocessableEntity);
        (await client.PostAsync("/api/v1/leads", new { email = "a@i.example" }, ("Idempotency-Key", "k1"))).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A2_Fifty_equal_requests_at_once_make_one_lead()
    {
        var client = await portal.NewClientAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50)
            .Select(_ => client.PostAsync("/api/v1/leads", new { email = "fifty@i.example" }, ("Idempotency-Key", "same"))));
        var made = answers.Where(a => a.StatusCode == HttpStatusCode.Created).ToList();
        var told = answers.Except(made).ToList();
        made.ShouldNotBeEmpty();
        (await Task.WhenAll(made.Select(a => a.Content.ReadAsStringAsync(Ct)))).Distinct().Count().ShouldBe(1);
        foreach (var running in told)
        {
            running.Headers.RetryAfter!.Delta!.Value.ShouldBe(TimeSpan.FromSeconds(1));
            (await running.ProblemAsync(HttpStatusCode.Conflict))["detail"]!.ToString().ShouldContain("still running");
        }

        (await client.GetJsonAsync("/api/v1/leads"))["items"]!.AsArray().Count.ShouldBe(1);
    }
}
