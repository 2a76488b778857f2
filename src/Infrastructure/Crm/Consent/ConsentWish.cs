using LeadGen.Infrastructure.Data.Tenants;

namespace LeadGen.Infrastructure.Crm.Consent;

/// <summary>What somebody asks for who wants to sign in at a vendor.</summary>
/// <param name="IntegrationId">The connection that signs in anew; null for a new one.</param>
/// <param name="Name">Of the connection.</param>
/// <param name="Address">Where the vendor is, where people may choose (Salesforce); null for its usual place.</param>
/// <param name="Own">An app of the tenant's own; null for the operator's.</param>
public sealed record ConsentWish(CrmKind Kind, Guid? IntegrationId, string Name, string? Address, OwnApp? Own = null);

/// <param name="ClientSecret">Null where it stays as it is stored with the connection.</param>
public sealed record OwnApp(string ClientId, string? ClientSecret);

/// <summary>A wish on its way to the vendor and back, as it is kept sealed.</summary>
/// <param name="Settings">Of the connection to come: address, client id.</param>
/// <param name="AppSecret">Of the tenant's own app; the operator's is not kept here.</param>
/// <param name="Verifier">RFC 7636; never leaves the server but to the token endpoint.</param>
/// <param name="ComeBack">The redirect address, which must be the same in both requests.</param>
public sealed record ConsentOnItsWay(
    CrmKind Kind, Guid? IntegrationId, string Name, CrmSettings Settings, string? AppSecret, string Verifier, string ComeBack);
