using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Pipeline.Outreach;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Outreach;

/// <summary>Senders and the list of shut addresses, for those who may change them.</summary>
public sealed class SenderActions(SenderEditing senders, SuppressionList suppressions, OutreachPauses pauses, MemberAccess access, CurrentMember member, OutreachLinks links)
{
    public const string NotAllowed = "Your role does not allow this.";

    public bool CanChange => access.Can(MemberRole.Admin);

    public bool CanAdd => access.Can(MemberRole.Editor);

    /// <summary>Whether receivers reach this portal over https from everywhere.</summary>
    public bool IsPublic => links.IsPublic;

    public Task<IReadOnlyList<Sender>> ListAsync(CancellationToken cancellationToken = default) => senders.ListAsync(cancellationToken);

    public Task<IReadOnlyDictionary<Guid, (int Sent, int Waiting)>> CountsAsync(DateTime since, CancellationToken cancellationToken = default) => senders.CountsAsync(since, cancellationToken);

    /// <summary>What there is to know about complaints, in plain words; null when nothing.</summary>
    public Task<string?> WarningAsync(CancellationToken cancellationToken = default) => pauses.WarningAsync(cancellationToken);

    public async Task<(Sender? Sender, IReadOnlyDictionary<string, string> Problems)> SaveAsync(Guid? id, SenderFields fields, CancellationToken cancellationToken = default) =>
        await access.MayAsync(MemberRole.Admin, cancellationToken)
            ? await senders.SaveAsync(id, fields, cancellationToken)
            : (null, new Dictionary<string, string> { [""] = NotAllowed });

    /// <returns>What is wrong; null when it works.</returns>
    public Task<string?> TestAsync(Guid id, CancellationToken cancellationToken = default) => AskAsync(() => senders.TestAsync(id, cancellationToken), cancellationToken);

    /// <returns>What is wrong; null when it was done.</returns>
    public Task<string?> DoAsync(Guid id, SenderDeed deed, CancellationToken cancellationToken = default) => AskAsync(
        async () => await (deed switch
        {
            SenderDeed.Pause => senders.PauseAsync(id, cancellationToken),
            SenderDeed.Resume => senders.ResumeAsync(id, cancellationToken),
            SenderDeed.MakeKey => senders.MakeKeyAsync(id, cancellationToken),
            SenderDeed.SendUnchecked => senders.SendUncheckedAsync(id, true, cancellationToken),
            SenderDeed.NeedCheck => senders.SendUncheckedAsync(id, false, cancellationToken),
            _ => CheckAsync(id, cancellationToken),
        }) ? null : "The sender is not there any more.",
        cancellationToken);

    /// <returns>Why it cannot go; null when it went.</returns>
    public Task<string?> DeleteAsync(Guid id, CancellationToken cancellationToken = default) => AskAsync(() => senders.DeleteAsync(id, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<Suppression>> SuppressionsAsync(string? text, int skip, int most, CancellationToken cancellationToken = default) =>
        suppressions.ListAsync(text, skip, most, cancellationToken);

    public Task<IReadOnlyDictionary<SuppressionReason, int>> SuppressionCountsAsync(CancellationToken cancellationToken = default) => suppressions.CountsAsync(cancellationToken);

    /// <summary>Adds addresses; null when the person may not.</summary>
    public async Task<SuppressionsAdded?> SuppressAsync(string text, CancellationToken cancellationToken = default) =>
        await access.MayAsync(MemberRole.Editor, cancellationToken)
            ? await suppressions.AddAsync(text.Split(['\n', '\r', ',', ';', '\t']), member.Actor, cancellationToken)
            : null;

    /// <returns>What is wrong; null when it is open again.</returns>
    public Task<string?> OpenAgainAsync(byte[] hash, CancellationToken cancellationToken = default) => AskAsync(
        async () => await suppressions.RemoveAsync(hash, cancellationToken) ? null : "Only addresses that a member added can be taken off the list.", cancellationToken);

    private async Task<bool> CheckAsync(Guid id, CancellationToken cancellationToken) => await senders.CheckAsync(id, cancellationToken) is not null;

    private async Task<string?> AskAsync(Func<Task<string?>> act, CancellationToken cancellationToken) =>
        await access.MayAsync(MemberRole.Admin, cancellationToken) ? await act() : NotAllowed;
}

/// <summary>What an admin does with a sender.</summary>
public enum SenderDeed
{
    Pause,
    Resume,
    MakeKey,
    Check,
    SendUnchecked,
    NeedCheck,
}
