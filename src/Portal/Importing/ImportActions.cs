using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Portal.Shell;
using Imports = LeadGen.Infrastructure.Work.Imports;

namespace LeadGen.Portal.Importing;

/// <summary>Imports as members see and steer them.</summary>
public sealed class ImportActions(
    Imports imports, ImportSteering steering, ImportReverts reverts, CurrentTenant tenant, MemberAccess access, CurrentMember member)
{
    /// <summary>Imports that a list shows at most.</summary>
    public const int Most = 100;

    public Task<IReadOnlyList<Import>> ListAsync(string named = "", CancellationToken cancellationToken = default) =>
        imports.ListAsync(named, Most, cancellationToken);

    public Task<ImportProgress?> FindAsync(Guid id, CancellationToken cancellationToken = default) => imports.FindAsync(id, cancellationToken);

    public Task<IReadOnlyList<ImportReason>> ReasonsAsync(Guid id, CancellationToken cancellationToken = default) =>
        steering.ReasonsAsync(id, cancellationToken: cancellationToken);

    public Task<RevertForecast> ForecastAsync(Guid id, CancellationToken cancellationToken = default) => steering.ForecastAsync(id, cancellationToken);

    /// <summary>How far the import has been taken back, 0 to 1; null when nobody does.</summary>
    public double? RevertShare(Guid id) => reverts.ShareOf(tenant.Id, id);

    /// <returns>Null when done, else why not.</returns>
    public Task<string?> PauseAsync(Guid id, CancellationToken cancellationToken = default) =>
        AsEditorAsync(() => steering.PauseAsync(id, cancellationToken), "Every row is stored already; only scoring goes on.", cancellationToken);

    /// <returns>Null when done, else why not.</returns>
    public Task<string?> ResumeAsync(Guid id, CancellationToken cancellationToken = default) =>
        AsEditorAsync(() => steering.ResumeAsync(id, cancellationToken), "The import is not paused any more.", cancellationToken);

    /// <returns>Null when done, else why not.</returns>
    public Task<string?> CancelAsync(Guid id, CancellationToken cancellationToken = default) =>
        AsEditorAsync(() => imports.CancelAsync(id, cancellationToken), "Every row is stored already. Take the import back instead.", cancellationToken);

    /// <summary>Begins to take the import back; it goes on when the page is left.</summary>
    /// <returns>Null when begun, else why not.</returns>
    public async Task<string?> RevertAsync(Guid id, CancellationToken cancellationToken = default)
    {
        if (!await access.MayAsync(MemberRole.Editor, cancellationToken))
        {
            return NotAllowed;
        }

        var found = await imports.FindAsync(id, cancellationToken);
        if (found is null || ImportWords.IsUnderWay(found.Import))
        {
            return Say(found is null ? ImportVerdict.NotFound : ImportVerdict.TooEarly, "");
        }

        reverts.Begin(tenant.Id, id, member.Actor);
        return null;
    }

    internal const string NotAllowed = "Your role does not allow this.";

    private async Task<string?> AsEditorAsync(Func<Task<ImportVerdict>> work, string tooLate, CancellationToken cancellationToken) =>
        await access.MayAsync(MemberRole.Editor, cancellationToken) ? Say(await work(), tooLate) : NotAllowed;

    private static string? Say(ImportVerdict verdict, string tooLate) => verdict switch
    {
        ImportVerdict.Done => null,
        ImportVerdict.TooLate => tooLate,
        ImportVerdict.TooEarly => "The import is still running. Cancel it first.",
        _ => "This import is not there any more.",
    };
}
