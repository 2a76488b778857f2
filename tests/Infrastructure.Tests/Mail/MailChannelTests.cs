using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Mail;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Mail;

public sealed class MailChannelTests(PostgresServer postgres)
{
    private const string Link = "https://leads.example/f/acme/confirm/secret-token";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_letter_goes_into_the_folder_once_and_its_link_stands_nowhere_else(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var id = await WriteAsync(installation, tenant);
        (await LineAsync(installation, tenant)).State.ShouldBe(MailState.Waiting);
        await DeliverAsync(installation, tenant, id);
        await DeliverAsync(installation, tenant, id);
        (await LineAsync(installation, tenant)).State.ShouldBe(MailState.Sent);
        var file = Directory.GetFiles(Path.Combine(installation.DataPath, tenant.TenantId.Folder, "mail")).ShouldHaveSingleItem();
        Path.GetFileName(file).ShouldBe($"{id:N}.eml");
        var letter = (await installation.InAsync(tenant, s => s.GetRequiredService<Mailbox>().ReadAsync(id, Ct)))!;
        letter.Text.ShouldContain(Link);
        letter.Html!.ShouldContain($"href=\"{Link}\"");
        await using var db = installation.Open(tenant);
        (await db.SystemMails.SingleAsync(Ct)).Text.ShouldNotContain("secret-token");
        (await db.Outbox.SingleAsync(Ct)).Payload!.ShouldNotContain("secret-token");
        installation.Problems.ShouldBeEmpty();
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task O3_That_it_is_sent_is_stored_before_the_first_byte_and_after_a_crash_it_is_not_sent_again(DataProvider provider)
    {
        var wire = new Wire();
        await using var installation = await Installation.CreateAsync(provider, postgres, s => s.AddSingleton<IMailTransport>(wire));
        var tenant = await installation.TenantAsync();
        var id = await WriteAsync(installation, tenant);
        wire.Send = async () =>
        {
            await using var db = installation.Open(tenant);
            (await db.SystemMails.SingleAsync(Ct)).SendingAt.ShouldNotBeNull();
            throw new InvalidOperationException("The process ends here.");
        };
        await Should.ThrowAsync<InvalidOperationException>(() => DeliverAsync(installation, tenant, id));
        wire.Send = () => Task.FromResult(MailOutcome.Sent);
        var result = await DeliverAsync(installation, tenant, id);
        result.Verdict.ShouldBe(DeliveryVerdict.Refused);
        wire.Calls.ShouldBe(1);
        await EndAsync(installation, tenant, id, result);
        var line = await LineAsync(installation, tenant);
        line.State.ShouldBe(MailState.Unknown);
        line.Problem!.ShouldContain("may have arrived");

        // Only a person sends it again.
        (await installation.InAsync(tenant, s => s.GetRequiredService<Mailbox>().SendAgainAsync(id, Ct))).ShouldBeTrue();
        (await DeliverAsync(installation, tenant, id)).Verdict.ShouldBe(DeliveryVerdict.Delivered);
        wire.Calls.ShouldBe(2);
        (await LineAsync(installation, tenant)).State.ShouldBe(MailState.Sent);
        (await installation.InAsync(tenant, s => s.GetRequiredService<Mailbox>().SendAgainAsync(id, Ct))).ShouldBeFalse();
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Of_two_that_send_the_same_letter_at_once_one_does(DataProvider provider)
    {
        var (meeting, wire) = (new TaskCompletionSource(), new Wire());
        await using var installation = await Installation.CreateAsync(provider, postgres, s => s.AddSingleton<IMailTransport>(wire));
        var tenant = await installation.TenantAsync();
        var id = await WriteAsync(installation, tenant);
        wire.Send = async () =>
        {
            await meeting.Task;
            return MailOutcome.Sent;
        };
        var first = DeliverAsync(installation, tenant, id);
        await Eventually.IsAsync(() => Task.FromResult(wire.Calls == 1));
        (await DeliverAsync(installation, tenant, id)).Verdict.ShouldBe(DeliveryVerdict.Refused);
        meeting.SetResult();
        (await first).Verdict.ShouldBe(DeliveryVerdict.Delivered);
        wire.Calls.ShouldBe(1);
        (await LineAsync(installation, tenant)).State.ShouldBe(MailState.Sent);
    }

    [Fact]
    public async Task Not_now_is_tried_again_no_is_not_and_a_broken_line_is_unknown()
    {
        var wire = new Wire();
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres, s => s.AddSingleton<IMailTransport>(wire));
        var tenant = await installation.TenantAsync();
        foreach (var (verdict, delivery, sending) in ((MailVerdict, DeliveryVerdict, bool)[])
            [(MailVerdict.Later, DeliveryVerdict.Failed, false), (MailVerdict.Refused, DeliveryVerdict.Refused, false), (MailVerdict.Unknown, DeliveryVerdict.Refused, true)])
        {
            var id = await WriteAsync(installation, tenant);
            wire.Send = () => Task.FromResult(new MailOutcome(verdict, "Why"));
            (await DeliverAsync(installation, tenant, id)).Verdict.ShouldBe(delivery);
            await using var db = installation.Open(tenant);
            ((await db.SystemMails.SingleAsync(m => m.Id == id, Ct)).SendingAt is not null).ShouldBe(sending, verdict.ToString());
        }
    }

    [Fact]
    public async Task The_dispatcher_sends_what_a_write_leaves_behind()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var tenant = await installation.TenantAsync();
        using var dispatcher = ActivatorUtilities.CreateInstance<OutboxDispatcher>(installation.Services);
        await dispatcher.StartAsync(Ct);
        await WriteAsync(installation, tenant);
        await Eventually.IsAsync(async () => (await LineAsync(installation, tenant)).State == MailState.Sent, 15);
        await dispatcher.StopAsync(Ct);
        await using var db = installation.Open(tenant);
        (await db.Outbox.SingleAsync(Ct)).State.ShouldBe(OutboxState.Delivered);
    }

    private static async Task<Guid> WriteAsync(Installation installation, Tenant tenant)
    {
        var id = Guid.Empty;
        await installation.InAsync(tenant, s => s.GetRequiredService<TenantWrites>().RunAsync((db, ct) =>
        {
            id = s.GetRequiredService<SystemLetters>().Add(
                db, SystemLetters.Confirm, "ann@acme.example", new LetterText("Please confirm", ["Was it you?"], "Confirm", "Foot"), Link, DateTimeOffset.UtcNow).Id;
            return db.SaveChangesAsync(ct);
        }));
        return id;
    }

    private static Task<DeliveryResult> DeliverAsync(Installation installation, Tenant tenant, Guid id) => installation.InAsync(tenant, async s =>
    {
        await using var db = installation.Open(tenant);
        var message = await db.Outbox.AsNoTracking().SingleAsync(o => o.DestinationId == id, Ct);
        var channel = s.GetServices<IOutboxChannel>().Single(c => c.Channel == OutboxChannel.Mail);
        return (await channel.DeliverAsync(id, [message], Ct)).Single();
    });

    /// <summary>As the dispatcher notes a refusal.</summary>
    private static Task EndAsync(Installation installation, Tenant tenant, Guid id, DeliveryResult result) => installation.WriteAsync(tenant, (db, ct) =>
        db.Outbox.Where(o => o.DestinationId == id).ExecuteUpdateAsync(o => o.SetProperty(x => x.State, OutboxState.Dead).SetProperty(x => x.LastError, result.Error), ct));

    private static Task<MailLine> LineAsync(Installation installation, Tenant tenant) =>
        installation.InAsync(tenant, async s => (await s.GetRequiredService<Mailbox>().ListAsync(null, 10, Ct)).Single());

    /// <summary>A way out that a test holds in its hand.</summary>
    private sealed class Wire : IMailTransport
    {
        public Func<Task<MailOutcome>> Send { get; set; } = () => Task.FromResult(MailOutcome.Sent);

        public int Calls { get; private set; }

        public Task<MailOutcome> SendAsync(MailLetter letter, TenantId? tenant, CancellationToken cancellationToken)
        {
            Calls++;
            letter.Text.ShouldContain(Link);
            return Send();
        }
    }
}
