using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LeadGen.Benchmarks.Leads;
using LeadGen.Infrastructure.Answers;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Benchmarks.Running;

/// <summary>Answers to mails, passed on by a mail provider to an idle portal: until the lead has another score.</summary>
internal sealed class AnswerBenchmark : IBenchmark
{
    private const int Answers = 50;

    public string Name => "answer";

    public async Task<IReadOnlyList<Figure>> RunAsync()
    {
        var (data, key) = await RunningPortal.PrepareAsync();
        var times = new List<double>();
        await using (var portal = await RunningPortal.StartAsync(data, key))
        {
            for (var i = 0; i < Answers; i++)
            {
                using var posted = await portal.Http.PostAsJsonAsync(new Uri("/api/v1/leads", UriKind.Relative), new { email = $"p{i}@c{i}.test", companyName = $"Company {i}" });
                posted.EnsureSuccessStatusCode();
            }

            await portal.AnalysedAsync();
            var (hook, secret, mails) = await WriteToAsync(data);
            using var provider = new HttpClient { BaseAddress = portal.Http.BaseAddress };
            provider.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"provider:{secret}")));
            foreach (var mail in mails)
            {
                times.Add(await TimeAsync(portal, provider, hook, mail));
                await Task.Delay(100);
            }
        }

        Directory.Delete(data, recursive: true);
        times.Sort();
        return
        [
            new Figure("an answer, until the score is another, median", times[times.Count / 2], "ms"),
            new Figure("an answer, until the score is another, 95th percentile", times[(int)(times.Count * 0.95)], "ms", Target: 2_000, LessIsBetter: true),
        ];
    }

    private static async Task<double> TimeAsync(RunningPortal portal, HttpClient provider, Uri hook, OutreachMessage mail)
    {
        var before = await ScoreAsync(portal, mail.LeadId);
        using var answer = new StringContent($"""
            Message-ID: <answer-{mail.Id:N}@c.test>
            In-Reply-To: <{mail.MessageId}>
            From: <{mail.To}>
            To: ada@fernhill.example
            Subject: Re: {mail.Subject}
            Content-Type: text/plain; charset=utf-8

            Please send us a price for forty seats. We want to sign the contract this month.
            """.ReplaceLineEndings("\r\n"));
        var clock = Stopwatch.StartNew();
        using var taken = await provider.PostAsync(hook, answer);
        taken.EnsureSuccessStatusCode();
        while (await ScoreAsync(portal, mail.LeadId) == before)
        {
            await Task.Delay(10);
        }

        return clock.Elapsed.TotalMilliseconds;
    }

    /// <summary>A mail to each lead as if it had left an hour ago, and the address that answers are passed on to.</summary>
    private static async Task<(Uri Hook, string Secret, IReadOnlyList<OutreachMessage> Mails)> WriteToAsync(string data)
    {
        await using var installation = await BenchInstallation.BesideAsync(data);
        return await installation.InTenantAsync(async s =>
        {
            var setup = s.GetRequiredService<MailboxSetup>();
            var secret = (await setup.AddHookAsync("ada@fernhill.example")).Secret!;
            var mailbox = (await setup.ListAsync()).Single();
            var mails = await s.GetRequiredService<TenantWrites>().RunAsync(async (db, ct) =>
            {
                var at = DateTime.UtcNow.AddHours(-1);
                var sender = new Sender { Id = Guid.CreateVersion7(), Name = "Ada", Email = "ada@fernhill.example", CreatedAt = at };
                db.Senders.Add(sender);
                var written = (await db.Leads.Select(l => new { l.Id, l.Email }).ToListAsync(ct)).ConvertAll(l => MailOf(l.Id, l.Email!, sender.Id, at));
                db.OutreachMessages.AddRange(written);
                await db.SaveChangesAsync(ct);
                return (IReadOnlyList<OutreachMessage>)written;
            });
            return (new Uri($"/hooks/bench/{mailbox.HookKey}/mail", UriKind.Relative), secret, mails);
        });
    }

    private static OutreachMessage MailOf(Guid lead, string to, Guid sender, DateTime at)
    {
        var id = Guid.CreateVersion7();
        return new OutreachMessage
        {
            Id = id,
            LeadId = lead,
            To = to,
            SenderId = sender,
            Subject = "Forklifts",
            Text = "Good morning",
            State = OutreachState.Sent,
            CreatedAt = at,
            DueAt = at,
            SendingAt = at,
            SentAt = at,
            EndedAt = at,
            MessageId = $"{id:N}@fernhill.example",
        };
    }

    private static async Task<double> ScoreAsync(RunningPortal portal, Guid lead) =>
        (await portal.Http.GetFromJsonAsync<JsonElement>(new Uri($"/api/v1/leads/{lead}", UriKind.Relative))).GetProperty("score").GetProperty("value").GetDouble();
}
