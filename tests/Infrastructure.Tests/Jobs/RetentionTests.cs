using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Forms;
using LeadGen.Infrastructure.Jobs;
using LeadGen.Infrastructure.Mail;
using LeadGen.Infrastructure.Tests.Forms;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LeadGen.Infrastructure.Tests.Jobs;

public sealed class RetentionTests(PostgresServer postgres)
{
    private static readonly DateTime Noon = new(2026, 11, 22, 12, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime Earlier = Noon.AddMinutes(-1);
    private static readonly DateTime Later = Noon.AddMinutes(1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task The_night_forgets_what_had_its_time_and_keeps_the_rest(DataProvider provider)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(Noon));
        await using var installation = await Installation.CreateAsync(provider, postgres, s => s.AddSingleton<TimeProvider>(clock));
        var tenant = await installation.TenantAsync();
        await installation.WriteAsync(tenant, async (db, ct) =>
        {
            // More than one portion of each kind of going through a table.
            await db.BulkInsertAsync([.. Enumerable.Range(0, 2_005).Select(i => Answer($"old{i}", Earlier - Retention.Answers)), Answer("new", Later - Retention.Answers)], ct);
            await db.BulkInsertAsync([.. Enumerable.Range(0, 2_005).Select(_ => Request(Earlier - Retention.Requests)), Request(Later - Retention.Requests)], ct);
            db.Inbox.AddRange(
                Event("old", InboxState.Processed, Earlier),
                Event("dead", InboxState.Dead, null),
                Event("just processed", InboxState.Processed, Later),
                Event("waiting", InboxState.Waiting, null),
                Event("new", InboxState.Ignored, Later, Later));
            await db.SaveChangesAsync(ct);
        });
        await installation.InAsync(tenant, s => s.GetRequiredService<Retention>().RunAsync(Ct));
        await using var look = installation.Open(tenant);
        (await look.Idempotency.Select(r => r.Key).ToListAsync(Ct)).ShouldBe(["new"]);
        (await look.ApiRequests.Select(r => r.At).SingleAsync(Ct)).ShouldBe(Later - Retention.Requests);
        (await look.Inbox.Select(i => i.EventId).ToListAsync(Ct)).ShouldBe(["just processed", "new", "waiting"], ignoreOrder: true);

        InboxMessage Event(string id, InboxState state, DateTime? processed, DateTime? received = null) => new()
        {
            SourceId = Guid.Empty,
            EventId = id,
            Topic = "crm.event",
            Payload = "{}",
            ReceivedAt = (received ?? Earlier) - Retention.Inbox,
            DueAt = Noon,
            State = state,
            ProcessedAt = processed - Retention.Inbox,
        };
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Mails_of_nobody_and_of_machines_go_with_their_time_and_answers_of_people_stay(DataProvider provider)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(Noon));
        await using var installation = await Installation.CreateAsync(provider, postgres, s => s.AddSingleton<TimeProvider>(clock));
        var tenant = await installation.TenantAsync();
        var lead = Guid.CreateVersion7();
        await installation.WriteAsync(tenant, async (db, ct) =>
        {
            db.Leads.Add(new Lead { Id = lead, IdentityKey = "e:ann@acme.example", Email = "ann@acme.example" });
            db.InboundMails.AddRange(
                Mail("of nobody", MailKind.Reply, InboundState.Open, null, Earlier),
                Mail("noted of nobody", MailKind.Bounce, InboundState.Noted, null, Earlier),
                Mail("automatic", MailKind.AutoReply, InboundState.Noted, lead, Earlier),
                Mail("young", MailKind.Reply, InboundState.Open, null, Later),
                Mail("answer", MailKind.Reply, InboundState.Noted, lead, Earlier),
                Mail("to do", MailKind.Other, InboundState.Open, lead, Earlier),
                Mail("not read yet", null, InboundState.Received, null, Earlier));
            await db.SaveChangesAsync(ct);
        });
        await installation.InAsync(tenant, s => s.GetRequiredService<Retention>().RunAsync(Ct));
        await using var look = installation.Open(tenant);
        (await look.InboundMails.Select(m => m.MessageId).ToListAsync(Ct)).ShouldBe(["young", "answer", "to do", "not read yet"], ignoreOrder: true);

        static InboundMail Mail(string id, MailKind? kind, InboundState state, Guid? lead, DateTime at) => new()
        {
            Id = Guid.CreateVersion7(),
            MessageId = id,
            Subject = "Re: Forklifts",
            At = at - Retention.Incoming,
            ReceivedAt = at - Retention.Incoming,
            Kind = kind,
            State = state,
            LeadId = lead,
        };
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Submissions_that_nobody_confirmed_go_with_their_time_and_letters_with_their_files(DataProvider provider)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(Noon));
        await using var installation = await Installation.CreateAsync(provider, postgres, s => s.AddSingleton<TimeProvider>(clock));
        var tenant = await installation.TenantAsync();
        var site = await FormSite.OpenAsync(installation, tenant, FormSite.Contact with { DoubleOptIn = true });
        await site.SendAsync("ann@acme.example");
        Guid letter;
        await using (var db = installation.Open(tenant))
        {
            letter = (await db.SystemMails.SingleAsync(Ct)).Id;
            await db.Outbox.ExecuteUpdateAsync(o => o.SetProperty(x => x.State, OutboxState.Delivered), Ct);
        }

        var pickup = installation.Get<PickupTransport>();
        await pickup.SendAsync(new MailLetter(letter, "ann@acme.example", "Confirm", "Please", null), tenant.TenantId, Ct);

        (await AfterAsync(FormTaking.ConfirmWithin + Retention.Unconfirmed)).ShouldBe((1, 1));
        (await AfterAsync(FormTaking.ConfirmWithin + Retention.Unconfirmed + TimeSpan.FromSeconds(1))).ShouldBe((0, 1));
        (await pickup.ReadAsync(tenant.TenantId, letter, Ct)).ShouldNotBeNull();
        (await AfterAsync(Retention.Letters + TimeSpan.FromSeconds(1))).ShouldBe((0, 0));
        (await pickup.ReadAsync(tenant.TenantId, letter, Ct)).ShouldBeNull();

        async Task<(int Submissions, int Letters)> AfterAsync(TimeSpan past)
        {
            clock.SetUtcNow(new DateTimeOffset(Noon) + past);
            await installation.InAsync(tenant, s => s.GetRequiredService<Retention>().RunAsync(Ct));
            await using var db = installation.Open(tenant);
            return (await db.Submissions.CountAsync(Ct), await db.SystemMails.CountAsync(Ct));
        }
    }

    private static IdempotencyRecord Answer(string key, DateTime at) => new() { ApiKeyId = Guid.Empty, Operation = "post", Key = key, Fingerprint = [1], At = at };

    private static ApiRequest Request(DateTime at) => new()
    {
        ApiKeyId = Guid.Empty,
        At = at,
        Method = "GET",
        Path = "/api/v1/leads",
        Status = 200,
        Duration = 1,
        TraceId = "0",
    };
}
