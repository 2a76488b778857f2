using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Ingestion;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Work;

/// <summary>Where the current tenant's uploads lie. Names are ours; what the sender called the file is only shown.</summary>
public sealed class ImportFiles(CurrentTenant tenant, TenantDatabases databases, IDbContextFactory<TenantDb> contexts, TimeProvider time)
{
    /// <summary>An upload that was broken off leaves a file without an import; younger ones may still be coming in.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    internal const string FolderName = "imports";

    private string Folder => Directory.CreateDirectory(Path.Combine(databases.Folder(tenant.Id), FolderName)).FullName;

    /// <summary>Whether an upload that nobody started was left alone for so long that nobody will.</summary>
    internal bool IsAbandoned(Guid importId) => IsAbandoned(new FileInfo(PathOf(importId)));

    /// <summary>Somebody looks at it: it is not abandoned.</summary>
    internal void Touch(Guid importId) => File.SetLastWriteTimeUtc(PathOf(importId), time.GetUtcNow().UtcDateTime);

    public string PathOf(Guid importId) => Path.Combine(Folder, $"{importId:N}.upload");

    /// <summary>Deletes uploads whose import has ended: what a person asks to be erased must not live on in a file.</summary>
    public async Task DropEndedAsync(CancellationToken cancellationToken)
    {
        var files = new DirectoryInfo(Folder).GetFiles("*.upload");
        if (files.Length == 0)
        {
            return;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        foreach (var file in files)
        {
            if (Guid.TryParse(Path.GetFileNameWithoutExtension(file.Name), out var id) && await IsOverAsync(db, id, file, cancellationToken))
            {
                file.Delete();
            }
        }
    }

    private async Task<bool> IsOverAsync(TenantDb db, Guid id, FileInfo file, CancellationToken cancellationToken)
    {
        var import = await db.Imports.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, cancellationToken);
        return import is null || import.State == ImportState.Draft
            ? IsAbandoned(file)
            : import.StoredAt is not null || import.State is not (ImportState.Queued or ImportState.Running or ImportState.Paused);
    }

    private bool IsAbandoned(FileInfo file) => time.GetUtcNow().UtcDateTime - file.LastWriteTimeUtc > Abandoned;
}
