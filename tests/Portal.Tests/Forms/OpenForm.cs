using System.Text;
using System.Text.Json;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Forms;
using LeadGen.Infrastructure.Mail;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Portal.Leads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Portal.Tests.Forms;

/// <summary>A published form of a fresh tenant, and a stranger's browser.</summary>
internal sealed class OpenForm
{
    public required PortalUnderTest Portal { get; init; }

    public required Tenant Tenant { get; init; }

    public required string Key { get; init; }

    public required HttpClient Client { get; init; }

    public string Path => $"/f/{Tenant.Slug}/{Key}";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<OpenForm> CreateAsync(PortalUnderTest portal, Func<FormDefinition, FormDefinition>? change = null, bool live = true, Tenant? tenant = null)
    {
        tenant ??= await portal.NewTenantAsync();
        var definition = FormEditing.Starter("Contact") with { LeastSeconds = 0 };
        var key = await portal.InTenantAsync(tenant, async s =>
        {
            var forms = s.GetRequiredService<FormEditing>();
            var made = await forms.CreateAsync(change?.Invoke(definition) ?? definition, Ct);
            made.Problems.ShouldBeEmpty();
            var published = (await forms.PublishAsync(made.Row!.Id, made.Row.Draft, made.Row.Revision, Ct)).Row!;
            if (!live)
            {
                await forms.TakeDownAsync(published.Id, published.Revision, Ct);
            }

            return published.Key;
        });

        // Follows nothing: where a stranger is sent is what the tests look at.
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = portal.Address };
        return new OpenForm { Portal = portal, Tenant = tenant, Key = key, Client = client };
    }

    public async Task<string> TokenAsync() => PublicFormTests.Token(await Client.GetStringAsync(Path, Ct));

    public async Task<HttpResponseMessage> PostAsync(string token, params (string Name, string Value)[] values) => await SendAsync(
        HttpMethod.Post, new FormUrlEncodedContent(values.Append(("_token", token)).Select(v => KeyValuePair.Create(v.Item1, v.Item2))), null);

    public Task<HttpResponseMessage> JsonAsync(object body, string? origin) =>
        SendAsync(HttpMethod.Post, new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"), origin);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, HttpContent? content, string? origin, bool chunked = false)
    {
        using var request = new HttpRequestMessage(method, Path) { Content = content };
        request.Headers.TransferEncodingChunked = chunked ? true : null;
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        return await Client.SendAsync(request, Ct);
    }

    public Task<bool> AnyAsync(Func<TenantDb, Task<bool>> look) => Portal.InTenantAsync(Tenant, async s =>
    {
        await using var db = await s.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync(Ct);
        return await look(db);
    });

    /// <summary>Somebody who was a lead and asked to be erased.</summary>
    public Task EraseAsync(string email) => Portal.InTenantAsync(Tenant, async s =>
    {
        var actions = s.GetRequiredService<LeadActions>();
        var taken = await actions.TakeAsync("test", (_, take, _) => take([actions.Read(new RawLead(new Dictionary<string, string> { ["email"] = email })).Lead!]), Ct);
        return await actions.EraseAsync(taken[0].Lead!.Id, Ct);
    });

    /// <summary>The path that the newest letter leads to, read in the folder of letters as a person does.</summary>
    public async Task<string> LetterLinkAsync()
    {
        for (var i = 0; ; i++)
        {
            var text = await Portal.InTenantAsync(Tenant, async s =>
            {
                var box = s.GetRequiredService<Mailbox>();
                return (await box.ListAsync(null, 1, Ct)) is [{ State: MailState.Sent } line] ? (await box.ReadAsync(line.Id, Ct))!.Text : null;
            });
            if (text is not null)
            {
                return new Uri(text.Split('\n').Select(l => l.Trim()).Single(l => l.Contains("/confirm/", StringComparison.Ordinal))).AbsolutePath;
            }

            i.ShouldBeLessThan(200, "the letter was not sent");
            await Task.Delay(50, Ct);
        }
    }
}
