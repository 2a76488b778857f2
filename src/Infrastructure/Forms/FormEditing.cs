using System.Security.Cryptography;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Ingestion;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Forms;

/// <summary>Web forms of the current tenant: drafted, checked, published, taken down.</summary>
public sealed class FormEditing(IDbContextFactory<TenantDb> databases, TenantWrites writes, TimeProvider time)
{
    private const int KeyLength = 12;

    /// <summary>What a new form begins with.</summary>
    public static FormDefinition Starter(string name) => new()
    {
        Name = name,
        Title = "Get in touch",
        Intro = "Tell us what you are looking for. We answer within a working day.",
        Fields =
        [
            new("email", "Work e-mail", "email", true),
            new("fullName", "Name", "text", false),
            new("companyName", "Company", "text", false),
            new("message", "How can we help?", "long", false),
        ],
    };

    public async Task<IReadOnlyList<FormLine>> ListAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var forms = await db.Forms.AsNoTracking().OrderBy(f => f.CreatedAt).ToListAsync(cancellationToken);
        var counts = (await db.Submissions.GroupBy(s => new { s.FormId, s.State })
            .Select(g => new { g.Key.FormId, g.Key.State, Count = g.Count(), Last = g.Max(s => s.At) }).ToListAsync(cancellationToken)).ToLookup(c => c.FormId);
        return
        [
            .. forms.Select(f => new FormLine(
                f,
                counts[f.Id].Sum(c => c.Count),
                counts[f.Id].Where(c => c.State == SubmissionState.Taken).Sum(c => c.Count),
                counts[f.Id].Where(c => c.State == SubmissionState.Spam).Sum(c => c.Count),
                counts[f.Id].Select(c => (DateTime?)c.Last).Max())),
        ];
    }

    public async Task<WebForm?> FindAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Forms.AsNoTracking().SingleOrDefaultAsync(f => f.Id == id, cancellationToken);
    }

    /// <summary>The form behind a public address; null when there is none, or when it is not published.</summary>
    public async Task<WebForm?> FindLiveAsync(string key, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Forms.AsNoTracking().SingleOrDefaultAsync(f => f.Key == key && f.Live != null, cancellationToken);
    }

    public Task<FormSaved> CreateAsync(FormDefinition draft, CancellationToken cancellationToken = default) =>
        FormRules.Check(draft) is { Count: > 0 } problems
            ? Task.FromResult(new FormSaved(null, problems, false))
            : writes.RunAsync(
                async (db, ct) =>
                {
                    var now = time.GetUtcNow();
                    var row = new WebForm
                    {
                        Id = Guid.CreateVersion7(now),
                        Key = RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", KeyLength),
                        Draft = draft,
                        CreatedAt = now.UtcDateTime,
                        ChangedAt = now.UtcDateTime,
                    };
                    db.Forms.Add(row);
                    await db.SaveChangesAsync(ct);
                    return new FormSaved(row, [], false);
                },
                cancellationToken);

    /// <summary>Replaces the draft, if it still is the one that the editor began with.</summary>
    public Task<FormSaved> SaveAsync(Guid id, FormDefinition draft, int revision, CancellationToken cancellationToken = default) =>
        FormRules.Check(draft) is { Count: > 0 } problems
            ? Task.FromResult(new FormSaved(null, problems, false))
            : ChangeAsync(id, revision, row => row.Draft = draft, cancellationToken);

    /// <summary>Saves the draft and shows it to the public, both or neither.</summary>
    public Task<FormSaved> PublishAsync(Guid id, FormDefinition draft, int revision, CancellationToken cancellationToken = default) =>
        FormRules.Check(draft) is { Count: > 0 } problems
            ? Task.FromResult(new FormSaved(null, problems, false))
            : ChangeAsync(
                id,
                revision,
                row => (row.Draft, row.Live, row.PublishedAt) = (draft, draft, time.GetUtcNow().UtcDateTime),
                cancellationToken);

    /// <summary>Shows it to nobody any more; what was sent stays, and letters that wait for a click can still be confirmed.</summary>
    public Task<FormSaved> TakeDownAsync(Guid id, int revision, CancellationToken cancellationToken = default) =>
        ChangeAsync(id, revision, row => row.Live = null, cancellationToken);

    private Task<FormSaved> ChangeAsync(Guid id, int revision, Action<WebForm> change, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            var row = await db.Forms.Where(f => f.Id == id).ForUpdate().SingleOrDefaultAsync(ct);
            if (row is null || row.Revision != revision)
            {
                return new FormSaved(row, [], row is not null);
            }

            change(row);
            row.ChangedAt = time.GetUtcNow().UtcDateTime;
            row.Revision++;
            await db.SaveChangesAsync(ct);
            return new FormSaved(row, [], false);
        },
        cancellationToken);
}

/// <summary>A line of the list of forms.</summary>
/// <param name="Sent">How often it was sent.</param>
/// <param name="Taken">Of these, how many became leads.</param>
/// <param name="Spam">Of these, how many looked like machines.</param>
public sealed record FormLine(WebForm Form, int Sent, int Taken, int Spam, DateTime? LastAt);

/// <summary>What became of a save.</summary>
/// <param name="Row">The form as it is stored now; null when it was not found or not valid.</param>
/// <param name="Problems">What is wrong with it.</param>
/// <param name="Conflict">Somebody else saved meanwhile; nothing was changed.</param>
public sealed record FormSaved(WebForm? Row, IReadOnlyList<FieldProblem> Problems, bool Conflict);
