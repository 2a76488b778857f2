using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Answers;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Answers;

/// <summary>Mailboxes, for admins.</summary>
public sealed class MailboxActions(MailboxSetup setup, MemberAccess access)
{
    private const string NotAllowed = "Your role does not allow this.";

    public async Task<IReadOnlyList<AnswerMailbox>> ListAsync(CancellationToken cancellationToken = default) =>
        await MayAsync(cancellationToken) ? await setup.ListAsync(cancellationToken) : [];

    public async Task<MailboxSaved> SaveAsync(Guid? id, MailboxForm form, CancellationToken cancellationToken = default) =>
        await MayAsync(cancellationToken) ? await setup.SaveAsync(id, form, cancellationToken) : new MailboxSaved(null, "", NotAllowed);

    public async Task<MailboxSaved> AddHookAsync(string address, CancellationToken cancellationToken = default) =>
        await MayAsync(cancellationToken) ? await setup.AddHookAsync(address, cancellationToken) : new MailboxSaved(null, "", NotAllowed);

    /// <returns>What does not work; null when all is well.</returns>
    public async Task<string?> TestAsync(Guid id, CancellationToken cancellationToken = default) =>
        await MayAsync(cancellationToken) ? await setup.TestAsync(id, cancellationToken) : NotAllowed;

    public async Task<string?> SetPausedAsync(Guid id, bool paused, CancellationToken cancellationToken = default)
    {
        if (!await MayAsync(cancellationToken))
        {
            return NotAllowed;
        }

        await setup.SetPausedAsync(id, paused, cancellationToken);
        return null;
    }

    public async Task<string?> RemoveAsync(Guid id, CancellationToken cancellationToken = default)
    {
        if (!await MayAsync(cancellationToken))
        {
            return NotAllowed;
        }

        await setup.RemoveAsync(id, cancellationToken);
        return null;
    }

    private Task<bool> MayAsync(CancellationToken cancellationToken) => access.MayAsync(MemberRole.Admin, cancellationToken);
}
