using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Infrastructure.Outreach.Sequences;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Tests.Outbox;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Outreach;

/// <summary>A tenant with a sender and leads, and its outreach done portion by portion, without the worker's loop.</summary>
internal sealed class Post : IAsyncDisposable
{
    public const string Postal = "Fernhill Ltd\n1 Mill Lane\nBath BA1 1AA";

    public required Installation Installation { get; init; }

    public required Tenant Tenant { get; init; }

    public required Sender Sender { get; init; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <param name="port">Of a mail server on this machine; null for the folder.</param>
    public static async Task<Post> CreateAsync(
        DataProvider provider, PostgresServer postgres, int? port = null, Action<IServiceCollection>? more = null, Func<Sender, Sender>? change = null,
        params (string, string)[] settings)
    {
        var installation = await Installation.CreateAsync(provider, postgres, more, [Doors.Here, ("Mail:PublicUrl", "https://leads.example"), .. settings]);
        var tenant = await installation.TenantAsync();
        var sender = new Sender
        {
            Id = Guid.CreateVersion7(),
            Name = "Ada of Fernhill",
            Email = "ada@fernhill.example",
            ReplyTo = "answers@fernhill.example",
            PostalAddress = Postal,
            PerMinute = 10_000,
            PerDomainPerMinute = 10_000,
            SendsUnchecked = true,
            Server = port is { } p ? new MailServer("127.0.0.1", p, LineSecurity.None, null, null) : null,
            CreatedAt = DateTime.UnixEpoch,
        };
        sender = change?.Invoke(sender) ?? sender;
        await installation.WriteAsync(tenant, async (db, ct) =>
        {
            db.Senders.Add(sender);
            await db.SaveChangesAsync(ct);
        });
        return new Post { Installation = installation, Tenant = tenant, Sender = sender };
    }

    public ValueTask DisposeAsync() => Installation.DisposeAsync();

    /// <summary>A lead and an approved mail to it.</summary>
    public async Task<OutreachMessage> OweAsync(string email = "ann@acme.example", Action<OutreachMessage>? change = null, Func<Guid, OutreachMessage>? make = null)
    {
        var lead = new Lead { Id = Guid.CreateVersion7(), IdentityKey = "e:" + email, Email = email, FullName = "Ann Lee", Country = "GB", Stage = LeadStage.Scored, ScoringEpoch = 1 };
        var message = make?.Invoke(lead.Id) ?? MailTo(lead.Id, email);
        change?.Invoke(message);
        await Installation.WriteAsync(Tenant, async (db, ct) =>
        {
            db.Leads.Add(lead);
            db.OutreachMessages.Add(message);
            await db.SaveChangesAsync(ct);
        });
        return message;
    }

    public OutreachMessage MailTo(Guid lead, string email, Guid? id = null)
    {
        var key = id ?? Guid.CreateVersion7();
        return new OutreachMessage
        {
            Id = key,
            LeadId = lead,
            To = email,
            SenderId = Sender.Id,
            Subject = "Forklifts für Acme",
            Text = "Hello Ann,\n\nshall we talk about forklifts? See https://fernhill.example/forklifts.",
            State = OutreachState.Approved,
            CreatedAt = DateTime.UnixEpoch,
            DueAt = DateTime.UnixEpoch,
            MessageId = $"{key:N}@fernhill.example",
        };
    }

    /// <summary>One portion of the worker.</summary>
    public Task<WorkResult> WorkAsync() => Installation.InAsync(Tenant, s => OutreachWorker.PortionAsync(s, Ct));

    /// <summary>Sends what is due, once.</summary>
    public Task<WorkResult> SendAsync() => Installation.InAsync(Tenant, s => s.GetRequiredService<OutreachSender>().RunAsync(Ct));

    public Task StepAsync() => Installation.InAsync(Tenant, s => s.GetRequiredService<SequenceRun>().RunAsync(Ct));

    public async Task<OutreachMessage> MailAsync(Guid id)
    {
        await using var db = Installation.Open(Tenant);
        return await db.OutreachMessages.AsNoTracking().SingleAsync(m => m.Id == id, Ct);
    }

    public async Task<Sender> SenderAsync()
    {
        await using var db = Installation.Open(Tenant);
        return await db.Senders.AsNoTracking().SingleAsync(s => s.Id == Sender.Id, Ct);
    }

    public Task<T> AskAsync<TService, T>(Func<TService, Task<T>> ask)
        where TService : notnull => Installation.InAsync(Tenant, s => ask(s.GetRequiredService<TService>()));

    public async Task<T> LookAsync<T>(Func<TenantDb, Task<T>> look)
    {
        await using var db = Installation.Open(Tenant);
        return await look(db);
    }
}
