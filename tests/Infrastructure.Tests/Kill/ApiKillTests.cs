using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Tests.Installations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Kill;

/// <summary>A2: whatever moment a portal dies in, a lead that is sent again under its key is one lead and gets an answer.</summary>
public sealed class ApiKillTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_key_outlives_a_kill_before_the_effect_and_one_between_commit_and_answer(DataProvider provider)
    {
        var address = $"http://127.0.0.1:{FreePort()}";
        await using var installation = await Installation.CreateAsync(provider, postgres, null, ("urls", address), ("Logging:LogLevel:Default", "Warning"));
        var tenant = await installation.TenantAsync();
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", (await installation.InAsync(tenant, s => s.GetRequiredService<ApiKeys>().CreateAsync("test", Scopes.All))).Key);

        using (var doomed = await StartAsync("idempotency-marked:1"))
        {
            await Should.ThrowAsync<HttpRequestException>(SendAsync);
        }

        using (var doomed = await StartAsync("idempotency-answered:1"))
        {
            await BeganAsync(TimeSpan.Zero);
            using (var told = await SendAsync())
            {
                told.StatusCode.ShouldBe(HttpStatusCode.Conflict, "nobody knows yet that the first is dead");
                told.Headers.RetryAfter.ShouldNotBeNull();
            }

            await BeganAsync(TimeSpan.FromMinutes(1));
            await Should.ThrowAsync<HttpRequestException>(SendAsync);
        }

        using var portal = await StartAsync("");
        using var answer = await SendAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await answer.Content.ReadAsStringAsync(Ct)).ShouldContain("\"isNew\":true", Case.Sensitive, "it is the first answer");
        await using var look = installation.Open(tenant);
        (await look.Leads.CountAsync(Ct)).ShouldBe(1);

        // As if the dead request had begun so long ago, however long the portal took to start.
        async Task BeganAsync(TimeSpan past)
        {
            var at = DateTime.UtcNow - past;
            await using var db = installation.Open(tenant);
            await db.Idempotency.ExecuteUpdateAsync(r => r.SetProperty(x => x.At, at), Ct);
        }

        async Task<PortalProcess> StartAsync(string failPoint)
        {
            var process = PortalProcess.Start(installation, new Dictionary<string, string> { ["LEADGEN_FAILPOINT"] = failPoint });
            await Eventually.IsAsync(AnswersAsync, 60, () => process.Output);
            return process;
        }

        async Task<bool> AnswersAsync()
        {
            try
            {
                using var live = await client.GetAsync(new Uri("/health/live", UriKind.Relative), Ct);
                return live.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }

        async Task<HttpResponseMessage> SendAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/leads");
            request.Headers.Add("Idempotency-Key", "k1");
            request.Content = new StringContent("""{"email":"ada@kill.example"}""", Encoding.UTF8, "application/json");
            return await client.SendAsync(request, Ct);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
