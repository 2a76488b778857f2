using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Portal.Shell;
using Imports = LeadGen.Infrastructure.Work.Imports;

namespace LeadGen.Portal.Importing;

/// <summary>Imports as members see and steer them.</summary>
public sealed class ImportActions(Imports imports, MemberAccess access, CurrentMember member)
{
    public Task<IReadOnlyList<Import>> ListAsync(CancellationToken cancellationToken = default) => imports.ListAsync(100, cancellationToken);

    public Task<ImportProgress?> FindAsync(Guid id, CancellationToken cancellationToken = default) => imports.FindAsync(id, cancellationToken);

    /// <returns>Null when done, else why not.</returns>
    public async Task<string?> CancelAsync(Guid id, CancellationToken cancellationToken = default) =>
        await access.MayAsync(MemberRole.Editor, cancellationToken)
            ? Say(await imports.CancelAsync(id, cancellationToken))
            : NotAllowed;

    /// <returns>Null when done, else why not.</returns>
    public async Task<string?> RevertAsync(Guid id, CancellationToken cancellationToken = default) =>
        await access.MayAsync(MemberRole.Editor, cancellationToken)
            ? Say(await imports.RevertAsync(id, member.Actor, cancellationToken))
            : NotAllowed;

    private const string NotAllowed = "Your role does not allow this.";

    private static string? Say(ImportVerdict verdict) => verdict switch
    {
        ImportVerdict.Done => null,
        ImportVerdict.TooLate => "Every row is stored already. Take the import back instead.",
        ImportVerdict.TooEarly => "The import is still running. Cancel it first.",
        _ => "This import is not there any more.",
    };
}
