using System.Net;
using System.Text.RegularExpressions;
using System.Web;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Catalog;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Crm.Consent;
using LeadGen.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LeadGen.Portal.Tests.Integrations;

/// <summary>A portal whose operator registered apps with pretended vendors, and people with browsers in front of it.</summary>
public sealed class ConsentPortal : IAsyncLifetime
{
    private const string Password = "correct horse battery";

    private readonly string folder = Directory.CreateTempSubdirectory("leadgen-consent-").FullName;
    private readonly List<HttpClient> browsers = [];
    private WebApplication app = null!;
    private int people;

    public VendorPages Vendors { get; private set; } = null!;

    public string Address => app.Urls.First();

    public IServiceProvider Services => app.Services;

    public async ValueTask InitializeAsync()
    {
        Vendors = await VendorPages.StartAsync();
        app = PortalHost.Build(
            [$"--Data:Path={folder}", "--urls=http://127.0.0.1:0", .. Vendors.Settings.Select(s => $"--{s.Key}={s.Value}")], builder => builder.Logging.ClearProviders());
        await Services.GetRequiredService<TenantProvisioning>().MigrateAsync();
        await app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        browsers.ForEach(b => b.Dispose());
        await app.StopAsync();
        await app.DisposeAsync();
        await Vendors.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    public async Task<Tenant> TenantAsync() =>
        (await Services.GetRequiredService<TenantProvisioning>().CreateAsync("t" + Guid.NewGuid().ToString("N")[..16], "Acme"))!;

    public async Task<User> MemberAsync(Tenant tenant, MemberRole role)
    {
        await using var scope = Services.CreateAsyncScope();
        var email = $"person{Interlocked.Increment(ref people)}@example.com";
        var user = new User { Id = Guid.NewGuid(), UserName = email, Email = email, DisplayName = "Ada", CreatedAt = DateTime.UnixEpoch };
        (await scope.ServiceProvider.GetRequiredService<UserManager<User>>().CreateAsync(user, Password)).Succeeded.ShouldBeTrue();
        await using var catalog = await Services.GetRequiredService<IDbContextFactory<CatalogDb>>().CreateDbContextAsync();
        catalog.Memberships.Add(new Membership { TenantId = tenant.Id, UserId = user.Id, Role = role, Since = DateTime.UnixEpoch });
        await catalog.SaveChangesAsync();
        return user;
    }

    public async Task ChangeAsync(Func<CatalogDb, Task> change)
    {
        await using var catalog = await Services.GetRequiredService<IDbContextFactory<CatalogDb>>().CreateDbContextAsync();
        await change(catalog);
    }

    /// <summary>A browser that follows no redirect; signed in when somebody is named.</summary>
    public async Task<HttpClient> BrowserAsync(User? signedIn = null)
    {
        var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(Address) };
        browsers.Add(browser);
        if (signedIn is null)
        {
            return browser;
        }

        var form = Hidden().Matches(await browser.GetStringAsync("/account/sign-in"))
            .ToDictionary(m => m.Groups[1].Value, m => HttpUtility.HtmlDecode(m.Groups[2].Value));
        (form["Form.Email"], form["Form.Password"]) = (signedIn.Email!, Password);
        using var answer = await browser.PostAsync("/account/sign-in", new FormUrlEncodedContent(form));
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        return browser;
    }

    private static Regex Hidden() => new("""<input type="hidden" name="([^"]+)" value="([^"]*)"\s*/?>""", RegexOptions.CultureInvariant);
}
