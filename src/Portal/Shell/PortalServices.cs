using LeadGen.Infrastructure.Access;
using LeadGen.Portal.Account;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MudBlazor.Services;

namespace LeadGen.Portal.Shell;

/// <summary>What the pages need: components, people who sign in, and the gates between tenants.</summary>
public static class PortalServices
{
    public static IServiceCollection AddPortal(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddPages();
        services.AddPeople();
        services.AddGates();
        services.AddOptions<ProxyOptions>().Bind(configuration.GetSection(ProxyOptions.Section)).ValidateOnStart();
        services.AddSingleton<IConfigureOptions<ForwardedHeadersOptions>, ProxySetup>();
        return services;
    }

    private static void AddPages(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices(o =>
        {
            o.SnackbarConfiguration.PositionClass = MudBlazor.Defaults.Classes.Position.BottomCenter;
            o.SnackbarConfiguration.MaximumOpacity = 100;
            o.SnackbarConfiguration.ShowCloseIcon = false;
            o.SnackbarConfiguration.VisibleStateDuration = 8_000;
        });
        services.AddCascadingAuthenticationState();
        services.AddAntiforgery(o =>
        {
            o.Cookie.Name = "leadgen.form";
            o.Cookie.Path = "/";
            o.SuppressXFrameOptionsHeader = true;
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.AddHsts(o => o.MaxAge = TimeSpan.FromDays(365));
        services.AddPageServices();
    }

    private static void AddPeople(this IServiceCollection services)
    {
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();

        // The name to sign in with is the e-mail address, with whatever letters its owner has.
        services.AddIdentityCore<User>(o => o.User.AllowedUserNameCharacters = "").AddSignInManager();
        services.ConfigureApplicationCookie(o =>
        {
            o.Cookie.Name = "leadgen.session";
            o.Cookie.Path = "/";
            o.Cookie.SameSite = SameSiteMode.Lax;
            o.CookieManager = new HostCookies();
            o.LoginPath = SignInAddress.Path;
            o.ExpireTimeSpan = Sessions.Lifetime;
            o.Events.OnSigningIn = SessionCookies.BeginAsync;
            o.Events.OnValidatePrincipal = SessionCookies.CheckAsync;
            o.Events.OnSigningOut = SessionCookies.EndAsync;
            o.Events.OnRedirectToLogin = context =>
            {
                context.Response.Redirect(SignInAddress.For(context.Request));
                return Task.CompletedTask;
            };
            o.Events.OnRedirectToAccessDenied = context =>
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            };
        });
        services.Configure<SecurityStampValidatorOptions>(o =>
        {
            o.ValidationInterval = TimeSpan.FromMinutes(1);
            o.OnRefreshingPrincipal = SessionCookies.KeepAsync;
        });
        services.AddScoped<AccountActions>();
        services.AddScoped<PasswordResets>();
        services.AddSingleton<ResetLimits>();
        services.AddScoped<Workspaces>();
    }

    private static void AddGates(this IServiceCollection services)
    {
        services.AddScoped<CurrentMember>();
        services.AddScoped<MemberAccess>();
        services.AddScoped<MembershipCheck>();
        services.AddScoped<TenantCircuit>();
        services.AddScoped<CircuitHandler>(s => s.GetRequiredService<TenantCircuit>());
        services.AddSingleton<CircuitCount>();
        services.AddAuthorizationCore(Roles.AddPolicies);
        services.TryAddEnumerable(ServiceDescriptor.Scoped<IAuthorizationHandler, RoleHandler>());
        services.AddAuthorization();
    }
}
