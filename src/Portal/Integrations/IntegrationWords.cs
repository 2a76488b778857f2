using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Crm.Consent;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Ingestion;

namespace LeadGen.Portal.Integrations;

/// <summary>Connections in the words of people.</summary>
internal static class IntegrationWords
{
    /// <summary>Fields that can go to a CRM, in the order in which they are offered.</summary>
    public static readonly IReadOnlyList<string> Fields =
    [
        .. CrmValues.Understood,
        .. LeadFields.All.Select(f => f.Name).Where(f => !f.StartsWith("consent.", StringComparison.Ordinal) && f is not ("outcome" or "outcomeAt")),
    ];

    public static readonly (string Outcome, string Label)[] Outcomes = [("MeetingBooked", "Meeting booked"), ("Won", "Won"), ("Lost", "Lost")];

    public static string Kind(CrmKind kind) => kind == CrmKind.Webhook ? "Signed webhook" : kind.ToString();

    public static string About(CrmKind kind) => kind switch
    {
        CrmKind.HubSpot => "Contacts and companies, deals’ stages back",
        CrmKind.Salesforce => "Leads or contacts with their accounts",
        CrmKind.Pipedrive => "Persons, organisations and leads",
        _ => "Any system that takes signed JSON",
    };

    public static string Sign(CrmKind kind) => kind switch
    {
        CrmKind.HubSpot => "H",
        CrmKind.Salesforce => "S",
        CrmKind.Pipedrive => "P",
        _ => "W",
    };

    public static string State(Integration integration, DateTime now) => integration.State switch
    {
        IntegrationState.Connecting => "Steps not finished",
        IntegrationState.Paused => "Paused",
        IntegrationState.Broken => "Needs you",
        _ when integration.HoldUntil > now => "Waits for the CRM",
        _ when integration.FailingSince is not null => "Not getting through",
        _ => "Working",
    };

    public static string Dot(Integration integration, DateTime now) => integration.State switch
    {
        IntegrationState.Active when integration.FailingSince is null && !(integration.HoldUntil > now) => "",
        IntegrationState.Broken => "red",
        IntegrationState.Active => "warns",
        _ => "grey",
    };

    public static string Tone(Integration integration, DateTime now) => Dot(integration, now) is "" ? "pine" : Dot(integration, now);

    public static string Field(string field) => field switch
    {
        "score.value" => "Score",
        "score.grade" => "Grade",
        "score.probability" => "Chance of winning",
        "intent" => "Strongest intent",
        "fit" => "Fit with the profile",
        _ => Importing.FieldWords.Label(field),
    };

    public static string Direction(CrmDirection direction) => direction switch
    {
        CrmDirection.Push => "goes there",
        CrmDirection.Pull => "comes from there",
        _ => "both ways",
    };

    /// <summary>Stands for an address that is typed.</summary>
    public const string OwnDomain = "own";

    public static readonly (string Value, string Text)[] SalesforcePlaces =
        [("", "Production"), ("https://test.salesforce.com", "Sandbox"), (OwnDomain, "My own domain")];

    /// <summary>Where an app is registered, and what it must be allowed.</summary>
    public static string AppAdvice(CrmKind kind, ConsentTerms terms) => kind switch
    {
        CrmKind.HubSpot => "In a HubSpot developer account: your app, Auth.",
        CrmKind.Salesforce => "In Salesforce: Setup, External Client App Manager (or App Manager), your app, consumer key.",
        _ => "In Pipedrive’s Developer Hub: your app, OAuth & access scopes.",
    } + $" It needs the scopes {string.Join(", ", terms.Scopes.Select(s => s.Name))}.";

    /// <summary>What a person enters to connect, in order.</summary>
    public static IReadOnlyList<CredentialField> Credentials(CrmKind kind) => kind switch
    {
        CrmKind.HubSpot =>
        [
            new("token", "Access token of a private app", "In HubSpot: Settings, Integrations, Private apps, your app, Auth. It needs the scopes crm.objects.contacts, crm.objects.companies and crm.objects.deals (read and write) and crm.schemas.contacts and crm.schemas.companies."),
            new("clientSecret", "Client secret of the same app", "On the same page. With it, HubSpot’s webhooks can be proved; without it, changes there are asked for every minute.") { IsOptional = true },
        ],
        CrmKind.Salesforce =>
        [
            new(CredentialField.ClientId, "Consumer key", "In Salesforce: Setup, App Manager, your connected app, Manage consumer details."),
            new(CredentialField.UserName, "User name", "The Salesforce user that LeadGen works as. It needs the right API Enabled."),
            new("privateKey", "Private key", "PEM text of the key whose certificate the connected app holds.") { IsLong = true },
        ],
        CrmKind.Pipedrive =>
        [
            new("token", "API token", "In Pipedrive: your picture, Company settings, Personal preferences, API."),
            new("hookUser", "User name of the webhook", "A name that you make up; enter the same at Pipedrive’s webhook. Without it, changes there are asked for every minute.") { IsOptional = true },
            new("hookSecret", "Password of the webhook", "A password that you make up, for the same webhook.") { IsOptional = true },
        ],
        _ =>
        [
            new(CredentialField.BaseUrl, "Address", "Gets one signed call for every lead that changed."),
            new("hookSecret", "Signing secret", "24 to 64 bytes as base64, with whsec_ before it. Leave it empty to have one made.") { IsOptional = true },
        ],
    };

    /// <summary>How to have the CRM tell us of changes.</summary>
    public static string HookAdvice(CrmKind kind) => kind switch
    {
        CrmKind.HubSpot => "In your private app, under Webhooks, enter this address and subscribe to contact and deal changes (creation, property change, deletion, merge).",
        CrmKind.Pipedrive => "In Pipedrive, under Tools, Webhooks, add this address (version 2) with the user name and password that you entered under Sign in, for persons, deals and leads.",
        _ => "Send changes to this address, signed with the same secret by the Standard Webhooks specification.",
    };
}

/// <summary>A field of the credentials' form.</summary>
/// <param name="Name">Of the secret, or one of the names below.</param>
internal sealed record CredentialField(string Name, string Label, string Hint)
{
    public const string BaseUrl = "#baseUrl";
    public const string ClientId = "#clientId";
    public const string UserName = "#userName";

    public bool IsOptional { get; init; }

    public bool IsLong { get; init; }

    public bool IsSecret => !Name.StartsWith('#');
}
