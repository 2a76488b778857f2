using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Importing;

/// <summary>Uploaded files that wait to be looked at: shown to and changed by those who may import.</summary>
public sealed class DraftActions(ImportDrafts drafts, ImportTrial trial, MemberAccess access)
{
    public async Task<IReadOnlyList<Import>> ListAsync(CancellationToken cancellationToken = default) =>
        await MayAsync(cancellationToken) ? await drafts.ListAsync(cancellationToken) : [];

    public async Task<Import?> FindAsync(Guid id, CancellationToken cancellationToken = default) =>
        await MayAsync(cancellationToken) ? await drafts.FindAsync(id, cancellationToken) : null;

    /// <exception cref="UnusableFile">It cannot be read this way.</exception>
    public async Task<DraftReading> ReadAsync(Import draft, ImportSettings settings, CancellationToken cancellationToken = default)
    {
        await RequireAsync(cancellationToken);
        return await drafts.ReadAsync(draft, settings, cancellationToken);
    }

    public async Task<long> CountAsync(Import draft, IProgress<(long Rows, double? Share)> soFar, CancellationToken cancellationToken = default)
    {
        await RequireAsync(cancellationToken);
        return await drafts.CountAsync(draft, soFar, cancellationToken);
    }

    /// <exception cref="UnusableFile">The file cannot be read with these settings.</exception>
    public async Task<TrialResult> TryAsync(Import draft, ImportSettings settings, CancellationToken cancellationToken = default)
    {
        await RequireAsync(cancellationToken);
        return await trial.RunAsync(draft, settings, cancellationToken);
    }

    public async Task<DraftVerdict> ChangeAsync(Guid id, ImportSettings shown, ImportSettings wanted, CancellationToken cancellationToken = default)
    {
        await RequireAsync(cancellationToken);
        return await drafts.ChangeAsync(id, shown, wanted, cancellationToken);
    }

    public async Task<DraftVerdict> StartAsync(Import draft, ImportSettings shown, CancellationToken cancellationToken = default)
    {
        await RequireAsync(cancellationToken);
        return await drafts.StartAsync(draft, shown, cancellationToken);
    }

    /// <returns>Null when done, else why not.</returns>
    public async Task<string?> DiscardAsync(Guid id, CancellationToken cancellationToken = default) =>
        !await MayAsync(cancellationToken) ? ImportActions.NotAllowed
            : await drafts.DiscardAsync(id, cancellationToken) ? null : "This upload was started or discarded already.";

    private Task<bool> MayAsync(CancellationToken cancellationToken) => access.MayAsync(MemberRole.Editor, cancellationToken);

    private async Task RequireAsync(CancellationToken cancellationToken)
    {
        if (!await MayAsync(cancellationToken))
        {
            throw new DraftRefused(ImportActions.NotAllowed);
        }
    }
}

/// <summary>The draft cannot be worked on; the message says why.</summary>
public sealed class DraftRefused(string message) : InvalidOperationException(message);
