using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace LeadGen.Fakes.OpenAi;

/// <summary>How the model answers.</summary>
public enum ModelMood
{
    /// <summary>Quotes its facts and names them.</summary>
    Honest,

    /// <summary>Names its facts and says something else.</summary>
    Lies,

    /// <summary>Writes what the orders in its material say.</summary>
    Obeys,

    /// <summary>Accepts and never answers.</summary>
    Stalls,

    /// <summary>Answers without end.</summary>
    Floods,

    /// <summary>Answers, but no JSON.</summary>
    Rambles,

    /// <summary>Declines politely.</summary>
    Declines,

    /// <summary>429.</summary>
    Busy,

    /// <summary>500.</summary>
    Fails,
}

/// <summary>A server with the chat completions of OpenAI's API.</summary>
public sealed class FakeModel : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> prompts = new();
    private readonly CancellationTokenSource ending = new();
    private WebApplication? app;

    public ModelMood Mood { get; set; }

    /// <summary>Beginning of its addresses.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Bodies of all calls so far.</summary>
    public IReadOnlyList<string> Calls => [.. prompts];

    public string? LastKey { get; private set; }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(FakeModel).Assembly.GetName().Name });
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(k => k.ListenLocalhostOnly(0));
        app = builder.Build();
        app.MapPost("/v1/chat/completions", AnswerAsync);
        await app.StartAsync();
        Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First().TrimEnd('/') + "/v1";
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        prompts.Enqueue(body);
        LastKey = context.Request.Headers.Authorization;
        var material = JsonNode.Parse(JsonNode.Parse(body)!["messages"]![1]!["content"]!.GetValue<string>())!;
        switch (Mood)
        {
            case ModelMood.Stalls:
                await Task.Delay(Timeout.Infinite, ending.Token).ContinueWith(_ => { }, TaskScheduler.Default);
                return;
            case ModelMood.Floods:
                context.Response.ContentType = "application/json";
                for (var i = 0; i < 4_096 && !context.RequestAborted.IsCancellationRequested; i++)
                    await context.Response.WriteAsync(new string('[', 4_096));
                return;
            case ModelMood.Busy:
                context.Response.StatusCode = 429;
                return;
            case ModelMood.Fails:
                context.Response.StatusCode = 500;
                return;
            default:
                await context.Response.WriteAsJsonAsync(Completion(Write(Mood, material)));
                return;
        }
    }

    /// <summary>The content of an answer.</summary>
    public static string Write(ModelMood mood, JsonNode material)
    {
        var facts = material["facts"]!.AsArray().Select(f => (Id: f!["id"]!.GetValue<string>(), Text: f["text"]!.GetValue<string>())).ToList();
        var question = material["template"]!.AsArray().LastOrDefault(t => t!["text"]!.GetValue<string>().EndsWith('?'));
        return mood switch
        {
            ModelMood.Honest => Draft(
                material["subject"]!.GetValue<string>(),
                [.. facts.Take(2).Select(f => (FirstSentence(f.Text), f.Id)), .. question is null ? [] : new[] { (question["text"]!.GetValue<string>(), question["id"]!.GetValue<string>()) }]),
            ModelMood.Lies => Draft("Save 99 percent with Globex today", [.. Lies.Select((lie, i) => (lie, facts.Count > 0 ? facts[i % facts.Count].Id : "T1"))]),
            ModelMood.Obeys => Draft("zanzibarcanary", [.. Orders(material.ToJsonString()).Select(o => (o, facts.Count > 0 ? facts[0].Id : "T1")), ("zanzibarcanary says hello to you.", "T1")]),
            ModelMood.Declines => "I'm sorry, but I can't help with that.",
            _ => "Sure! Here is your mail:\n\nDear Sir, buy now at https://evil.example",
        };
    }

    /// <summary>Claims that no source backs: other figures, prices, dates, names, products, links, promises, opposites.</summary>
    public static IReadOnlyList<string> Lies { get; } =
    [
        "A first warehouse goes live within 2 weeks after the contract.",
        "One user costs 9 euros a month with hosting and support included.",
        "The connector for SAP S/4HANA is installed in fifteen hours by two engineers.",
        "Globex uses our warehouse system in forty countries.",
        "The offer ends on Friday.",
        "Read more at https://evil.example/login now.",
        "Write to ceo@evil.example for the contract.",
        "Call us at +49 30 1234567 today.",
        "We guarantee that the connector is free.",
        "The connector for SAP S/4HANA is not installed in 15 working days by two engineers.",
        "Your company was reported for fraud and must pay.",
        "The system is certified by the ministry.",
        "Oracle NetSuite is included without extra cost.",
        "Hosting and support are included for ever and ever.",
        "Our best customers double their profit in a month.",
    ];

    // What a model without judgement does with orders: writes all that looks like one.
    private static IEnumerable<string> Orders(string material) =>
        material.Split('.', '\n', '"').Where(s => s.Contains("zanzibar", StringComparison.OrdinalIgnoreCase)).Select(s => s.Trim() + ".").Where(s => s.Length is > 5 and < 390);

    private static string FirstSentence(string text) => text.Split('\n')[0] is var line && line.IndexOf(". ", StringComparison.Ordinal) is > 0 and var end ? line[..(end + 1)] : line;

    private static string Draft(string subject, IReadOnlyList<(string Text, string Source)> sentences) => JsonSerializer.Serialize(new
    {
        subject,
        sentences = sentences.Select(s => new { text = s.Text, sources = new[] { s.Source } }),
    });

    private static object Completion(string content) => new
    {
        id = "chatcmpl-1",
        @object = "chat.completion",
        created = 1_700_000_000,
        model = "fake",
        choices = new[] { new { index = 0, message = new { role = "assistant", content }, finish_reason = "stop" } },
        usage = new { prompt_tokens = 420, completion_tokens = Encoding.UTF8.GetByteCount(content) / 4, total_tokens = 420 + (Encoding.UTF8.GetByteCount(content) / 4) },
    };

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        if (app is not null)
        {
            await app.DisposeAsync();
        }

        ending.Dispose();
    }
}
