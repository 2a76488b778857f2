using LeadGen.Infrastructure.Access;

namespace LeadGen.Portal.Leads;

/// <summary>Names of members by the ids that stand in history; read once for a page.</summary>
public sealed class MemberNames(Members members)
{
    private Dictionary<string, string> known = new(StringComparer.OrdinalIgnoreCase);

    public async Task LoadAsync(CancellationToken cancellationToken = default) =>
        known = (await members.ListAsync(cancellationToken)).ToDictionary(m => m.UserId.ToString(), m => m.Name, StringComparer.OrdinalIgnoreCase);

    public string Of(string userId) => known.TryGetValue(userId, out var name) ? name : "A former member";
}
