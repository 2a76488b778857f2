using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Crm;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MailServer = LeadGen.Infrastructure.Tests.Mail.MailServer;

namespace LeadGen.Infrastructure.Tests.Outreach;

/// <summary>Waves of mails, what happens to them on their way, and what is counted and told.</summary>
public sealed class SendingWavesTests(PostgresServer postgres)
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task One_complaint_is_told_once_and_the_second_pauses_the_sender_and_says_why(DataProvider provider)
    {
        await using var post = await Post.CreateAsync(provider, postgres);
        await post.Installation.AddAdminAsync(post.Tenant);
        await ComplainAsync("p0@c0.example");
        (await post.SenderAsync()).State.ShouldBe(SenderState.Active);
        (await SubjectsAsync()).ShouldBe(["Receivers report your mails as spam"]);
        (await post.AskAsync<OutreachPauses, string?>(p => p.WarningAsync(Ct)))!.ShouldContain("1 of the last 1 mails was reported");

        await ComplainAsync("p1@c1.example");
        var sender = await post.SenderAsync();
        sender.State.ShouldBe(SenderState.Paused);
        sender.StateReason!.ShouldContain("2 of the last 2 mails were reported as spam");
        (await SubjectsAsync()).ShouldBe(["Receivers report your mails as spam", "Outreach of “Ada of Fernhill” was paused"]);

        // Started again by a person, the same complaints do not stop it again, and a new count begins.
        (await post.AskAsync<SenderEditing, bool>(e => e.ResumeAsync(post.Sender.Id, Ct))).ShouldBeTrue();
        (await post.AskAsync<OutreachPauses, string?>(p => p.WarningAsync(Ct))).ShouldBeNull();
        await ComplainAsync("p2@c2.example");
        (await post.SenderAsync()).State.ShouldBe(SenderState.Active);

        async Task ComplainAsync(string email)
        {
            var mail = await post.OweAsync(email);
            await post.SendAsync();
            (await post.MailAsync(mail.Id)).State.ShouldBe(OutreachState.Sent);
            await post.Installation.InAsync(post.Tenant, s => s.GetRequiredService<TenantWrites>().RunAsync(async (db, ct) =>
            {
                await s.GetRequiredService<LeadGen.Infrastructure.Outreach.Suppressions>().AddAsync(db, mail.To, SuppressionReason.Complained, "test", mail.Id, DateTime.UtcNow, ct);
                await db.SaveChangesAsync(ct);
                await s.GetRequiredService<OutreachPauses>().CheckComplaintsAsync(db, DateTime.UtcNow, ct);
            }));
        }

        Task<List<string>> SubjectsAsync() => post.LookAsync(async db => (await db.SystemMails.OrderBy(m => m.Id).Select(m => m.Subject).ToListAsync(Ct)).Distinct().ToList());
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_mail_that_is_stopped_while_its_wave_is_taken_does_not_leave(DataProvider provider)
    {
        await using var server = new MailServer();
        await using var post = await Post.CreateAsync(provider, postgres, server.Port);
        var old = await post.OweAsync("shut@acme.example");
        var later = post.MailTo(old.LeadId, "new@acme.example");
        await post.Installation.InAsync(post.Tenant, s => s.GetRequiredService<TenantWrites>().RunAsync(async (db, ct) =>
        {
            await s.GetRequiredService<LeadGen.Infrastructure.Outreach.Suppressions>().AddAsync(db, old.To, SuppressionReason.Unsubscribed, "test", null, DateTime.UtcNow, ct);
            db.OutreachMessages.Add(later);
            await db.SaveChangesAsync(ct);
            await db.Leads.ExecuteUpdateAsync(l => l.SetProperty(x => x.Email, later.To), ct);
        }));
        await post.SendAsync();

        server.Commands.ShouldBeEmpty();
        (await post.MailAsync(old.Id)).State.ShouldBe(OutreachState.Cancelled);
        (await post.MailAsync(later.Id)).State.ShouldBe(OutreachState.Cancelled);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_wave_has_one_token_and_a_slow_mail_holds_up_the_end_of_no_other(DataProvider provider)
    {
        using var open = new ManualResetEventSlim();
        await using var server = new MailServer
        {
            Says = line =>
            {
                if (line.Contains("slow@", StringComparison.Ordinal))
                {
                    open.Wait(TimeSpan.FromSeconds(20));
                }

                return null;
            },
        };
        await using var post = await Post.CreateAsync(provider, postgres, server.Port, settings: [("Outreach:Connections", "2")]);
        var slow = await post.OweAsync("slow@a.example");
        var quick = await post.OweAsync("quick@b.example");
        var next = await post.OweAsync("next@c.example");
        var sending = post.SendAsync();
        try
        {
            await Eventually.IsAsync(async () => (await post.MailAsync(quick.Id)).State == OutreachState.Sent);
            (await post.MailAsync(slow.Id)).State.ShouldBe(OutreachState.Sending);
        }
        finally
        {
            open.Set();
        }

        await sending;
        await post.SendAsync();
        (await post.MailAsync(slow.Id)).ClaimToken.ShouldBe((await post.MailAsync(quick.Id)).ClaimToken);
        (await post.MailAsync(next.Id)).ClaimToken.ShouldNotBe((await post.MailAsync(quick.Id)).ClaimToken);
        foreach (var mail in new[] { slow, quick, next })
        {
            (await post.MailAsync(mail.Id)).State.ShouldBe(OutreachState.Sent);
        }

        server.Letters.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_mail_that_its_server_put_off_does_not_leave_once_its_way_has_ended_nor_before_a_snooze_is_over()
    {
        var time = new FakeTimeProvider(Noon);
        await using var server = new MailServer();
        await using var post = await Post.CreateAsync(DataProvider.Sqlite, postgres, server.Port, s => s.AddSingleton<TimeProvider>(time));
        var (sequence, day) = (Guid.CreateVersion7(), Noon.UtcDateTime.AddDays(5));
        await post.Installation.WriteAsync(post.Tenant, async (db, ct) =>
        {
            db.Sequences.Add(new Sequence { Id = sequence, Name = "s", State = SequenceState.Active, SenderId = post.Sender.Id, CreatedAt = Noon.UtcDateTime, ChangedAt = Noon.UtcDateTime, CreatedBy = "member:1" });
            await db.SaveChangesAsync(ct);
        });
        var (stopped, snoozed) = (await EnrolledAsync("a@a.example"), await EnrolledAsync("b@b.example"));
        server.Says = line =>
        {
            // Their answers to an earlier mail come in while these are on their way.
            if (line.StartsWith("RCPT", StringComparison.Ordinal))
            {
                var mail = line.Contains("a@a", StringComparison.Ordinal) ? stopped : snoozed;
                post.Installation.WriteAsync(post.Tenant, (db, ct) => mail == stopped
                    ? OutreachStops.StopAsync(db, [mail.LeadId], "They answered.", Noon.UtcDateTime, ct)
                    : OutreachStops.SnoozeAsync(db, [mail.LeadId], day, "They asked to wait.", ct)).Wait(Ct);
                return "450 4.2.0 not now";
            }

            return null;
        };
        await post.SendAsync();
        (await post.MailAsync(stopped.Id)).State.ShouldBe(OutreachState.Approved, "the server put it off");

        server.Says = _ => null;
        time.Advance(TimeSpan.FromDays(1));
        await post.SendAsync();
        server.Letters.ShouldBeEmpty();
        (await post.MailAsync(stopped.Id)).ShouldSatisfyAllConditions(m => m.State.ShouldBe(OutreachState.Cancelled), m => m.StateReason.ShouldBe("They answered."));
        (await post.MailAsync(snoozed.Id)).DueAt.ShouldBe(day);

        time.Advance(TimeSpan.FromDays(4.1));
        await post.SendAsync();
        (await post.MailAsync(snoozed.Id)).State.ShouldBe(OutreachState.Sent);
        server.Letters.ShouldHaveSingleItem();

        async Task<OutreachMessage> EnrolledAsync(string email)
        {
            var way = Guid.CreateVersion7();
            var mail = await post.OweAsync(email, make: lead => new OutreachMessage
            {
                Id = Guid.CreateVersion7(),
                LeadId = lead,
                To = email,
                SenderId = post.Sender.Id,
                SequenceId = sequence,
                EnrollmentId = way,
                Step = 0,
                Subject = "Forklifts",
                Text = "Hello",
                State = OutreachState.Approved,
                CreatedAt = Noon.UtcDateTime,
                DueAt = Noon.UtcDateTime,
                MessageId = $"{way:N}@fernhill.example",
            });
            await post.Installation.WriteAsync(post.Tenant, async (db, ct) =>
            {
                db.Enrollments.Add(new Enrollment { Id = way, SequenceId = sequence, LeadId = mail.LeadId, State = EnrollmentState.Waiting, EnrolledBy = "member:1", EnrolledAt = Noon.UtcDateTime });
                await db.SaveChangesAsync(ct);
            });
            return mail;
        }
    }

    [Fact]
    public async Task What_becomes_of_mails_is_counted_once_and_by_kind_alone()
    {
        await using var server = new MailServer { Says = line => line.StartsWith("RCPT", StringComparison.Ordinal) && line.Contains("gone@", StringComparison.Ordinal) ? "550 5.1.1 no such user" : null };
        await using var post = await Post.CreateAsync(DataProvider.Sqlite, postgres, server.Port);
        var counts = new ConcurrentDictionary<string, long>();
        var scope = post.Installation.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener { InstrumentPublished = (i, l) => l.EnableMeasurementEvents(i) };
        listener.SetMeasurementEventCallback<long>((i, value, tags, _) =>
        {
            if (i.Meter.Scope == scope && i is Counter<long>)
            {
                counts.AddOrUpdate($"{i.Name} {string.Join(' ', tags.ToArray().Select(t => t.Value))}".Trim(), value, (_, was) => was + value);
            }
        });
        listener.Start();
        var mail = await post.OweAsync("ann@acme.example");
        await post.OweAsync("gone@acme.example");
        await post.SendAsync();
        for (var i = 0; i < 2; i++)
        {
            await post.AskAsync<Unsubscribing, bool>(async u =>
            {
                await u.UnsubscribeAsync(new MailReceiver(new TenantId(post.Tenant.Id), mail.Id, mail.To), Ct);
                return true;
            });
        }

        counts.Where(c => c.Value > 0 && !c.Key.StartsWith("leadgen_ingested", StringComparison.Ordinal)).ToDictionary().ShouldBe(
            new Dictionary<string, long>
            {
                ["leadgen_outreach_mails Sent"] = 1,
                ["leadgen_outreach_mails Failed"] = 1,
                ["leadgen_outreach_bounces Hard"] = 1,
                ["leadgen_outreach_unsubscribes"] = 1,
            },
            ignoreOrder: true);
    }
}
