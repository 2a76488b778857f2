using System.Reflection;
using LeadGen.Portal.Account;
using LeadGen.Portal.Integrations;
using LeadGen.Portal.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Portal.Tests.Architecture;

/// <summary>Every page and address says who may use it; those for everybody are named here.</summary>
public sealed class AccessRuleTests(PortalUnderTest portal)
{
    private static readonly Type[] PagesForEverybody =
    [
        typeof(HomePage), typeof(SignInPage), typeof(SignUpPage), typeof(ForgotPage), typeof(NewPasswordPage), typeof(JoinPage), typeof(ProblemPage),

        // Asks for itself who came back and whether they may; tried in ConsentTests.
        typeof(ConsentPage),
    ];

    private static readonly string[] AddressesForEverybody =
    [
        "/health/live", "/health/ready",

        // Behind a gate of its own, MetricsGate.
        "/metrics",
        "/account/sign-out",

        // Public forms and the links in their letters: strangers send them, see PublicFormGate.
        "/f/{tenant}/{formKey}", "/f/{tenant}/{formKey}.js", "/f/{tenant}/{formKey}/thanks", "/f/{tenant}/confirm/{token}",

        // Receivers of mails, whom the sealed token names; tried in UnsubscribeTests.
        "/u/{token}",

        // Calls of CRMs, each proved by its signature; tried in HookTests.
        "/hooks/{tenant}/{key}", "/hooks/{tenant}/{key}/mail", "/c/{token}", "/o/{token}.gif",

        // The API's description and the page to try it.
        "/openapi/{documentName}.json", "/docs", "/docs/start.js", "/docs/{documentName?}", "/docs/scalar.js", "/docs/scalar.aspnetcore.js", "/docs/favicon.svg",

        // Blazor's own files and its hub: TenantDoor lets only members reach the hub, TenantCircuit asks again as long as a circuit lives.
        "/_framework/opaque-redirect", "/{**path:file}",
        "/_blazor", "/_blazor/negotiate", "/_blazor/disconnect/", "/_blazor/initializers/",
    ];

    [Fact]
    public void Every_page_says_who_may_see_it()
    {
        var pages = typeof(PortalHost).Assembly.GetTypes().Where(t => t.GetCustomAttributes<RouteAttribute>().Any()).ToList();

        pages.Count.ShouldBeGreaterThan(5);
        pages.Where(p => !p.GetCustomAttributes().OfType<IAuthorizeData>().Any()).Except(PagesForEverybody).ShouldBeEmpty();
        PagesForEverybody.Where(p => !p.GetCustomAttributes().OfType<IAllowAnonymous>().Any()).ShouldBeEmpty("pages for everybody say so");
    }

    [Fact]
    public void Every_address_says_who_may_use_it()
    {
        var endpoints = portal.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
            .ToList();

        endpoints.Count.ShouldBeGreaterThan(20);
        endpoints.Where(e => e.Metadata.GetMetadata<IAuthorizeData>() is null)
            .Where(e => e.Metadata.GetMetadata<ComponentTypeMetadata>() is not { } page || !PagesForEverybody.Contains(page.Type))
            .Select(e => "/" + e.RoutePattern.RawText!.TrimStart('/'))
            .Where(a => !AddressesForEverybody.Contains(a))
            .ShouldBeEmpty();
    }
}
