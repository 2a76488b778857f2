using System.Net;
using System.Text;
using System.Text.Json;

namespace LeadGen.Portal.Tests.Isolation;

/// <summary>A route of the API and how it is tried.</summary>
/// <param name="Probes">Requests of A that name what is B's.</param>
internal sealed record SweepRoute(string Method, string Pattern, Func<TwoTenants, IEnumerable<Probe>> Probes);

/// <param name="Sent">What the request itself says, so that an echo is not taken for a leak.</param>
internal sealed record Probe(string Path, HttpStatusCode Expected, HttpContent? Content = null, string Sent = "");

/// <summary>All routes of the program.</summary>
internal static class SweepRoutes
{
    private const HttpStatusCode Gone = HttpStatusCode.NotFound;
    private const HttpStatusCode Ok = HttpStatusCode.OK;

    public static readonly IReadOnlyList<SweepRoute> Api =
    [
        new("GET", "/api/v1/leads", _ =>
        [
            new("/api/v1/leads?limit=200", Ok), new($"/api/v1/leads?q={TwoTenants.Canary}", Ok), new($"/api/v1/leads?source={TwoTenants.Canary}", Ok),
            new($"/api/v1/leads?tag={TwoTenants.Canary}", Ok), new($"/api/v1/leads?custom.canary={TwoTenants.Canary}", Ok),
            new("/api/v1/leads?hasEmail=true&owner=none&createdSince=2000-01-01&minFit=0&limit=200", Ok),
        ]),
        new("GET", "/api/v1/leads", t => [new($"/api/v1/leads?importId={t.ImportOfB}", Ok)]),
        new("POST", "/api/v1/leads", t => [Json("/api/v1/leads", HttpStatusCode.Created, new { email = TwoTenants.EmailOfB })]),
        new("POST", "/api/v1/leads/batch", t =>
            [Json("/api/v1/leads/batch", Ok, new { items = new object[] { new { email = TwoTenants.EmailOfB }, new { externalId = t.LeadOfB, email = "x@a.example" } } })]),
        new("GET", "/api/v1/leads/{id}", t => [new($"/api/v1/leads/{t.LeadOfB}", Gone), new($"/api/v1/leads/{t.SharedLead}", Ok)]),
        new("PATCH", "/api/v1/leads/{id}", t =>
            [Json($"/api/v1/leads/{t.LeadOfB}", Gone, new { city = "x" }), Json($"/api/v1/leads/{t.SharedLead}", Ok, new { city = "x" })]),
        new("POST", "/api/v1/leads/search", t => [Json("/api/v1/leads/search", Ok, new { text = "forklifts", limit = 100 })]),
        new("GET", "/api/v1/leads/{id}/similar", t => [new($"/api/v1/leads/{t.LeadOfB}/similar", Gone), new($"/api/v1/leads/{t.SharedLead}/similar", Ok)]),
        new("GET", "/api/v1/imports", _ => [new("/api/v1/imports", Ok)]),
        new("POST", "/api/v1/imports", _ =>
            [new("/api/v1/imports", HttpStatusCode.Accepted, new MultipartFormDataContent { { new StringContent("email\ny@a.example\n"), "file", "a.csv" } })]),
        new("GET", "/api/v1/imports/{id}", t => [new($"/api/v1/imports/{t.ImportOfB}", Gone)]),
        new("GET", "/api/v1/imports/{id}/errors.csv", t => [new($"/api/v1/imports/{t.ImportOfB}/errors.csv", Gone)]),
        new("POST", "/api/v1/imports/{id}/cancel", t => [new($"/api/v1/imports/{t.ImportOfB}/cancel", Gone)]),
        new("POST", "/api/v1/imports/{id}/pause", t => [new($"/api/v1/imports/{t.ImportOfB}/pause", Gone)]),
        new("POST", "/api/v1/imports/{id}/resume", t => [new($"/api/v1/imports/{t.ImportOfB}/resume", Gone)]),
        new("POST", "/api/v1/imports/{id}/revert", t => [new($"/api/v1/imports/{t.ImportOfB}/revert", Gone)]),
        new("GET", "/api/v1/icps", _ => [new("/api/v1/icps", Ok)]),
        new("POST", "/api/v1/icps", t => [Json("/api/v1/icps", HttpStatusCode.Created, new { id = t.IcpOfB, name = "ours" })]),
        new("POST", "/api/v1/icps/preview", t =>
            [Json("/api/v1/icps/preview", Ok, new { id = t.IcpOfB, name = "ours", criteria = new[] { new { kind = "Country", requirement = "Must", values = new[] { "NL" } } } })]),
        new("GET", "/api/v1/icps/{id}", t => [new($"/api/v1/icps/{t.IcpOfB}", Gone)]),
        new("PUT", "/api/v1/icps/{id}", t => [Json($"/api/v1/icps/{t.IcpOfB}", Gone, new { name = "ours" })]),
        new("POST", "/api/v1/icps/{id}/publish", t => [new($"/api/v1/icps/{t.IcpOfB}/publish", Gone)]),
        new("GET", "/api/v1/models", _ => [new("/api/v1/models", Ok)]),
        new("POST", "/api/v1/models/{id}/promote", t => [new($"/api/v1/models/{t.ModelOfB}/promote", Gone)]),
        new("POST", "/api/v1/models/rollback", _ => [new("/api/v1/models/rollback", HttpStatusCode.Conflict)]),
        new("POST", "/api/v1/feedback", t =>
        [
            Json("/api/v1/feedback", Gone, new { leadId = t.LeadOfB, kind = "Won", id = "event-2" }),
            Json("/api/v1/feedback", Gone, new { email = $"shared-{TwoTenants.Canary}@b.example", kind = "Won", id = "event-3" }),
            Json("/api/v1/feedback", HttpStatusCode.Accepted, new { leadId = t.SharedLead, kind = "Lost", id = "event-1" }),
        ]),
        new("GET", "/api/v1/integrations", _ => [new("/api/v1/integrations", Ok)]),
        new("GET", "/api/v1/integrations/{id}", t => [new($"/api/v1/integrations/{t.IntegrationOfB}", Gone)]),
        new("POST", "/api/v1/integrations", _ => [Json("/api/v1/integrations", HttpStatusCode.UnprocessableEntity, new { kind = "HubSpot" })]),
        new("POST", "/api/v1/integrations/{id}/pause", t => [new($"/api/v1/integrations/{t.IntegrationOfB}/pause", Gone)]),
        new("POST", "/api/v1/integrations/{id}/resume", t => [new($"/api/v1/integrations/{t.IntegrationOfB}/resume", Gone)]),
        new("POST", "/api/v1/integrations/{id}/backfill", t => [new($"/api/v1/integrations/{t.IntegrationOfB}/backfill", Gone)]),
        new("GET", "/api/v1/sequences", _ => [new("/api/v1/sequences", Ok)]),
        new("POST", "/api/v1/sequences", t =>
        [
            Json("/api/v1/sequences", HttpStatusCode.Created, new { name = "ours" }),
            Json("/api/v1/sequences", HttpStatusCode.UnprocessableEntity, new { name = "ours", senderId = t.SenderOfB }),
        ]),
        new("GET", "/api/v1/sequences/{id}", t => [new($"/api/v1/sequences/{t.SequenceOfB}", Gone)]),
        new("POST", "/api/v1/sequences/{id}/enroll", t =>
            [Json($"/api/v1/sequences/{t.SequenceOfB}/enroll", Gone, new { leadIds = new[] { t.SharedLead, t.LeadOfB } })]),
        new("GET", "/api/v1/messages", _ => [new("/api/v1/messages", Ok), new("/api/v1/messages?state=Draft", Ok)]),
        new("POST", "/api/v1/messages/{id}/approve", t => [new($"/api/v1/messages/{t.MailOfB}/approve", Gone)]),
        new("GET", "/api/v1/suppressions", _ => [new("/api/v1/suppressions", Ok), new($"/api/v1/suppressions?q={TwoTenants.Canary}", Ok)]),
        new("POST", "/api/v1/suppressions", _ => [Json("/api/v1/suppressions", Ok, new { emails = new[] { TwoTenants.EmailOfB } })]),
        new("POST", "/api/v1/text/intent", _ => [Json("/api/v1/text/intent", Ok, new { texts = new[] { "forklifts" } })]),
        new("POST", "/api/v1/text/embedding", _ => [Json("/api/v1/text/embedding", Ok, new { texts = new[] { "forklifts" } })]),
        new("GET", "/api/v1/webhook-endpoints", _ => [new("/api/v1/webhook-endpoints", Ok)]),
        new("POST", "/api/v1/webhook-endpoints", _ =>
            [Json("/api/v1/webhook-endpoints", HttpStatusCode.Created, new { name = "ours", url = "http://127.0.0.1:9/", events = new[] { "lead.deleted" } })]),
        new("GET", "/api/v1/webhook-endpoints/{id}", t => [new($"/api/v1/webhook-endpoints/{t.SubscriptionOfB}", Gone)]),
        new("PUT", "/api/v1/webhook-endpoints/{id}", t =>
            [Json($"/api/v1/webhook-endpoints/{t.SubscriptionOfB}", Gone, new { name = "ours", url = "http://127.0.0.1:9/" })]),
        new("POST", "/api/v1/webhook-endpoints/{id}/rotate", t => [new($"/api/v1/webhook-endpoints/{t.SubscriptionOfB}/rotate", Gone)]),
        new("POST", "/api/v1/webhook-endpoints/{id}/pause", t => [new($"/api/v1/webhook-endpoints/{t.SubscriptionOfB}/pause", Gone)]),
        new("POST", "/api/v1/webhook-endpoints/{id}/resume", t => [new($"/api/v1/webhook-endpoints/{t.SubscriptionOfB}/resume", Gone)]),
        new("POST", "/api/v1/webhook-endpoints/{id}/test", t => [new($"/api/v1/webhook-endpoints/{t.SubscriptionOfB}/test", Gone)]),
        new("DELETE", "/api/v1/webhook-endpoints/{id}", t => [new($"/api/v1/webhook-endpoints/{t.SubscriptionOfB}", Gone)]),
        new("GET", "/api/v1/deliveries", t => [new("/api/v1/deliveries", Ok), new($"/api/v1/deliveries?destinationId={t.SubscriptionOfB}", Ok)]),
        new("GET", "/api/v1/deliveries/{id}", t => [new($"/api/v1/deliveries/{t.DeliveryOfB}", Gone)]),
        new("POST", "/api/v1/deliveries/{id}/replay", t => [new($"/api/v1/deliveries/{t.DeliveryOfB}/replay", Gone)]),
        new("POST", "/api/v1/deliveries/replay", t =>
            [Json("/api/v1/deliveries/replay", HttpStatusCode.Accepted, new { destinationId = t.SubscriptionOfB }), Json("/api/v1/deliveries/replay", HttpStatusCode.Accepted, new { })]),
        new("GET", "/api/v1/templates", _ => [new("/api/v1/templates", Ok)]),
        new("GET", "/api/v1/templates/{id}", t => [new($"/api/v1/templates/{t.TemplateOfB}", Gone)]),
        new("POST", "/api/v1/templates", t => [Json("/api/v1/templates", HttpStatusCode.Created, new { id = t.TemplateOfB, name = "ours" })]),
        new("PUT", "/api/v1/templates/{id}", t => [Json($"/api/v1/templates/{t.TemplateOfB}", Gone, new { name = "ours" })]),
        new("POST", "/api/v1/templates/{id}/publish", t => [new($"/api/v1/templates/{t.TemplateOfB}/publish", Gone)]),
        new("POST", "/api/v1/templates/{id}/preview", t =>
        [
            Json($"/api/v1/templates/{t.TemplateOfB}/preview", Gone, new { leadId = t.SharedLead }),
            Json($"/api/v1/templates/{t.TemplateOfA}/preview", HttpStatusCode.UnprocessableEntity, new { leadId = t.LeadOfB }),
            Json($"/api/v1/templates/{t.TemplateOfA}/preview", Ok, new { leadId = t.SharedLead }),
        ]),
        new("GET", "/api/v1/knowledge", _ => [new("/api/v1/knowledge", Ok)]),
        new("GET", "/api/v1/knowledge/{id}", t => [new($"/api/v1/knowledge/{t.DocumentOfB}", Gone)]),
        new("POST", "/api/v1/knowledge", _ =>
            [new("/api/v1/knowledge", HttpStatusCode.Created, new MultipartFormDataContent { { new StringContent("Our forklifts lift two tons."), "file", "a.txt" } })]),
        new("POST", "/api/v1/knowledge/search", _ => [Json("/api/v1/knowledge/search", Ok, new { text = "forklifts", limit = 20 })]),
        new("DELETE", "/api/v1/knowledge/{id}", t => [new($"/api/v1/knowledge/{t.DocumentOfB}", Gone)]),
        new("DELETE", "/api/v1/leads/{id}", t => [new($"/api/v1/leads/{t.LeadOfB}", Gone), new($"/api/v1/leads/{t.SharedLead}", HttpStatusCode.NoContent)]),
    ];

    private const string Everybody = "the same for everybody, no tenant's data";
    private const string Own = "the signed-in person's own, whose id comes from the session and never from the request; tried in SessionTests";
    private const string Public = "a stranger's: the workspace is the one in the path, what it names is looked for there alone; tried in PublicFormTests";
    private const string Page = "the tenant is in the path, its door asks for membership; tried page by page with a browser";

    /// <summary>Routes that are no API, and what keeps tenants apart there.</summary>
    public static readonly IReadOnlyDictionary<string, string> Others = new Dictionary<string, string>
    {
        ["POST /hooks/{tenant}/{key}"] = "the address is random and of one tenant, and the call must be signed with that connection's secret; tried in HookTests",
        ["GET /u/{token}"] = "the sealed token names the tenant and the mail; one of B that was changed opens nothing; tried in UnsubscribeTests",
        ["POST /u/{token}"] = "the sealed token names the tenant and the mail; one of B that was changed opens nothing; tried in UnsubscribeTests",
        ["POST /hooks/{tenant}/{key}/mail"] = "the address is random and of one tenant, and the call must be signed with that mailbox's secret; tried in MailHookTests",
        ["GET /oauth/{Vendor}/callback"] = "the sealed state names the tenant, of which the person must be an admin, and the one who was sent; tried in ConsentTests",
        ["POST /oauth/{Vendor}/callback"] = "nothing is posted there; tried in ConsentTests",
        ["GET /c/{token}"] = "the token is sealed and names tenant, mail and link; tried in TrackingTests",
        ["HEAD /c/{token}"] = "the token is sealed and names tenant, mail and link; tried in TrackingTests",
        ["GET /o/{token}.gif"] = "the token is sealed and names tenant and mail; tried in TrackingTests",
        ["GET /outreach/answers"] = Page,
        ["POST /outreach/answers"] = Page,
        ["GET /outreach/mailboxes"] = Page,
        ["POST /outreach/mailboxes"] = Page,
        ["GET /openapi/{documentName}.json"] = Everybody,
        ["GET /docs"] = Everybody,
        ["* /health/live"] = Everybody,
        ["* /health/ready"] = Everybody,
        ["* /metrics"] = "for whoever runs the installation, behind a port or key of its own",
        ["GET /docs/{documentName?}"] = Everybody,
        ["GET /{**path:file}"] = Everybody,
        ["HEAD /{**path:file}"] = Everybody,
        ["* /_blazor"] = Page,
        ["* /_blazor/negotiate"] = Page,
        ["* /_blazor/disconnect"] = Page,
        ["* /_blazor/initializers"] = Everybody,
        ["GET /account/sign-in"] = Everybody,
        ["POST /account/sign-in"] = Everybody,
        ["GET /account/sign-up"] = Everybody,
        ["POST /account/sign-up"] = Everybody,
        ["GET /account/forgot"] = Everybody,
        ["POST /account/forgot"] = Everybody,
        ["GET /account/new-password"] = "the person that the letter's token names; tried in AccountLettersTests and PasswordTests",
        ["POST /account/new-password"] = "the person that the letter's token names; tried in AccountLettersTests and PasswordTests",
        ["GET /f/{tenant}/{formKey}"] = Public,
        ["POST /f/{tenant}/{formKey}"] = Public,
        ["OPTIONS /f/{tenant}/{formKey}"] = Public,
        ["GET /f/{tenant}/{formKey}.js"] = Public,
        ["GET /f/{tenant}/{formKey}/thanks"] = Public,
        ["GET /f/{tenant}/confirm/{token}"] = Public,
        ["POST /f/{tenant}/confirm/{token}"] = Public,
        ["GET /forms"] = Page,
        ["POST /forms"] = Page,
        ["GET /forms/{Id}"] = Page,
        ["POST /forms/{Id}"] = Page,
        ["GET /forms/{Id}/submissions"] = Page,
        ["POST /forms/{Id}/submissions"] = Page,
        ["GET /forms/{id}/submissions.csv"] = Page,
        ["GET /mail"] = Page,
        ["POST /mail"] = Page,
        ["POST /account/sign-out"] = Everybody,
        ["GET /account"] = Own,
        ["POST /account"] = Own,
        ["POST /account/theme"] = Own,
        ["POST /account/sessions/end"] = Own,
        ["POST /account/sessions/end-others"] = Own,
        ["GET /account/workspaces"] = Own,
        ["POST /account/workspaces"] = Own,
        ["GET /account/workspaces/new"] = Own,
        ["POST /account/workspaces/new"] = Own,
        ["GET /missing"] = Everybody,
        ["POST /missing"] = Everybody,
        ["GET /problem/{Code}"] = Everybody,
        ["POST /problem/{Code}"] = Everybody,
        ["GET /invitations/{Token}"] = Page,
        ["POST /invitations/{Token}"] = Page,
        ["GET /"] = Page,
        ["POST /"] = Page,
        ["GET /dashboard"] = Page,
        ["POST /dashboard"] = Page,
        ["GET /leads"] = Page,
        ["POST /leads"] = Page,
        ["GET /leads/export.csv"] = Page,
        ["POST /leads/export.csv"] = Page,
        ["GET /leads/{Id}"] = Page,
        ["POST /leads/{Id}"] = Page,
        ["GET /leads/merge"] = Page,
        ["POST /leads/merge"] = Page,
        ["GET /imports"] = Page,
        ["POST /imports"] = Page,
        ["GET /imports/{Id}"] = Page,
        ["POST /imports/{Id}"] = Page,
        ["GET /imports/{Id}/setup"] = Page,
        ["POST /imports/{Id}/setup"] = Page,
        ["GET /imports/{id}/errors.csv"] = Page,
        ["GET /outreach/templates"] = Page,
        ["POST /outreach/templates"] = Page,
        ["GET /outreach/templates/{Id}"] = Page,
        ["POST /outreach/templates/{Id}"] = Page,
        ["GET /knowledge"] = Page,
        ["POST /knowledge"] = Page,
        ["GET /knowledge/{Id}"] = Page,
        ["POST /knowledge/{Id}"] = Page,
        ["GET /icp"] = Page,
        ["POST /icp"] = Page,
        ["GET /integrations"] = Page,
        ["POST /integrations"] = Page,
        ["GET /integrations/new"] = Page,
        ["POST /integrations/new"] = Page,
        ["GET /integrations/{Id}"] = Page,
        ["POST /integrations/{Id}"] = Page,
        ["GET /integrations/{Id}/setup"] = Page,
        ["POST /integrations/{Id}/setup"] = Page,
        ["GET /deliveries"] = Page,
        ["POST /deliveries"] = Page,
        ["GET /deliveries/{Id}"] = Page,
        ["POST /deliveries/{Id}"] = Page,
        ["GET /outreach"] = Page,
        ["POST /outreach"] = Page,
        ["GET /outreach/drafts"] = Page,
        ["POST /outreach/drafts"] = Page,
        ["GET /outreach/outbox"] = Page,
        ["POST /outreach/outbox"] = Page,
        ["GET /outreach/senders"] = Page,
        ["POST /outreach/senders"] = Page,
        ["GET /outreach/suppressions"] = Page,
        ["POST /outreach/suppressions"] = Page,
        ["GET /outreach/sequences/{Id}"] = Page,
        ["POST /outreach/sequences/{Id}"] = Page,
        ["GET /members"] = Page,
        ["POST /members"] = Page,
        ["GET /developers"] = Page,
        ["POST /developers"] = Page,
        ["GET /settings"] = Page,
        ["POST /settings"] = Page,
        ["GET /logo"] = Page,
    };

    /// <summary>Files that are the same for everybody; a CSV file is a tenant's data, whatever its address looks like.</summary>
    public static bool IsAsset(string pattern) =>
        pattern.StartsWith("/_framework/", StringComparison.Ordinal)
        || pattern.StartsWith("/_content/", StringComparison.Ordinal)
        || (Path.HasExtension(pattern) && !pattern.EndsWith(".csv", StringComparison.Ordinal) && !pattern.Contains('{', StringComparison.Ordinal) && !pattern.StartsWith("/api/", StringComparison.Ordinal));

    private static Probe Json(string path, HttpStatusCode expected, object body)
    {
        var json = JsonSerializer.Serialize(body);
        return new Probe(path, expected, new StringContent(json, Encoding.UTF8, "application/json"), json);
    }
}
