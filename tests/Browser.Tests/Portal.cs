using LeadGen.Fakes.Pipedrive;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Catalog;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(LeadGen.Browser.Tests.Portal))]

namespace LeadGen.Browser.Tests;

/// <summary>The real portal on a free port of this machine, with data of its own, and a browser in front of it.</summary>
public sealed class Portal : IAsyncLifetime
{
    public const string Password = "correct horse battery";

    /// <summary>Best first: without its windows Chromium takes two thirds of the processor time. Playwright's own where there is none.</summary>
    private static readonly string[] Installed = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

    private readonly string data = Directory.CreateTempSubdirectory("leadgen-browser-").FullName;
    private WebApplication app = null!;
    private IPlaywright playwright = null!;
    private int people;

    public IBrowser Browser { get; private set; } = null!;

    public string Address { get; private set; } = "";

    /// <summary>The vendor that the operator registered an app with.</summary>
    public PipedriveFake Pipedrive { get; } = new();

    public IServiceProvider Services => app.Services;

    public async ValueTask InitializeAsync()
    {
        await Pipedrive.StartAsync();
        app = PortalHost.Build(
            [
                "--urls=http://127.0.0.1:0", $"--Data:Path={data}", "--Outbound:AllowedNetworks:0=127.0.0.0/8", $"--Crm:Pipedrive:Address={Pipedrive.Address}",
                $"--Crm:Pipedrive:ClientId={PipedriveFake.ClientId}", $"--Crm:Pipedrive:ClientSecret={PipedriveFake.ClientSecret}",
            ],
            b => b.Logging.SetMinimumLevel(LogLevel.Warning));
        await Services.GetRequiredService<TenantProvisioning>().MigrateAsync();
        await app.StartAsync();
        Address = Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        playwright = await Playwright.CreateAsync();

        // Two windows at once on two cores: what is true comes, but not always within the five seconds that are usual.
        Assertions.SetDefaultExpectTimeout(15_000);
        Browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Installed.FirstOrDefault(File.Exists),
            Args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        playwright.Dispose();
        await app.DisposeAsync();
        await Pipedrive.DisposeAsync();
        Directory.Delete(data, recursive: true);
    }

    public string NewEmail(string name) => $"{name}{Interlocked.Increment(ref people)}@example.com";

    /// <summary>A tenant with an owner, made below the screens.</summary>
    public async Task<(Tenant Tenant, User Owner)> TenantAsync(string name)
    {
        var slug = $"{name.ToLowerInvariant()}-{Interlocked.Increment(ref people)}";
        var tenant = (await Services.GetRequiredService<TenantProvisioning>().CreateAsync(slug, name))!;
        return (tenant, await MemberAsync(tenant, "Mara Lindqvist", MemberRole.Owner));
    }

    /// <summary>One more tenant of somebody who is there already.</summary>
    public async Task<Tenant> JoinAsync(string name, User user)
    {
        var tenant = (await Services.GetRequiredService<TenantProvisioning>().CreateAsync($"{name.ToLowerInvariant()}-{Interlocked.Increment(ref people)}", name))!;
        await AddAsync(tenant, user, MemberRole.Owner);
        return tenant;
    }

    public async Task<User> MemberAsync(Tenant tenant, string name, MemberRole role)
    {
        var user = await PersonAsync(name);
        await AddAsync(tenant, user, role);
        return user;
    }

    private async Task AddAsync(Tenant tenant, User user, MemberRole role)
    {
        await using var db = await Services.GetRequiredService<IDbContextFactory<CatalogDb>>().CreateDbContextAsync();
        db.Memberships.Add(new Membership { TenantId = tenant.Id, UserId = user.Id, Role = role, Since = Now });
        await db.SaveChangesAsync();
    }

    /// <summary>Somebody with an account and no tenant.</summary>
    public async Task<User> PersonAsync(string name)
    {
        await using var scope = Services.CreateAsyncScope();
        var email = NewEmail(name.Split(' ')[0].ToLowerInvariant());
        var user = new User { Id = Guid.NewGuid(), UserName = email, Email = email, DisplayName = name, CreatedAt = Now };
        var made = await scope.ServiceProvider.GetRequiredService<UserManager<User>>().CreateAsync(user, Password);
        return made.Succeeded ? user : throw new InvalidOperationException(string.Join(" ", made.Errors.Select(e => e.Description)));
    }

    public Task InTenantAsync(Tenant tenant, Func<IServiceProvider, Task> work) =>
        Services.GetRequiredService<TenantScopes>().RunAsync(tenant.TenantId, work);

    public DateTime Now => Services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;

    /// <summary>A browser window of its own: no cookies, and a record of what went wrong in it.</summary>
    public async Task<Window> OpenAsync(User? signedIn = null, bool dark = false, int width = 1440, int height = 900)
    {
        var context = await Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Address,
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new ViewportSize { Width = width, Height = height },
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        var window = new Window(context, await context.NewPageAsync(), Address);
        if (signedIn is not null)
        {
            await window.SignInAsync(signedIn.Email!);
            await window.Page.UntilAtAsync(new System.Text.RegularExpressions.Regex("^(?!.*/account/)"));
        }

        return window;
    }
}
