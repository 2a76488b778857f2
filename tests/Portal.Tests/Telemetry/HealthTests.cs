using System.Net;

namespace LeadGen.Portal.Tests.Telemetry;

public sealed class HealthTests(PortalUnderTest portal)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_portal_that_runs_is_live_and_ready_and_says_no_more_than_that()
    {
        foreach (var path in (string[])["/health/live", "/health/ready"])
        {
            var answer = await portal.Client().GetAsync(path, Ct);

            answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            (await answer.Content.ReadAsStringAsync(Ct)).ShouldBe("Healthy");
        }
    }

    [Fact]
    public async Task A_portal_whose_catalog_is_not_migrated_lives_but_is_not_ready()
    {
        await using var young = await WatchedPortal.StartAsync(migrated: false);

        (await young.Client.GetAsync("/health/live", Ct)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await young.Client.GetAsync("/health/ready", Ct)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        await young.MigrateAsync();
        await EventuallyReadyAsync(young.Client);
    }

    /// <summary>The workers look again within a second or two.</summary>
    private static async Task EventuallyReadyAsync(HttpClient client)
    {
        for (var i = 0; i < 100; i++)
        {
            if ((await client.GetAsync("/health/ready", Ct)).IsSuccessStatusCode)
            {
                return;
            }

            await Task.Delay(200, Ct);
        }

        Assert.Fail("The portal did not become ready.");
    }
}
