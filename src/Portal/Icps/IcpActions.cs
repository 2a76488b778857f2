using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Matching;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Icps;

/// <summary>The workspace's profile as members edit it.</summary>
public sealed class IcpActions(IcpEditing editing, MemberAccess access, CurrentMember member)
{
    /// <summary>The live profile, or the newest draft when none is live.</summary>
    public async Task<IcpRow?> FindAsync(CancellationToken cancellationToken = default)
    {
        var rows = await editing.ListAsync(cancellationToken);
        return rows.FirstOrDefault(r => r.Live is not null) ?? (rows.Count == 0 ? null : rows[^1]);
    }

    public async Task<IcpOutcome> SaveAsync(Guid? id, Icp draft, int revision, CancellationToken cancellationToken = default)
    {
        if (!await access.MayAsync(MemberRole.Editor, cancellationToken))
        {
            return IcpOutcome.Refused;
        }

        return new IcpOutcome(id is { } known
            ? await editing.SaveAsync(known, draft, revision, cancellationToken)
            : await editing.CreateAsync(draft, cancellationToken));
    }

    /// <summary>Saves, then makes it live; a conflict or a problem stops before that.</summary>
    public async Task<IcpOutcome> PublishAsync(Guid? id, Icp draft, int revision, CancellationToken cancellationToken = default)
    {
        var saved = await SaveAsync(id, draft, revision, cancellationToken);
        return saved.Saved is { Row: { } row, Conflict: false, Problems.Count: 0 }
            ? new IcpOutcome(new IcpSaved(await editing.PublishAsync(row.Id, member.Actor, cancellationToken), [], false))
            : saved;
    }
}

/// <summary>What became of a save or publication.</summary>
/// <param name="Saved">Null when the person may not do it.</param>
public sealed record IcpOutcome(IcpSaved? Saved)
{
    public static readonly IcpOutcome Refused = new((IcpSaved?)null);
}
