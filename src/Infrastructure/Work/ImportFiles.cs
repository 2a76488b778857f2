using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;

namespace LeadGen.Infrastructure.Work;

/// <summary>Where the current tenant's uploads lie. Names are ours; what the sender called the file is only shown.</summary>
public sealed class ImportFiles(CurrentTenant tenant, TenantDatabases databases)
{
    public string PathOf(Guid importId) =>
        Path.Combine(Directory.CreateDirectory(Path.Combine(databases.Folder(tenant.Id), "imports")).FullName, $"{importId:N}.upload");
}
