using System.Collections.Concurrent;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using MailKit.Net.Imap;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LeadGen.Infrastructure.Answers;

/// <summary>
/// Lets servers tell of new mail (IMAP IDLE). Only a wake-up: who is told, makes the mailbox due and rings; the reading itself goes its usual
/// way, and losing a watch loses nothing but a minute.
/// </summary>
public sealed partial class MailboxWatches(TenantScopes scopes, WorkBoard board, TimeProvider time, ILogger<MailboxWatches> logger) : IAsyncDisposable
{
    /// <summary>Lines held open by one process; mailboxes beyond are asked each minute.</summary>
    private const int Most = 200;

    /// <summary>Servers hang up after half an hour without a word.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(9);

    /// <summary>A mailbox that this process has not read for so long is another's, paused or gone.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(25);

    private readonly ConcurrentDictionary<Guid, Watch> watches = new();
    private readonly CancellationTokenSource closing = new();

    /// <summary>Watches a mailbox from now on, until it is not asked for any more.</summary>
    /// <returns>Whether its server is being listened to.</returns>
    internal bool Keep(TenantId tenant, AnswerMailbox mailbox)
    {
        var now = time.GetUtcNow();
        if (watches.TryGetValue(mailbox.Id, out var running))
        {
            running.Asked = now;
            return running.Listens;
        }

        if (watches.Count < Most && !closing.IsCancellationRequested)
        {
            var watch = new Watch { Asked = now };
            if (watches.TryAdd(mailbox.Id, watch))
            {
                watch.Task = Task.Run(() => RunAsync(tenant, mailbox.Id, watch, closing.Token));
            }
        }

        return false;
    }

    public async ValueTask DisposeAsync()
    {
        if (closing.IsCancellationRequested)
        {
            return;
        }

        await closing.CancelAsync();
        await Task.WhenAll(watches.Values.Select(w => w.Task));
        closing.Dispose();
    }

    private async Task RunAsync(TenantId tenant, Guid mailbox, Watch watch, CancellationToken cancellationToken)
    {
        try
        {
            while (time.GetUtcNow() - watch.Asked < Forgotten
                && await scopes.RunAsync(tenant, s => ListenAsync(s, tenant, mailbox, watch, cancellationToken), cancellationToken))
            {
                // Told, or the time of one IDLE is over: once more.
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process ends.
        }
        catch (Exception e)
        {
            // The reading notices the same trouble and shows it; it also begins a new watch.
            Ended(logger, e, mailbox);
        }
        finally
        {
            watches.TryRemove(mailbox, out _);
        }
    }

    /// <returns>False when there is nothing to listen to any more.</returns>
    private async Task<bool> ListenAsync(IServiceProvider services, TenantId tenant, Guid id, Watch watch, CancellationToken cancellationToken)
    {
        AnswerMailbox? mailbox;
        await using (var db = await services.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync(cancellationToken))
        {
            mailbox = await db.Mailboxes.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id && m.State == MailboxState.Active, cancellationToken);
        }

        if (mailbox is null)
        {
            return false;
        }

        var (client, folder) = await services.GetRequiredService<MailboxConnection>().OpenAsync(mailbox, cancellationToken);
        using (client)
        {
            if (!client.Capabilities.HasFlag(ImapCapabilities.Idle))
            {
                return false;
            }

            // Mail that came between the last reading and now rings nobody's bell.
            var told = folder.UidNext is { } next && next.Id - 1 > mailbox.LastUid;
            if (!told)
            {
                using var done = new CancellationTokenSource(Longest, time);
                folder.CountChanged += (_, _) =>
                {
                    told = true;
                    done.Cancel();
                };
                watch.Listens = true;
                try
                {
                    await client.IdleAsync(done.Token, cancellationToken);
                }
                finally
                {
                    watch.Listens = false;
                }
            }

            await client.DisconnectAsync(quit: true, cancellationToken);
            if (told)
            {
                await RingAsync(services, tenant, id, cancellationToken);
            }

            return true;
        }
    }

    private async Task RingAsync(IServiceProvider services, TenantId tenant, Guid id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await board.AnnounceAsync(
            tenant,
            WorkKind.Answers,
            () => services.GetRequiredService<TenantWrites>().RunAsync(
                (db, ct) => db.Mailboxes.Where(m => m.Id == id && m.NextReadAt > now).ExecuteUpdateAsync(m => m.SetProperty(x => x.NextReadAt, now), ct), cancellationToken),
            cancellationToken);

        // The reading moves the checkpoint; listening again before that would only ring again.
        await Task.Delay(TimeSpan.FromSeconds(2), time, cancellationToken);
    }

    [LoggerMessage(942, LogLevel.Information, "Listening to mailbox {Mailbox} ended")]
    private static partial void Ended(ILogger logger, Exception exception, Guid mailbox);

    private sealed class Watch
    {
        private volatile bool listens;

        public DateTimeOffset Asked { get; set; }

        public bool Listens
        {
            get => listens;
            set => listens = value;
        }

        public Task Task { get; set; } = Task.CompletedTask;
    }
}

/// <summary>The watches, for the scope's tenant.</summary>
public sealed class MailboxWatch(MailboxWatches watches, CurrentTenant tenant)
{
    /// <inheritdoc cref="MailboxWatches.Keep"/>
    internal bool Keep(AnswerMailbox mailbox) => watches.Keep(tenant.Id, mailbox);
}
