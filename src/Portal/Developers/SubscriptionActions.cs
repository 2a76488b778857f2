using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Outbox.Webhooks;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Developers;

/// <summary>Event subscriptions of the workspace, for admins.</summary>
public sealed class SubscriptionActions(WebhookEndpoints endpoints, MemberAccess access, CurrentMember member)
{
    private static readonly EndpointSaved NotAllowed = new(null) { Problems = [("", "Your role does not allow this.")] };

    public Task<IReadOnlyList<WebhookEndpoint>> ListAsync(CancellationToken cancellationToken = default) => endpoints.ListAsync(cancellationToken);

    public Task<EndpointSaved> CreateAsync(string name, string url, IReadOnlyList<string> topics, CancellationToken cancellationToken = default) =>
        IfAllowedAsync(() => endpoints.CreateAsync(name, url, topics, member.Actor, cancellationToken), cancellationToken);

    public Task<EndpointSaved> ChangeAsync(
        Guid id, string name, string url, IReadOnlyList<string> topics, int revision, CancellationToken cancellationToken = default) =>
        IfAllowedAsync(() => endpoints.ChangeAsync(id, name, url, topics, revision, cancellationToken), cancellationToken);

    public Task<EndpointSaved> PauseAsync(Guid id, CancellationToken cancellationToken = default) =>
        IfAllowedAsync(() => endpoints.PauseAsync(id, cancellationToken), cancellationToken);

    public Task<EndpointSaved> ResumeAsync(Guid id, CancellationToken cancellationToken = default) =>
        IfAllowedAsync(() => endpoints.ResumeAsync(id, cancellationToken), cancellationToken);

    public Task<EndpointSaved> RotateAsync(Guid id, CancellationToken cancellationToken = default) =>
        IfAllowedAsync(() => endpoints.RotateAsync(id, cancellationToken), cancellationToken);

    /// <returns>Null when it is not there or the person may not.</returns>
    public async Task<DeliveryResult?> TestAsync(Guid id, CancellationToken cancellationToken = default) =>
        await access.MayAsync(MemberRole.Admin, cancellationToken) ? await endpoints.TestAsync(id, cancellationToken) : null;

    /// <returns>What was removed, to be put back; null when it is not there or the person may not.</returns>
    public async Task<WebhookEndpoint?> DeleteAsync(Guid id, CancellationToken cancellationToken = default) =>
        await access.MayAsync(MemberRole.Admin, cancellationToken) ? await endpoints.DeleteAsync(id, cancellationToken) : null;

    /// <param name="since">UTC, not later than the removal.</param>
    public async Task RestoreAsync(WebhookEndpoint row, DateTime since, CancellationToken cancellationToken = default)
    {
        if (await access.MayAsync(MemberRole.Admin, cancellationToken))
        {
            await endpoints.RestoreAsync(row, since, cancellationToken);
        }
    }

    private async Task<EndpointSaved> IfAllowedAsync(Func<Task<EndpointSaved>> act, CancellationToken cancellationToken) =>
        await access.MayAsync(MemberRole.Admin, cancellationToken) ? await act() : NotAllowed;
}
