using System.Globalization;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Feedback;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Answers;

/// <summary>Keeps what the links and the picture of a mail tell, where the tenant wants to know: clicks count, opens are shown as estimates and never count.</summary>
public sealed class Tracking(IDbContextFactory<TenantDb> databases, TenantWrites writes, FeedbackActions feedback, TimeProvider time)
{
    private const string Actor = "outreach";
    private const int LongestAgent = 300;

    /// <param name="userAgent">As the caller gave it.</param>
    /// <param name="counts">False for a look ahead (HEAD), which no person makes.</param>
    /// <returns>Where the link leads; null when there is no such mail or link.</returns>
    public async Task<string?> ClickAsync(Guid messageId, int number, string? userAgent, bool counts, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.OutreachMessages.AsNoTracking().Where(m => m.Id == messageId).Select(m => new { m.Html, m.LeadId, m.SentAt, m.SendingAt }).SingleOrDefaultAsync(cancellationToken) is not { } message
            || TrackedLinks.LinkOf(message.Html, number) is not { } link)
        {
            return null;
        }

        if (counts && (await db.Meta.AsNoTracking().SingleAsync(cancellationToken)).Settings.TracksClicks)
        {
            // Whoever presses twice means it once.
            var now = time.GetUtcNow().UtcDateTime;
            var id = string.Create(CultureInfo.InvariantCulture, $"click:{messageId:N}:{number}:{now:yyyyMMddHHmm}:{(MachineAgents.Contain(userAgent) ? "machine" : "")}");
            await writes.RunAsync(
                async (write, ct) =>
                {
                    await feedback.RecordAsync(
                        write,
                        new GivenFeedback(id, message.LeadId, null, FeedbackKind.Clicked, now) { Url = link, DeliveredAt = message.SentAt ?? message.SendingAt, UserAgent = Short(userAgent) },
                        Actor,
                        ct);
                    write.Raise(WorkKind.Leads);
                },
                cancellationToken);
        }

        return link;
    }

    /// <summary>The mail's picture was fetched, by a person's program or by a machine of their provider: nobody can tell.</summary>
    public async Task OpenAsync(Guid messageId, string? userAgent, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (!(await db.Meta.AsNoTracking().SingleAsync(cancellationToken)).Settings.TracksOpens
            || await db.OutreachMessages.AsNoTracking().Where(m => m.Id == messageId).Select(m => new { m.LeadId, m.SentAt, m.SendingAt }).SingleOrDefaultAsync(cancellationToken) is not { } message)
        {
            return;
        }

        // No label and no feature: the lead is not scored again, and once an hour is enough to know.
        var now = time.GetUtcNow().UtcDateTime;
        var id = string.Create(CultureInfo.InvariantCulture, $"open:{messageId:N}:{now:yyyyMMddHH}");
        await writes.RunAsync(
            async (write, ct) =>
            {
                if (!await write.Feedback.AnyAsync(f => f.Id == id, ct))
                {
                    write.Feedback.Add(new FeedbackEvent
                    {
                        Id = id,
                        LeadId = message.LeadId,
                        Kind = FeedbackKind.Opened,
                        OccurredAt = now,
                        ReceivedAt = now,
                        DeliveredAt = message.SentAt ?? message.SendingAt,
                        UserAgent = Short(userAgent),
                    });
                    await write.SaveChangesAsync(ct);
                }
            },
            cancellationToken);
    }

    private static string? Short(string? agent) => agent is { Length: > LongestAgent } ? agent[..LongestAgent] : agent;
}
