using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LeadGen.Infrastructure.Outbox.Webhooks;

namespace LeadGen.Infrastructure.Tests.Outbox;

/// <summary>The specification's JavaScript library takes what we sign, and we take what it signs.</summary>
public sealed class InteropTests
{
    private const string Script = """
        const { Webhook } = require('standardwebhooks');
        const given = JSON.parse(require('fs').readFileSync(0, 'utf8'));
        const hook = new Webhook(given.secret);
        const tried = given.ours.map(o => { try { hook.verify(o.body, o.headers); return 'genuine'; } catch (e) { return e.message; } });
        const at = new Date(given.at * 1000);
        console.log(JSON.stringify({ tried, signature: hook.sign('msg_theirs', at, given.body) }));
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_javascript_library_verifies_what_we_send_and_we_what_it_signs()
    {
        var folder = Directory.CreateTempSubdirectory("leadgen-npm-").FullName;
        try
        {
            var (code, told) = await RunAsync("npm", folder, "", "install", "standardwebhooks@1", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline");
            Assert.SkipWhen(code != 0, $"The library could not be installed with npm: {told}");
            await CheckAsync(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task CheckAsync(string folder)
    {
        var (secret, now) = (WebhookSecret.Create(), DateTimeOffset.UtcNow);
        const string Body = """{"type":"lead.scored","data":{"fullName":"Zoë Weiß"}}""";
        object Ours(string body, string signed, DateTimeOffset at, string key) => new
        {
            body,
            headers = new Dictionary<string, string>
            {
                ["webhook-id"] = "msg_ours",
                ["webhook-timestamp"] = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
                ["webhook-signature"] = WebhookSignature.Sign("msg_ours", at.ToUnixTimeSeconds(), Encoding.UTF8.GetBytes(signed), WebhookSecret.Key(key)),
            },
        };
        var given = JsonSerializer.Serialize(new
        {
            secret,
            at = now.ToUnixTimeSeconds(),
            body = Body,
            ours = new[]
            {
                Ours(Body, Body, now, secret), Ours(Body + " ", Body, now, secret), Ours(Body, Body, now.AddSeconds(-400), secret), Ours(Body, Body, now, WebhookSecret.Create()),
            },
        });

        var (code, answer) = await RunAsync("node", folder, given, "-e", Script);
        code.ShouldBe(0, answer);
        var json = JsonNode.Parse(answer)!;
        var tried = json["tried"]!.AsArray().Select(t => t!.GetValue<string>()).ToList();
        tried[0].ShouldBe("genuine");
        tried.Skip(1).ShouldAllBe(t => t != "genuine");

        var (timestamp, theirs) = (now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), json["signature"]!.GetValue<string>());
        WebhookVerdict Verify(string key, string body, double late) =>
            WebhookSignature.Verify([key], "msg_theirs", timestamp, theirs, Encoding.UTF8.GetBytes(body), now.UtcDateTime.AddSeconds(late));
        Verify(secret, Body, 0).ShouldBe(WebhookVerdict.Genuine);
        Verify(secret, Body + " ", 0).ShouldBe(WebhookVerdict.Forged);
        Verify(secret, Body, 400).ShouldBe(WebhookVerdict.TooOld);
        Verify(WebhookSecret.Create(), Body, 0).ShouldBe(WebhookVerdict.Forged);
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, string folder, string input, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(Ct), process.StandardError.ReadToEndAsync(Ct));
            await process.WaitForExitAsync(Ct).WaitAsync(TimeSpan.FromSeconds(60), Ct);
            return (process.ExitCode, process.ExitCode == 0 ? await output : await errors);
        }
        catch (Win32Exception e)
        {
            return (-1, e.Message);
        }
    }
}
