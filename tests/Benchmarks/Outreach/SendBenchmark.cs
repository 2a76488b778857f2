using System.Diagnostics;
using LeadGen.Benchmarks.Leads;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Benchmarks.Outreach;

/// <summary>Approved mails to a mail server on this machine, every guard on: list of shut addresses, caps, pace by domain, window, signature.</summary>
internal sealed class SendBenchmark : IBenchmark
{
    private const int Many = 6_000;
    private const int Shut = 5_000;
    private const int Warm = 500;

    public string Name => "send";

    public async Task<IReadOnlyList<Figure>> RunAsync()
    {
        await using var sink = new SmtpSink();
        await using var installation = await BenchInstallation.CreateAsync(("Outbound:AllowedNetworks:0", "127.0.0.0/8"), ("Mail:PublicUrl", "https://leads.example"), ("Outreach:Connections", "16"));
        await OweAsync(installation, sink.Port);
        await SendAsync(installation, sink, Warm);
        GC.Collect();
        var (before, used, clock) = (GC.GetTotalMemory(forceFullCollection: true), Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
        await SendAsync(installation, sink, Many);
        var rate = (Many - Warm) / clock.Elapsed.TotalSeconds;
        var each = (Environment.CpuUsage.TotalTime - used).TotalMilliseconds / (Many - Warm);
        var grown = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6;
        return
        [
            new Figure("send, mails to a local server, every guard on", rate, "mails/s", Target: 300),
            new Figure("send, processor time for a mail, the server's part included", each, "ms"),
            new Figure("send, connections used", sink.Connections, "connections"),
            new Figure("send, memory that stayed", Math.Max(0, grown), "MB", Target: 50, LessIsBetter: true),
        ];
    }

    private static async Task SendAsync(BenchInstallation installation, SmtpSink sink, int until)
    {
        while (sink.Mails < until)
        {
            await installation.InTenantAsync(s => s.GetRequiredService<OutreachSender>().RunAsync(default));
        }
    }

    private static Task OweAsync(BenchInstallation installation, int port) => installation.InTenantAsync(async s =>
    {
        var now = TimeProvider.System.GetUtcNow();
        var (sender, sequence) = (Guid.CreateVersion7(now), Guid.CreateVersion7(now));
        var every = new SendingWindow { Days = Enum.GetValues<DayOfWeek>(), From = TimeOnly.MinValue, Until = TimeOnly.MaxValue };
        await s.GetRequiredService<TenantWrites>().RunAsync(async (db, ct) =>
        {
            db.Senders.Add(new Sender
            {
                Id = sender,
                Name = "Ada of Fernhill",
                Email = "ada@fernhill.example",
                ReplyTo = "answers@fernhill.example",
                PostalAddress = "Fernhill Ltd\n1 Mill Lane\nBath",
                Server = new MailServer("127.0.0.1", port, LineSecurity.None, null, null),
                Dkim = s.GetRequiredService<DkimKeys>().Create("fernhill.example", now),
                SendsUnchecked = true,
                DailyCap = 100_000,
                PerMinute = 100_000,
                PerDomainPerMinute = 1_000,
                CreatedAt = now.UtcDateTime,
            });
            db.Sequences.Add(new Sequence
            {
                Id = sequence,
                Name = "Bench",
                State = SequenceState.Active,
                SenderId = sender,
                Plan = new SequencePlan { Steps = [new SequenceStep { Kind = StepKind.Mail }, new SequenceStep { Kind = StepKind.Mail, AfterDays = 3 }], Window = every, DailyCap = 100_000 },
                CreatedAt = now.UtcDateTime,
                ChangedAt = now.UtcDateTime,
                CreatedBy = "bench",
            });
            await db.SaveChangesAsync(ct);
            foreach (var part in Enumerable.Range(0, Shut).Chunk(500))
            {
                foreach (var i in part)
                {
                    await s.GetRequiredService<Suppressions>().AddAsync(db, $"shut{i}@company.example", SuppressionReason.ByHand, "bench", null, now.UtcDateTime, ct);
                }

                await db.SaveChangesAsync(ct);
                db.ChangeTracker.Clear();
            }

            var leads = Enumerable.Range(0, Many).Select(i => new Lead
            {
                Id = Guid.CreateVersion7(now),
                IdentityKey = $"e:p{i}@company{i % 997}.example",
                Email = $"p{i}@company{i % 997}.example",
                Country = "DE",
                Stage = LeadStage.Scored,
                ScoringEpoch = 1,
            }).ToList();
            await db.BulkInsertAsync(leads, ct);
            List<Enrollment> ways = [.. leads.Select(l => new Enrollment { Id = Guid.CreateVersion7(now), SequenceId = sequence, LeadId = l.Id, State = EnrollmentState.Waiting, EnrolledBy = "bench", EnrolledAt = now.UtcDateTime })];
            await db.BulkInsertAsync(ways, ct);
            await db.BulkInsertAsync([.. leads.Zip(ways, (lead, way) => MailOf(lead, way, sender, now))], ct);
            return true;
        });
        return true;
    });

    private static OutreachMessage MailOf(Lead lead, Enrollment way, Guid sender, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        return new OutreachMessage
        {
            Id = id,
            LeadId = lead.Id,
            To = lead.Email!,
            SenderId = sender,
            EnrollmentId = way.Id,
            SequenceId = way.SequenceId,
            Step = 0,
            Subject = "Forklifts for Acme",
            Text = string.Join("\n\n", Enumerable.Repeat("We have written before about forklifts, and about what they cost in a year. Would half an hour next week suit you?", 6)),
            State = OutreachState.Approved,
            CreatedAt = now.UtcDateTime,
            DueAt = now.UtcDateTime.AddMinutes(-1),
            MessageId = $"{id:N}@fernhill.example",
        };
    }
}
