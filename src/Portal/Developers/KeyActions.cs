using LeadGen.Infrastructure.Access;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Developers;

/// <summary>API keys of the workspace, for admins.</summary>
public sealed class KeyActions(ApiKeys keys, MemberAccess access)
{
    private const string NotAllowed = "Your role does not allow this.";

    public Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken = default) => keys.ListAsync(cancellationToken);

    /// <returns>The key, which is never to be seen again, or what is wrong.</returns>
    public async Task<(string? Key, string? Problem)> CreateAsync(
        string name, IReadOnlyList<string> scopes, CancellationToken cancellationToken = default)
    {
        if (!await access.MayAsync(MemberRole.Admin, cancellationToken))
        {
            return (null, NotAllowed);
        }

        if (string.IsNullOrWhiteSpace(name) || name.Length > 80)
        {
            return (null, "Give the key a name of at most 80 characters that says who uses it.");
        }

        if (scopes.Count == 0 || scopes.Except(Scopes.All).Any())
        {
            return (null, "Choose at least one thing that the key may do.");
        }

        return ((await keys.CreateAsync(name.Trim(), scopes, null, cancellationToken)).Key, null);
    }

    /// <returns>Null when done, else why not.</returns>
    public async Task<string?> RevokeAsync(Guid id, CancellationToken cancellationToken = default)
    {
        if (!await access.MayAsync(MemberRole.Admin, cancellationToken))
        {
            return NotAllowed;
        }

        return await keys.RevokeAsync(id, cancellationToken) ? null : "This key was shut already.";
    }

    public static string Say(string scope) => scope switch
    {
        Scopes.LeadsRead => "Read leads",
        Scopes.LeadsWrite => "Write leads",
        Scopes.IcpsWrite => "Write profiles",
        Scopes.ModelsWrite => "Manage models",
        Scopes.IntegrationsWrite => "Manage integrations",
        Scopes.OutreachWrite => "Write outreach",
        _ => scope,
    };
}
