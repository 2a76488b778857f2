using LeadGen.Infrastructure.Tenancy;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Dashboard;

/// <summary>The dashboard of the current tenant, from memory as long as that holds.</summary>
public sealed class DashboardReader(DashboardMemory memory, DashboardQueries queries, CurrentTenant tenant, Wording say)
{
    /// <summary>Choices of how far back to look.</summary>
    public static readonly IReadOnlyList<(int Weeks, string Name)> Periods = [(4, "4 weeks"), (12, "12 weeks"), (52, "Year")];

    public const int Usual = 12;

    /// <summary>The same instance as long as nothing has changed.</summary>
    public Task<DashboardNumbers> LookAsync(int weeks, CancellationToken cancellationToken = default) => memory.GetAsync(
        tenant.Id, weeks, queries.StampAsync, ct => queries.ReadAsync(weeks, say.Zone, say.Now, ct), cancellationToken);
}
