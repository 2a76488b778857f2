using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>Sorts out, of mails that are locked for sending, those that may not leave any more or not yet.</summary>
internal static class SendScreen
{
    /// <returns>Those that may leave now, in their order.</returns>
    public static async Task<IReadOnlyList<SendCandidate>> RunAsync(
        TenantDb db, Suppressions suppressions, SendGate gate, IReadOnlyList<SendCandidate> messages, DateTime now, CancellationToken cancellationToken)
    {
        var ids = messages.Select(m => m.LeadId).Distinct().ToList();
        var leads = await db.Leads.AsNoTracking().Where(l => ids.Contains(l.Id)).Select(l => new { l.Id, l.Email, l.Country })
            .ToDictionaryAsync(l => l.Id, cancellationToken);
        var closed = await suppressions.FindAsync(db, [.. messages.Select(m => m.To)], cancellationToken);
        var refused = await suppressions.RefusedAsync(db, [.. messages.Select(m => (m.To, gate.TopicOf(m.SequenceId)))], cancellationToken);
        var ways = messages.Where(m => m.EnrollmentId is not null).Select(m => m.EnrollmentId!.Value).ToList();
        var over = ways.Count == 0 ? [] : await db.Enrollments.Where(e => ways.Contains(e.Id) && e.State == EnrollmentState.Stopped)
            .Select(e => new { e.Id, e.StateReason }).ToDictionaryAsync(e => e.Id, e => e.StateReason, cancellationToken);
        var open = new List<SendCandidate>();
        foreach (var message in messages)
        {
            if (!leads.TryGetValue(message.LeadId, out var lead))
            {
                await CancelAsync(db, message, "The lead is no longer there.", now, cancellationToken);
            }
            else if (closed.TryGetValue(message.To, out var reason) && reason == SuppressionReason.Paused)
            {
                // Looked at again each day: the pause ends by itself, or the person comes back sooner.
                await LaterAsync(db, message, now.AddDays(1), cancellationToken);
            }
            else if (closed.ContainsKey(message.To))
            {
                await CancelAsync(db, message, SuppressionWords.Of(reason), now, cancellationToken);
                await OutreachStops.StopAsync(db, [lead.Id], SuppressionWords.Of(reason), now, cancellationToken);
            }
            else if (gate.TopicOf(message.SequenceId) is { } topic && refused.TryGetValue((message.To, topic), out var unwanted))
            {
                await OutreachStops.StopInAsync(db, [lead.Id], [message.SequenceId!.Value], unwanted, now, cancellationToken);
            }
            else if (message.EnrollmentId is { } way && over.TryGetValue(way, out var why))
            {
                // It was on its way when that happened, and its server did not take it then.
                await CancelAsync(db, message, why ?? "The lead's way through the sequence ended.", now, cancellationToken);
            }
            else if (!string.Equals(lead.Email, message.To, StringComparison.Ordinal))
            {
                await CancelAsync(db, message, "The lead's address changed after this mail was written.", now, cancellationToken);
                await AgainAsync(db, message, now, cancellationToken);
            }
            else if (gate.OpensFor(message.SequenceId, lead.Country, now) is not { } opens || opens > now)
            {
                await LaterAsync(db, message, gate.OpensFor(message.SequenceId, lead.Country, now) ?? now.AddDays(1), cancellationToken);
            }
            else
            {
                open.Add(message);
            }
        }

        return open;
    }

    private static Task<int> LaterAsync(TenantDb db, SendCandidate message, DateTime due, CancellationToken cancellationToken) =>
        db.OutreachMessages.Where(m => m.Id == message.Id).ExecuteUpdateAsync(m => m.SetProperty(x => x.DueAt, due), cancellationToken);

    private static Task<int> CancelAsync(TenantDb db, SendCandidate message, string why, DateTime now, CancellationToken cancellationToken) =>
        db.OutreachMessages.Where(m => m.Id == message.Id).ExecuteUpdateAsync(
            m => m.SetProperty(x => x.State, OutreachState.Cancelled).SetProperty(x => x.StateReason, why).SetProperty(x => x.EndedAt, now)
                .SetProperty(x => x.Revision, x => x.Revision + 1),
            cancellationToken);

    /// <summary>The step is written anew, for the address as it is now.</summary>
    private static Task<int> AgainAsync(TenantDb db, SendCandidate message, DateTime now, CancellationToken cancellationToken) =>
        db.Enrollments.Where(e => e.Id == message.EnrollmentId && e.State == EnrollmentState.Waiting).ExecuteUpdateAsync(
            e => e.SetProperty(x => x.State, EnrollmentState.Active).SetProperty(x => x.DueAt, now).SetProperty(x => x.StateReason, (string?)null),
            cancellationToken);
}

/// <summary>Why an address gets nothing, in plain words.</summary>
public static class SuppressionWords
{
    /// <param name="topic">Its name; null when it has none any more.</param>
    public static string OfTopic(string? topic) => topic is null ? "They want no mail about this topic." : $"They want no mail about “{topic}”.";

    public static string Of(SuppressionReason reason) => reason switch
    {
        SuppressionReason.Unsubscribed => "They unsubscribed.",
        SuppressionReason.Complained => "They reported a mail as spam.",
        SuppressionReason.Bounced => "The address does not exist.",
        SuppressionReason.Paused => "They asked for a pause.",
        _ => "The address is on the list of those that get no mail.",
    };
}
