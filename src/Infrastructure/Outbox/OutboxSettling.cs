using LeadGen.Infrastructure.Data.Tenants;

namespace LeadGen.Infrastructure.Outbox;

/// <summary>What a message's row says after an attempt.</summary>
internal static class OutboxSettling
{
    /// <summary>Waiting after a message that was only too early, where the other side names no time.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private const int LongestText = 8_000;

    /// <summary>The messages of a chain, in order: what comes after one that is not through waits behind it.</summary>
    public static IEnumerable<SettledMessage> Settle(
        IReadOnlyList<OutboxMessage> chain, IReadOnlyDictionary<Guid, DeliveryResult> results, DateTime now)
    {
        var notBefore = DateTime.MinValue;
        foreach (var message in chain)
        {
            var settled = results.TryGetValue(message.Id, out var result)
                ? Settle(message, result, now)
                : new SettledMessage(Copy(message, message.DueAt > notBefore ? message.DueAt : notBefore, 0), null);
            if (settled.Row.State == OutboxState.Waiting)
            {
                notBefore = settled.Row.DueAt.AddMilliseconds(1);
            }

            yield return settled;
        }
    }

    private static SettledMessage Settle(OutboxMessage message, DeliveryResult result, DateTime now)
    {
        if (result.Verdict == DeliveryVerdict.Throttled)
        {
            var early = Copy(message, now + (result.RetryAfter ?? Pause), 0);
            (early.LastStatus, early.LastError) = (result.Status, Short(result.Error));
            return new SettledMessage(early, null);
        }

        var retry = result.Verdict == DeliveryVerdict.Failed ? RetrySchedule.After(message.Round + 1, result.RetryAfter) : null;
        var row = Copy(message, now + (retry ?? TimeSpan.Zero), result.Verdict == DeliveryVerdict.Dropped ? 0 : 1);
        row.State = result.Verdict switch
        {
            DeliveryVerdict.Delivered => OutboxState.Delivered,
            DeliveryVerdict.Dropped => OutboxState.Dropped,
            DeliveryVerdict.Refused => OutboxState.Dead,
            DeliveryVerdict.Failed when retry is null => OutboxState.Dead,
            _ => OutboxState.Waiting,
        };
        row.EndedAt = row.State == OutboxState.Waiting ? null : now;
        (row.LastStatus, row.LastError) = (result.Status, Short(result.Error));
        return new SettledMessage(row, result.Verdict == DeliveryVerdict.Dropped ? null : () => new DeliveryAttempt
        {
            MessageId = message.Id,
            Number = row.Attempts,
            At = now.AddMilliseconds(-result.Duration),
            Duration = result.Duration,
            Status = result.Status,
            Error = Short(result.Error),
            Request = Short(result.Request),
            Response = Short(result.Response),
        });
    }

    private static OutboxMessage Copy(OutboxMessage m, DateTime dueAt, int attempts) => new()
    {
        Id = m.Id,
        Channel = m.Channel,
        DestinationId = m.DestinationId,
        Topic = m.Topic,
        LeadId = m.LeadId,
        CreatedAt = m.CreatedAt,
        DueAt = dueAt,
        Attempts = m.Attempts + attempts,
        Round = m.Round + attempts,
        LastStatus = m.LastStatus,
        LastError = m.LastError,
    };

    private static string? Short(string? text) => text?.Length > LongestText ? text[..LongestText] : text;
}
