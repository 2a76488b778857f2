using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Deliveries;

/// <summary>Sends again what was given up, for editors.</summary>
public sealed class DeliveryActions(OutboxReplay replay, MemberAccess access)
{
    private const string NotAllowed = "Your role does not allow this.";

    /// <returns>Null when done, else why not.</returns>
    public async Task<string?> ReplayAsync(Guid id, CancellationToken cancellationToken = default) =>
        !await access.MayAsync(MemberRole.Editor, cancellationToken) ? NotAllowed
        : await replay.ReplayAsync(id, cancellationToken) ? null
        : "This delivery waits already, or is not wanted any more.";

    /// <returns>How many are sent again, or why not.</returns>
    public async Task<(int Replayed, string? Problem)> ReplayDeadAsync(Guid? destinationId, CancellationToken cancellationToken = default) =>
        await access.MayAsync(MemberRole.Editor, cancellationToken)
            ? (await replay.ReplayAsync(new ReplayFilter { DestinationId = destinationId }, cancellationToken), null)
            : (0, NotAllowed);
}
