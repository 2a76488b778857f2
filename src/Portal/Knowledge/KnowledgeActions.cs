using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Knowledge;
using LeadGen.Pipeline.Knowledge;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Knowledge;

/// <summary>Documents as members see and keep them: everybody looks and searches, editors change.</summary>
public sealed class KnowledgeActions(KnowledgeBase knowledge, KnowledgeSearch search, MemberAccess access)
{
    public Task<IReadOnlyList<KnowledgeDocument>> ListAsync(CancellationToken cancellationToken = default) => knowledge.ListAsync(cancellationToken);

    public Task<KnowledgeDocument?> FindAsync(Guid id, CancellationToken cancellationToken = default) => knowledge.FindAsync(id, cancellationToken);

    public Task<IReadOnlyList<KnowledgePieceRow>> ChunksAsync(Guid id, int skip, int take, CancellationToken cancellationToken = default) =>
        knowledge.ChunksAsync(id, skip, take, cancellationToken);

    public Task<IReadOnlyList<KnowledgeHit>> SearchAsync(string words, CancellationToken cancellationToken = default) => search.SearchAsync(words, 5, cancellationToken);

    /// <returns>False when the person may not do it, or when it is gone already.</returns>
    public async Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken = default) =>
        await access.MayAsync(MemberRole.Editor, cancellationToken) && await knowledge.DeleteAsync(id, cancellationToken);

    /// <inheritdoc cref="DeleteAsync"/>
    public async Task<bool> RenameAsync(Guid id, string title, CancellationToken cancellationToken = default) =>
        await access.MayAsync(MemberRole.Editor, cancellationToken) && await knowledge.RenameAsync(id, title, cancellationToken);
}
