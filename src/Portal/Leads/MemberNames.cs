using LeadGen.Infrastructure.Access;

namespace LeadGen.Portal.Leads;

/// <summary>Names of members by the ids that stand in history; read once for a page.</summary>
public sealed class MemberNames(Members members)
{
    private Dictionary<string, string> known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>All members of today, by name.</summary>
    public IReadOnlyList<Member> All { get; private set; } = [];

    public async Task LoadAsync(CancellationToken cancellationToken = default)
    {
        All = [.. (await members.ListAsync(cancellationToken)).OrderBy(m => m.Name, StringComparer.CurrentCultureIgnoreCase)];
        known = All.ToDictionary(m => m.UserId.ToString(), m => m.Name, StringComparer.OrdinalIgnoreCase);
    }

    public string Of(string userId) => known.TryGetValue(userId, out var name) ? name : "A former member";
}
