using System.Collections.Concurrent;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using MailKit;
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
                // The mailbox was changed: with what it is now.
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

            await ListenAsync(client, folder, mailbox, services, tenant, watch, cancellationToken);
            await client.DisconnectAsync(quit: true, cancellationToken);
            return true;
        }
    }

    /// <summary>As long as the mailbox stays as it is.</summary>
    private async Task ListenAsync(
        ImapClient client, IMailFolder folder, AnswerMailbox mailbox, IServiceProvider services, TenantId tenant, Watch watch, CancellationToken cancellationToken)
    {
        CancellationTokenSource? done = null;

        // Mail that came between the last reading and now rings nobody's bell.
        var told = folder.UidNext is { } next && next.Id - 1 > mailbox.LastUid;
        folder.CountChanged += (_, _) =>
        {
            told = true;
            done?.Cancel();
        };
        try
        {
            while (time.GetUtcNow() - watch.Asked < Forgotten && await IsSameAsync(services, mailbox, cancellationToken))
            {
                if (told)
                {
                    told = false;
                    await RingAsync(services, tenant, mailbox.Id, cancellationToken);
                }

                using var limit = new CancellationTokenSource(Longest, time);
                done = limit;
                watch.Listens = true;
                await client.IdleAsync(limit.Token, cancellationToken);
                done = null;
            }
        }
        finally
        {
            watch.Listens = false;
        }
    }

    private static async Task<bool> IsSameAsync(IServiceProvider services, AnswerMailbox mailbox, CancellationToken cancellationToken)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync(cancellationToken);
        return await db.Mailboxes.AnyAsync(m => m.Id == mailbox.Id && m.Revision == mailbox.Revision && m.State == MailboxState.Active, cancellationToken);
    }

    private Task RingAsync(IServiceProvider services, TenantId tenant, Guid id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return board.AnnounceAsync(
            tenant,
            WorkKind.Answers,
            () => services.GetRequiredService<TenantWrites>().RunAsync(
                (db, ct) => db.Mailboxes.Where(m => m.Id == id && m.NextReadAt > now).ExecuteUpdateAsync(m => m.SetProperty(x => x.NextReadAt, now), ct), cancellationToken),
            cancellationToken);
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
