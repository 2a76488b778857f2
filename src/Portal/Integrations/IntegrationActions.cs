using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox.Webhooks;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Integrations;

/// <summary>Connections as members see them and admins change them.</summary>
public sealed class IntegrationActions(CrmSetup setup, MemberAccess access, CurrentMember member)
{
    private const string NotAllowed = "Your role does not allow this.";
    private const int LongestValue = 10_000;
    private const int LongestName = 80;

    public IReadOnlyList<CrmKind> Kinds => setup.Kinds;

    public bool CanChange => access.Can(MemberRole.Admin);

    public Task<IReadOnlyList<Integration>> ListAsync(CancellationToken cancellationToken = default) => setup.ListAsync(cancellationToken);

    public Task<Integration?> FindAsync(Guid id, CancellationToken cancellationToken = default) => setup.FindAsync(id, cancellationToken);

    public Task<(IReadOnlyList<CrmField> Fields, string? Problem)> FieldsAsync(Integration integration, CancellationToken cancellationToken = default) =>
        setup.FieldsAsync(integration, cancellationToken);

    public Task<(IReadOnlyList<CrmStage> Stages, string? Problem)> StagesAsync(Integration integration, CancellationToken cancellationToken = default) =>
        setup.StagesAsync(integration, cancellationToken);

    /// <summary>Tries credentials with a real call and keeps them when they work.</summary>
    /// <param name="known">The connection whose credentials are given anew, or null.</param>
    /// <param name="typed">By <see cref="CredentialField.Name"/>.</param>
    internal async Task<Connected> ConnectAsync(
        CrmKind kind, Integration? known, string name, string? baseUrl, IReadOnlyDictionary<string, string> typed, CancellationToken cancellationToken = default)
    {
        if (!await access.MayAsync(MemberRole.Admin, cancellationToken))
        {
            return new Connected(null, null, NotAllowed);
        }

        if (string.IsNullOrWhiteSpace(name) || name.Length > LongestName)
        {
            return new Connected(null, null, $"Give the connection a name of at most {LongestName} characters.");
        }

        string? Typed(string field) => typed.GetValueOrDefault(field)?.Trim() is { Length: > 0 } text ? text : null;
        foreach (var field in IntegrationWords.Credentials(kind))
        {
            if (Typed(field.Name) is null && !field.IsOptional && (known is null || !field.IsSecret))
            {
                return new Connected(null, null, $"{field.Label} is missing.");
            }

            if (typed.GetValueOrDefault(field.Name)?.Length > LongestValue)
            {
                return new Connected(null, null, $"{field.Label} is too long.");
            }
        }

        var secrets = IntegrationWords.Credentials(kind).Where(f => f.IsSecret && Typed(f.Name) is not null).ToDictionary(f => f.Name, f => Typed(f.Name)!);
        if (kind == CrmKind.Webhook && known is null)
        {
            secrets.TryAdd(WebhookConnector.SecretName, WebhookSecret.Create());
        }

        var settings = (known?.Settings ?? new CrmSettings()) with
        {
            BaseUrl = Typed(CredentialField.BaseUrl) ?? (string.IsNullOrWhiteSpace(baseUrl) ? null : baseUrl.Trim()),
            ClientId = Typed(CredentialField.ClientId),
            UserName = Typed(CredentialField.UserName),
        };
        var connected = await setup.ConnectAsync(known?.Id, new CrmCredentials(kind, name.Trim(), settings, secrets), member.Actor, cancellationToken);
        if (connected.Integration is { Mapping.Count: 0 } fresh && await setup.SuggestAsync(fresh, cancellationToken) is { } silent)
        {
            return connected with { Problem = silent };
        }

        return connected with { MadeSecret = known is null && kind == CrmKind.Webhook && Typed(WebhookConnector.SecretName) is null ? secrets[WebhookConnector.SecretName] : null };
    }

    public Task<string?> SaveMappingAsync(Guid id, IReadOnlyList<CrmFieldMapping> mapping, CancellationToken cancellationToken = default) =>
        AsAdminAsync(() => setup.ChangeAsync(id, i => i.Mapping = [.. mapping], cancellationToken), cancellationToken);

    public Task<string?> SaveRulesAsync(Guid id, CrmRules rules, CancellationToken cancellationToken = default) =>
        AsAdminAsync(() => setup.ChangeAsync(id, i => i.Rules = rules, cancellationToken), cancellationToken);

    public Task<string?> SaveStagesAsync(Guid id, IReadOnlyDictionary<string, IReadOnlyList<string>> stages, CancellationToken cancellationToken = default) =>
        AsAdminAsync(() => setup.ChangeAsync(id, i => i.Settings = i.Settings with { Stages = stages }, cancellationToken), cancellationToken);

    public Task<string?> StartAsync(Guid id, bool backfill, CancellationToken cancellationToken = default) =>
        AsAdminAsync(() => setup.StartAsync(id, backfill, cancellationToken), cancellationToken);

    public Task<string?> PauseAsync(Guid id, CancellationToken cancellationToken = default) =>
        AsAdminAsync(() => setup.PauseAsync(id, cancellationToken), cancellationToken);

    public Task<string?> ResumeAsync(Guid id, CancellationToken cancellationToken = default) =>
        AsAdminAsync(() => setup.StartAsync(id, backfill: false, cancellationToken), cancellationToken);

    public Task<string?> BackfillAsync(Guid id, CancellationToken cancellationToken = default) => AsAdminAsync(
        async () => await setup.BackfillAsync(id, cancellationToken) is null ? "The connection is not there any more." : null, cancellationToken);

    public Task<string?> DisconnectAsync(Guid id, CancellationToken cancellationToken = default) =>
        AsAdminAsync(() => setup.DisconnectAsync(id, cancellationToken), cancellationToken);

    private async Task<string?> AsAdminAsync(Func<Task<string?>> act, CancellationToken cancellationToken) =>
        await access.MayAsync(MemberRole.Admin, cancellationToken) ? await act() : NotAllowed;
}
