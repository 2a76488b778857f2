using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach;

/// <summary>Templates of the current tenant: drafted, checked, published, put away.</summary>
public sealed class TemplateEditing(IDbContextFactory<TenantDb> databases, TenantWrites writes, TimeProvider time)
{
    /// <summary>The starter templates as published rows.</summary>
    public static IEnumerable<(Template Row, TemplateVersion Version)> Starters(DateTimeOffset now) => StarterTemplates.All.Select(content =>
    {
        var row = new Template
        {
            Id = Guid.CreateVersion7(now),
            Draft = content,
            Live = content,
            Version = 1,
            CreatedAt = now.UtcDateTime,
            ChangedAt = now.UtcDateTime,
            PublishedAt = now.UtcDateTime,
        };
        return (row, new TemplateVersion { TemplateId = row.Id, Version = 1, Content = content, PublishedAt = now.UtcDateTime, Actor = "system" });
    });

    public async Task<IReadOnlyList<Template>> ListAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Templates.AsNoTracking().OrderBy(t => t.CreatedAt).ThenBy(t => t.Id).ToListAsync(cancellationToken);
    }

    public async Task<Template?> FindAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Templates.AsNoTracking().SingleOrDefaultAsync(t => t.Id == id, cancellationToken);
    }

    /// <summary>Published versions, newest first.</summary>
    public async Task<IReadOnlyList<TemplateVersion>> VersionsAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.TemplateVersions.AsNoTracking().Where(v => v.TemplateId == id).OrderByDescending(v => v.Version).ToListAsync(cancellationToken);
    }

    public Task<TemplateSaved> CreateAsync(TemplateContent draft, CancellationToken cancellationToken = default) =>
        TemplateRules.CheckDraft(draft) is { Count: > 0 } problems
            ? Task.FromResult(new TemplateSaved(null, problems, false))
            : writes.RunAsync(
                async (db, ct) =>
                {
                    var now = time.GetUtcNow();
                    var row = new Template { Id = Guid.CreateVersion7(now), Draft = draft, CreatedAt = now.UtcDateTime, ChangedAt = now.UtcDateTime };
                    db.Templates.Add(row);
                    await db.SaveChangesAsync(ct);
                    return new TemplateSaved(row, [], false);
                },
                cancellationToken);

    /// <summary>Replaces the draft, if it still is the one that the editor began with.</summary>
    public Task<TemplateSaved> SaveAsync(Guid id, TemplateContent draft, int revision, CancellationToken cancellationToken = default) =>
        TemplateRules.CheckDraft(draft) is { Count: > 0 } problems
            ? Task.FromResult(new TemplateSaved(null, problems, false))
            : ChangeAsync(id, revision, (_, row, _) => row.Draft = draft, cancellationToken);

    /// <summary>Saves the draft and makes it the next version, both or neither.</summary>
    /// <param name="actor">See <see cref="TemplateVersion.Actor"/>.</param>
    public Task<TemplateSaved> PublishAsync(Guid id, TemplateContent draft, int revision, string actor, CancellationToken cancellationToken = default) =>
        TemplateRules.CheckLive(draft) is { Count: > 0 } problems
            ? Task.FromResult(new TemplateSaved(null, problems, false))
            : ChangeAsync(
                id,
                revision,
                (db, row, now) =>
                {
                    (row.Draft, row.Live, row.PublishedAt) = (draft, draft, now);
                    row.Version++;
                    db.TemplateVersions.Add(new TemplateVersion { TemplateId = id, Version = row.Version, Content = draft, PublishedAt = now, Actor = actor });
                },
                cancellationToken);

    /// <summary>No new mails are written from it; its versions and the mails stay.</summary>
    public Task<TemplateSaved> PutAwayAsync(Guid id, int revision, CancellationToken cancellationToken = default) =>
        ChangeAsync(id, revision, (_, row, _) => row.Live = null, cancellationToken);

    private Task<TemplateSaved> ChangeAsync(
        Guid id, int revision, Action<TenantDb, Template, DateTime> change, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            var row = await db.Templates.Where(t => t.Id == id).ForUpdate().SingleOrDefaultAsync(ct);
            if (row is null || row.Revision != revision)
            {
                return new TemplateSaved(row, [], row is not null);
            }

            var now = time.GetUtcNow().UtcDateTime;
            change(db, row, now);
            row.ChangedAt = now;
            row.Revision++;
            await db.SaveChangesAsync(ct);
            return new TemplateSaved(row, [], false);
        },
        cancellationToken);
}

/// <summary>What became of a save.</summary>
/// <param name="Row">The template as it is stored now; null when it was not found or not valid.</param>
/// <param name="Problems">What is wrong with it.</param>
/// <param name="Conflict">Somebody else saved meanwhile; nothing was changed.</param>
public sealed record TemplateSaved(Template? Row, IReadOnlyList<FieldProblem> Problems, bool Conflict);
