using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Crm.Consent;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Mail;
using LeadGen.Infrastructure.Outbox.Webhooks;
using LeadGen.Portal.Shell;
using Microsoft.Extensions.Options;

namespace LeadGen.Portal.Integrations;

/// <summary>Connections as members see them and admins change them.</summary>
public sealed class IntegrationActions(CrmSetup setup, CrmConsents consents, MemberAccess access, CurrentMember member, IOptions<MailOptions> mail)
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

    /// <summary>Null where a vendor has no page to sign in at.</summary>
    public ConsentTerms? ConsentOf(CrmKind kind) => consents.TermsOf(kind);

    /// <inheritdoc cref="CrmConsents.HasApp"/>
    public bool HasApp(CrmKind kind) => consents.HasApp(kind);

    /// <inheritdoc cref="CrmConsents.HasPlaces"/>
    public bool HasPlaces(CrmKind kind) => consents.HasPlaces(kind);

    /// <summary>Whether an app is the operator's.</summary>
    public bool IsOfOperator(CrmKind kind, string? clientId) => consents.IsOfOperator(kind, clientId);

    /// <summary>Where a vendor is to lead people back to: at the operator's public address, else where the asking browser is.</summary>
    public string ComeBack(CrmKind kind, string asked) =>
        ConsentCallback.AddressOf(mail.Value.LinkBase(new Uri(asked).GetLeftPart(UriPartial.Authority)), kind);

    /// <summary>The vendor's page for a wish, or what is wrong with it.</summary>
    public async Task<(Uri? Page, string? Problem)> BeginConsentAsync(ConsentWish wish, string comeBack, CancellationToken cancellationToken = default)
    {
        if (!await access.MayAsync(MemberRole.Admin, cancellationToken))
        {
            return (null, NotAllowed);
        }

        if (string.IsNullOrWhiteSpace(wish.Name) || wish.Name.Length > LongestName)
        {
            return (null, $"Give the connection a name of at most {LongestName} characters.");
        }

        return wish.Own is { } own && (own.ClientId.Length > LongestValue || own.ClientSecret?.Length > LongestValue)
            ? (null, "Client id or client secret is too long.")
            : await consents.BeginAsync(wish, member.UserId, comeBack, cancellationToken);
    }

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
            if (Typed(field.Name) is null && !field.IsOptional && (known is null or { Settings.ByConsent: true } || !field.IsSecret))
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
            ByConsent = false,
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

    /// <returns>Why it was not ended, or what is left for a person to do at the vendor.</returns>
    public async Task<(string? Problem, string? Left)> DisconnectAsync(Guid id, CancellationToken cancellationToken = default) =>
        await access.MayAsync(MemberRole.Admin, cancellationToken) ? await consents.DisconnectAsync(id, cancellationToken) : (NotAllowed, null);

    private async Task<string?> AsAdminAsync(Func<Task<string?>> act, CancellationToken cancellationToken) =>
        await access.MayAsync(MemberRole.Admin, cancellationToken) ? await act() : NotAllowed;
}
