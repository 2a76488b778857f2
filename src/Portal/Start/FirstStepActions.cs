using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Matching;
using LeadGen.Portal.Demo;
using LeadGen.Portal.Icps;
using LeadGen.Portal.Importing;
using LeadGen.Portal.Shell;
using Microsoft.EntityFrameworkCore;
using Imports = LeadGen.Infrastructure.Work.Imports;

namespace LeadGen.Portal.Start;

/// <summary>The first steps of a workspace: where it stands, and what its editors do about them.</summary>
public sealed class FirstStepActions(
    IDbContextFactory<TenantDb> databases,
    TenantWrites writes,
    Imports imports,
    ImportActions importing,
    IcpActions icps,
    MemberAccess access,
    TimeProvider time)
{
    private const string NotAllowed = "Your role does not allow this.";

    public async Task<FirstSteps> ReadAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var settings = await db.Meta.AsNoTracking().Select(m => m.Settings).SingleAsync(cancellationToken);
        if (settings.FirstStepsDone)
        {
            return FirstSteps.Away;
        }

        var profile = await icps.FindAsync(cancellationToken);
        var hasLeads = await db.Leads.AnyAsync(cancellationToken);
        var sample = await SampleAsync(db, cancellationToken);
        return new FirstSteps(
            false,
            profile is { Revision: > 1 } ? StepState.Done : Skipped(FirstStep.Profile),
            hasLeads || sample is not null ? StepState.Done : Skipped(FirstStep.Leads),
            settings.FirstStepsSkipped.Contains(nameof(FirstStep.Look)) ? StepState.Done : StepState.Open,
            profile?.Draft.Name ?? "",
            profile?.Live is { } live && live.Version == profile.Draft.Version && live.Name == profile.Draft.Name,
            sample);

        StepState Skipped(FirstStep step) => settings.FirstStepsSkipped.Contains(step.ToString()) ? StepState.Skipped : StepState.Open;
    }

    /// <summary>Marks a step as skipped, or the result as looked at.</summary>
    /// <returns>Null when done, else why not.</returns>
    public Task<string?> SkipAsync(FirstStep step, CancellationToken cancellationToken = default) => ChangeAsync(
        s => s with { FirstStepsSkipped = [.. s.FirstStepsSkipped.Append(step.ToString()).Distinct()] }, cancellationToken);

    /// <summary>The steps never come back.</summary>
    /// <returns>Null when done, else why not.</returns>
    public Task<string?> PutAwayAsync(CancellationToken cancellationToken = default) =>
        ChangeAsync(s => s with { FirstStepsDone = true }, cancellationToken);

    /// <summary>Makes the draft the workspace's profile, live or to be edited further.</summary>
    /// <returns>Null when done, else why not.</returns>
    public async Task<string?> TakeProfileAsync(Icp draft, bool publish, CancellationToken cancellationToken = default)
    {
        var present = await icps.FindAsync(cancellationToken);
        var named = draft with { Id = present?.Id ?? draft.Id };
        var outcome = publish
            ? await icps.PublishAsync(present?.Id, named, present?.Revision ?? 0, cancellationToken)
            : await icps.SaveAsync(present?.Id, named, present?.Revision ?? 0, cancellationToken);
        return outcome.Saved switch
        {
            null => NotAllowed,
            { Conflict: true } => "Somebody else changed the profile just now. Try again.",
            { Problems: [var problem, ..] } => problem.Reason,
            { Row: null } => "This profile is not there any more.",
            _ => null,
        };
    }

    /// <summary>Imports the sample leads through the same door as every file; asked twice, it is one import.</summary>
    /// <returns>The import, or why there is none.</returns>
    public async Task<(Import? Import, string? Problem)> ImportSampleAsync(CancellationToken cancellationToken = default)
    {
        if (!await access.MayAsync(MemberRole.Editor, cancellationToken))
        {
            return (null, NotAllowed);
        }

        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            if (await SampleAsync(db, cancellationToken) is { } there)
            {
                return (there, null);
            }
        }

        await using var file = SampleLeads.Open(time.GetUtcNow().UtcDateTime, SampleLeads.Tag);
        return (await imports.QueueAsync(file, SampleLeads.FileName, new ImportSettings(), SampleLeads.Actor, cancellationToken), null);
    }

    /// <summary>Takes the import of the sample leads back.</summary>
    /// <returns>Null when done, else why not.</returns>
    public async Task<string?> RemoveSampleAsync(Guid import, CancellationToken cancellationToken = default) =>
        await importing.RevertAsync(import, cancellationToken);

    private static Task<Import?> SampleAsync(TenantDb db, CancellationToken cancellationToken) => db.Imports.AsNoTracking()
        .Where(i => i.FileName == SampleLeads.FileName && i.Actor == SampleLeads.Actor && i.State != ImportState.Reverted)
        .OrderByDescending(i => i.CreatedAt).FirstOrDefaultAsync(cancellationToken);

    private async Task<string?> ChangeAsync(Func<TenantSettings, TenantSettings> change, CancellationToken cancellationToken)
    {
        if (!await access.MayAsync(MemberRole.Editor, cancellationToken))
        {
            return NotAllowed;
        }

        await writes.RunAsync(
            async (db, ct) =>
            {
                await db.LockTenantAsync(ct);
                var meta = await db.Meta.SingleAsync(ct);
                meta.Settings = change(meta.Settings);
                await db.SaveChangesAsync(ct);
            },
            cancellationToken);
        return null;
    }
}
