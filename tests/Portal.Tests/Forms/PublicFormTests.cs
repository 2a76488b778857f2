using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Tests.Forms;

/// <summary>The public side of forms, as strangers meet it: by browser without JavaScript, by script from another origin, and by machine.</summary>
public sealed partial class PublicFormTests(PortalUnderTest portal)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_hosted_page_stands_alone_and_a_good_form_leads_on_by_303()
    {
        var form = await OpenForm.CreateAsync(portal);
        using var page = await form.Client.GetAsync(form.Path + "?utm_source=news", Ct);
        var html = await page.Content.ReadAsStringAsync(Ct);
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.Headers.Contains("Set-Cookie").ShouldBeFalse();
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldContain("default-src 'none'");
        policy.ShouldNotContain("unsafe");
        html.ShouldNotContain("<script");
        html.ShouldContain("name=\"utm_source\" value=\"news\"");

        using var sent = await form.PostAsync(Token(html), ("email", "ann@hosted.example"), ("message", "How much is it for 40 users?"));
        sent.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        sent.Headers.Location!.ToString().ShouldBe(form.Path + "/thanks");
        sent.Headers.Contains("Set-Cookie").ShouldBeFalse();
        (await form.Client.GetStringAsync(form.Path + "/thanks", Ct)).ShouldContain("Thank you. We will be in touch.");
    }

    [Fact]
    public async Task What_is_wrong_stands_beside_its_field_and_what_was_typed_stays()
    {
        var form = await OpenForm.CreateAsync(portal);
        using var sent = await form.PostAsync(await form.TokenAsync(), ("email", "not <an> address"), ("message", "Kept words"));
        var html = await sent.Content.ReadAsStringAsync(Ct);
        sent.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        html.ShouldContain("Enter an e-mail address such as name@company.com.");
        html.ShouldContain("value=\"not &lt;an&gt; address\"");
        html.ShouldContain("Kept words");
        EmailInput().Match(html).Value.ShouldContain("autofocus");
        EmailInput().Match(html).Value.ShouldContain("aria-invalid=\"true\"");

        // The same page goes through when it is corrected.
        using var again = await form.PostAsync(Token(html), ("email", "ann@hosted.example"));
        again.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task A_submission_is_a_scored_lead_within_two_seconds()
    {
        var form = await OpenForm.CreateAsync(portal);
        await SendOneAsync("warm@embed.example");
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var took = await SendOneAsync($"ann{i}@embed.example");
            best = took < best ? took : best;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"Scored {best.TotalMilliseconds:0} ms after it was sent.");
        best.TotalSeconds.ShouldBeLessThan(2);

        async Task<TimeSpan> SendOneAsync(string email)
        {
            var token = await form.TokenAsync();
            var clock = Stopwatch.StartNew();
            using var sent = await form.JsonAsync(new { _token = token, email, message = "We would like to see a demo." }, null);
            sent.StatusCode.ShouldBe(HttpStatusCode.Accepted, await sent.Content.ReadAsStringAsync(Ct));
            while (!await form.AnyAsync(db => db.Leads.AnyAsync(l => l.Email == email && l.Stage == LeadStage.Scored, Ct)))
            {
                clock.Elapsed.TotalSeconds.ShouldBeLessThan(30);
                await Task.Delay(10, Ct);
            }

            return clock.Elapsed;
        }
    }

    [Fact]
    public async Task A8_The_answer_is_byte_for_byte_the_same_for_new_known_erased_waiting_and_suspicious()
    {
        foreach (var doubleOptIn in new[] { false, true })
        {
            var form = await OpenForm.CreateAsync(portal, d => d with { DoubleOptIn = doubleOptIn });
            await form.EraseAsync("gone@acme.example");
            var answers = new List<string>();
            foreach (var (email, trap) in ((string, string)[])
                [("new@acme.example", ""), ("new@acme.example", ""), ("gone@acme.example", ""), ("new@acme.example", ""), ("bot@acme.example", "filled in")])
            {
                using var json = await form.JsonAsync(new { _token = await form.TokenAsync(), email, _website = trap }, null);
                using var html = await form.PostAsync(await form.TokenAsync(), ("email", email), ("_website", trap));
                answers.Add($"{Shape(json)} {await json.Content.ReadAsStringAsync(Ct)}\n{Shape(html)} {html.Headers.Location} {await html.Content.ReadAsStringAsync(Ct)}");
            }

            answers.Distinct().ShouldHaveSingleItem();
        }

        static string Shape(HttpResponseMessage m) => $"{(int)m.StatusCode} {string.Join(';', m.Headers.Concat(m.Content.Headers).Where(h => h.Key != "Date").Select(h => $"{h.Key}={string.Join(',', h.Value)}").Order(StringComparer.Ordinal))}";
    }

    [Fact]
    public async Task An_unknown_workspace_an_unknown_form_and_one_that_was_taken_down_are_the_same_404()
    {
        var form = await OpenForm.CreateAsync(portal);
        var down = await OpenForm.CreateAsync(portal, live: false);
        foreach (var (method, end) in ((HttpMethod, string)[])[(HttpMethod.Get, ""), (HttpMethod.Get, ".js"), (HttpMethod.Get, "/thanks"), (HttpMethod.Post, ""), (HttpMethod.Options, "")])
        {
            var bodies = new List<string>();
            foreach (var path in new[] { $"/f/nobody-is-here/{form.Key}", $"/f/{form.Tenant.Slug}/aaaaaaaaaaaa", down.Path, $"/f/x/{form.Key}" })
            {
                using var request = new HttpRequestMessage(method, path + end);
                using var answer = await form.Client.SendAsync(request, Ct);
                answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, path + end);
                bodies.Add(await answer.Content.ReadAsStringAsync(Ct));
            }

            bodies.Distinct().ShouldHaveSingleItem(end);
        }
    }

    [Fact]
    public async Task Only_the_origins_that_the_form_names_may_send_it()
    {
        var form = await OpenForm.CreateAsync(portal, d => d with { Origins = ["https://www.acme.example"] });
        using (var preflight = await form.SendAsync(HttpMethod.Options, null, "https://www.acme.example"))
        {
            preflight.StatusCode.ShouldBe(HttpStatusCode.NoContent);
            preflight.Headers.GetValues("Access-Control-Allow-Origin").Single().ShouldBe("https://www.acme.example");
            preflight.Headers.GetValues("Access-Control-Allow-Headers").Single().ShouldBe("content-type");
            preflight.Headers.Contains("Access-Control-Allow-Credentials").ShouldBeFalse();
        }

        using (var allowed = await form.JsonAsync(new { _token = await form.TokenAsync(), email = "ann@acme.example" }, "https://www.acme.example"))
        {
            allowed.StatusCode.ShouldBe(HttpStatusCode.Accepted);
            allowed.Headers.GetValues("Access-Control-Allow-Origin").Single().ShouldBe("https://www.acme.example");
        }

        foreach (var origin in new[] { "https://acme.example", "http://www.acme.example", "https://www.acme.example.evil.example", "null", "https://www.acme.example:8443" })
        {
            using var preflight = await form.SendAsync(HttpMethod.Options, null, origin);
            preflight.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse(origin);
            using var refused = await form.JsonAsync(new { _token = await form.TokenAsync(), email = "eve@evil.example" }, origin);
            refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden, origin);
            refused.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse(origin);
        }

        using var own = await form.JsonAsync(new { _token = await form.TokenAsync(), email = "own@acme.example" }, portal.Address.GetLeftPart(UriPartial.Authority));
        own.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await form.AnyAsync(db => db.Submissions.AnyAsync(s => s.Email == "eve@evil.example", Ct))).ShouldBeFalse();
    }

    [Fact]
    public async Task Too_many_too_large_and_unreadable_are_refused_in_plain_words()
    {
        var form = await OpenForm.CreateAsync(portal);
        using (var large = await form.PostAsync(await form.TokenAsync(), ("email", "ann@acme.example"), ("message", new string('x', 70_000))))
        {
            large.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
            (await large.Content.ReadAsStringAsync(Ct)).ShouldContain("shorten it");
        }

        using (var chunked = await form.SendAsync(HttpMethod.Post, new StreamContent(new Endless(TooLarge)) { Headers = { ContentType = new("application/json") } }, null, chunked: true))
        {
            chunked.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        }

        using (var text = await form.SendAsync(HttpMethod.Post, new StringContent("hello"), null))
        {
            text.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        }

        using (var nested = await form.SendAsync(HttpMethod.Post, new StringContent("""{"email":{"a":1}}""", Encoding.UTF8, "application/json"), null))
        {
            nested.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        }

        HttpResponseMessage? last = null;
        for (var i = 0; i < 30 && last?.StatusCode != HttpStatusCode.TooManyRequests; i++)
        {
            last?.Dispose();
            last = await form.PostAsync("", ("email", "ann@acme.example"));
        }

        last!.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        last.Headers.RetryAfter.ShouldNotBeNull();
        (await last.Content.ReadAsStringAsync(Ct)).ShouldContain("wait a minute");
        last.Dispose();
    }

    [Fact]
    public async Task The_embed_script_is_small_and_the_same_for_every_form()
    {
        var (one, other) = (await OpenForm.CreateAsync(portal), await OpenForm.CreateAsync(portal));
        using var script = await one.Client.GetAsync(one.Path + ".js", Ct);
        var bytes = await script.Content.ReadAsByteArrayAsync(Ct);
        script.Content.Headers.ContentType!.MediaType.ShouldBe("text/javascript");
        bytes.Length.ShouldBeLessThan(10_000);
        bytes.ShouldBe(await other.Client.GetByteArrayAsync(other.Path + ".js", Ct));
    }

    [Fact]
    public async Task Looking_at_a_letters_link_changes_nothing_and_the_button_confirms()
    {
        var form = await OpenForm.CreateAsync(portal, d => d with { DoubleOptIn = true });
        using (var sent = await form.PostAsync(await form.TokenAsync(), ("email", "ann@acme.example")))
        {
            sent.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        }

        var link = await form.LetterLinkAsync();
        for (var i = 0; i < 3; i++)
        {
            (await form.Client.GetStringAsync(link, Ct)).ShouldContain("Yes, it was me");
        }

        (await form.AnyAsync(db => db.Leads.AnyAsync(Ct))).ShouldBeFalse();
        foreach (var _ in new[] { 1, 2 })
        {
            using var confirmed = await form.Client.PostAsync(link, new StringContent(""), Ct);
            (await confirmed.Content.ReadAsStringAsync(Ct)).ShouldContain("Your address is confirmed");
        }

        (await form.AnyAsync(db => db.Leads.AnyAsync(l => l.Email == "ann@acme.example", Ct))).ShouldBeTrue();
        (await form.AnyAsync(db => db.Feedback.CountAsync(Ct).ContinueWith(c => c.Result == 1, TaskScheduler.Default))).ShouldBeTrue();

        // Another workspace's address does not open it.
        var other = await OpenForm.CreateAsync(portal);
        using var wrong = await form.Client.GetAsync(link.Replace($"/f/{form.Tenant.Slug}/", $"/f/{other.Tenant.Slug}/", StringComparison.Ordinal), Ct);
        wrong.StatusCode.ShouldBe(HttpStatusCode.Gone);
    }

    /// <summary>A little more than a form may have, so that all of it is on its way before it is refused.</summary>
    private const int TooLarge = 66_000;

    internal static string Token(string html) => TokenInput().Match(html).Groups[1].Value;

    [GeneratedRegex("name=\"_token\" value=\"([^\"]+)\"")]
    private static partial Regex TokenInput();

    [GeneratedRegex("<input[^>]*name=\"email\"[^>]*>")]
    private static partial Regex EmailInput();

    /// <summary>A body without a length.</summary>
    private sealed class Endless(int size) : MemoryStream(Encoding.UTF8.GetBytes("{\"email\":\"" + new string('x', size) + "\"}"))
    {
        public override bool CanSeek => false;
    }
}
