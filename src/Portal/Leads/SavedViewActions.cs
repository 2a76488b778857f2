using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Portal.Shell;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Leads;

/// <summary>Lists that somebody gave a name. Everybody sees their own and the shared ones; only who made one, and admins, change it.</summary>
public sealed class SavedViewActions(
    TenantWrites writes, IDbContextFactory<TenantDb> databases, MemberAccess access, CurrentMember member, TimeProvider time)
{
    public const int LongestName = 60;

    /// <summary>Begins the query of a row that only keeps a person's columns of a built-in view.</summary>
    private const string BuiltIn = "builtin:";

    private const int Most = 100;

    public bool MayChange(SavedView view) => access.Can(MemberRole.Editor) && (view.OwnerId == member.UserId || access.Can(MemberRole.Admin));

    /// <summary>In the order of the tabs.</summary>
    public async Task<IReadOnlyList<SavedView>> ListAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.SavedViews.AsNoTracking().Where(v => (v.Shared || v.OwnerId == member.UserId) && !v.Query.StartsWith(BuiltIn))
            .OrderBy(v => v.Position).ThenBy(v => v.Id).Take(Most).ToListAsync(cancellationToken);
    }

    /// <summary>The columns that the person chose for built-in views, by the view's name.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> OwnColumnsAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db.SavedViews.AsNoTracking().Where(v => v.OwnerId == member.UserId && v.Query.StartsWith(BuiltIn)).ToListAsync(cancellationToken);
        return rows.DistinctBy(r => r.Query).ToDictionary(r => r.Query[BuiltIn.Length..], r => (IReadOnlyList<string>)r.Columns);
    }

    /// <summary>A person's own choice of columns is no change of the workspace: every member has it.</summary>
    public Task KeepColumnsAsync(string builtIn, IReadOnlyList<string> columns, CancellationToken cancellationToken = default) => member.Role is null
        ? Task.CompletedTask
        : writes.RunAsync(
            async (db, ct) =>
            {
                var query = BuiltIn + builtIn;
                var row = await db.SavedViews.FirstOrDefaultAsync(v => v.OwnerId == member.UserId && v.Query == query, ct);
                if (row is null)
                {
                    db.SavedViews.Add(row = New("Columns", query, false, 0));
                }

                row.Columns = [.. columns];
                await db.SaveChangesAsync(ct);
            },
            cancellationToken);

    public async Task<ViewOutcome> SaveAsync(
        string name, string query, IReadOnlyList<string> columns, bool shared, CancellationToken cancellationToken = default)
    {
        var word = name.Trim();
        if (word.Length is 0 or > LongestName)
        {
            return new ViewOutcome(null, $"A view's name has 1 to {LongestName} characters.");
        }

        return !await access.MayAsync(MemberRole.Editor, cancellationToken)
            ? ViewOutcome.NotAllowed
            : await writes.RunAsync(
                async (db, ct) =>
                {
                    var position = await db.SavedViews.Select(v => (int?)v.Position).MaxAsync(ct) ?? 0;
                    var view = New(word, query, shared, position + 1);
                    view.Columns = [.. columns];
                    db.SavedViews.Add(view);
                    await db.SaveChangesAsync(ct);
                    return new ViewOutcome(view, null);
                },
                cancellationToken);
    }

    /// <summary>Changes a view that the person may change.</summary>
    public async Task<ViewOutcome> ChangeAsync(Guid id, Action<SavedView> change, CancellationToken cancellationToken = default)
    {
        var editor = await access.MayAsync(MemberRole.Editor, cancellationToken);
        var admin = await access.MayAsync(MemberRole.Admin, cancellationToken);
        return !editor
            ? ViewOutcome.NotAllowed
            : await writes.RunAsync(
                async (db, ct) =>
                {
                    if (await db.SavedViews.FirstOrDefaultAsync(v => v.Id == id, ct) is not { } view)
                    {
                        return new ViewOutcome(null, "This view is not there any more.");
                    }

                    if (view.OwnerId != member.UserId && !(admin && view.Shared))
                    {
                        return ViewOutcome.NotAllowed;
                    }

                    change(view);
                    if (view.Name.Length is 0 or > LongestName)
                    {
                        return new ViewOutcome(null, $"A view's name has 1 to {LongestName} characters.");
                    }

                    view.UpdatedAt = time.GetUtcNow().UtcDateTime;
                    await db.SaveChangesAsync(ct);
                    return new ViewOutcome(view, null);
                },
                cancellationToken);
    }

    /// <summary>Puts the views in this order; those that are not the person's to change keep their places among them.</summary>
    public async Task<ViewOutcome> OrderAsync(IReadOnlyList<Guid> order, CancellationToken cancellationToken = default) =>
        !await access.MayAsync(MemberRole.Editor, cancellationToken)
            ? ViewOutcome.NotAllowed
            : await writes.RunAsync(
                async (db, ct) =>
                {
                    foreach (var view in await db.SavedViews.Where(v => order.Contains(v.Id) && (v.Shared || v.OwnerId == member.UserId)).ToListAsync(ct))
                    {
                        view.Position = order.ToList().IndexOf(view.Id) + 1;
                    }

                    await db.SaveChangesAsync(ct);
                    return new ViewOutcome(null, null);
                },
                cancellationToken);

    /// <returns>The view that went, so that it can be put back.</returns>
    public async Task<ViewOutcome> DeleteAsync(Guid id, CancellationToken cancellationToken = default)
    {
        var found = await ChangeAsync(id, _ => { }, cancellationToken);
        if (found.View is not null)
        {
            await writes.RunAsync((db, ct) => db.SavedViews.Where(v => v.Id == id).ExecuteDeleteAsync(ct), cancellationToken);
        }

        return found;
    }

    /// <summary>Undo of <see cref="DeleteAsync"/>.</summary>
    public async Task<ViewOutcome> PutBackAsync(SavedView view, CancellationToken cancellationToken = default) =>
        !await access.MayAsync(MemberRole.Editor, cancellationToken)
            ? ViewOutcome.NotAllowed
            : await writes.RunAsync(
                async (db, ct) =>
                {
                    if (!await db.SavedViews.AnyAsync(v => v.Id == view.Id, ct))
                    {
                        db.SavedViews.Add(view);
                        await db.SaveChangesAsync(ct);
                    }

                    return new ViewOutcome(view, null);
                },
                cancellationToken);

    private SavedView New(string name, string query, bool shared, int position) => new()
    {
        Id = Guid.CreateVersion7(time.GetUtcNow()),
        Name = name,
        OwnerId = member.UserId,
        Shared = shared,
        Query = query,
        Position = position,
        UpdatedAt = time.GetUtcNow().UtcDateTime,
    };
}

/// <summary>What became of a change to a view.</summary>
/// <param name="Problem">Null when done.</param>
public sealed record ViewOutcome(SavedView? View, string? Problem)
{
    public static readonly ViewOutcome NotAllowed = new(null, "Your role does not allow this.");
}
