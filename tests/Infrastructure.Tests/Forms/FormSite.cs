using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Forms;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Forms;

/// <summary>A published form and a visitor who fills it in.</summary>
internal sealed class FormSite(Installation installation, Tenant tenant, WebForm form)
{
    public Installation Installation { get; } = installation;

    public Tenant Tenant { get; } = tenant;

    public WebForm Form { get; } = form;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static FormDefinition Contact => FormEditing.Starter("Contact") with { LeastSeconds = 0, Tags = ["web"], Consent = "Write to me." };

    public static Task<FormSite> OpenAsync(Installation installation, Tenant tenant, FormDefinition? definition = null) => installation.InAsync(tenant, async s =>
    {
        var forms = s.GetRequiredService<FormEditing>();
        var made = await forms.CreateAsync(definition ?? Contact, Ct);
        made.Problems.ShouldBeEmpty();
        var published = await forms.PublishAsync(made.Row!.Id, made.Row.Draft, made.Row.Revision, Ct);
        return new FormSite(installation, tenant, published.Row!);
    });

    public Task<string> TokenAsync() => Installation.InAsync(Tenant, s => Task.FromResult(s.GetRequiredService<FormTokens>().Issue(Form.Id)));

    /// <summary>Sends the form; with a fresh token when none is given.</summary>
    public async Task<FormReply> SendAsync(string? email, string? token = null, string trap = "", string? proof = null, params (string Name, string Value)[] more)
    {
        var posted = new Dictionary<string, string> { ["consent"] = "yes", ["message"] = "We would like to see a demo next week." };
        if (email is not null)
        {
            posted["email"] = email;
        }

        foreach (var (name, value) in more)
        {
            posted[name] = value;
        }

        token ??= await TokenAsync();
        return await Installation.InAsync(Tenant, s => s.GetRequiredService<FormIntake>().SubmitAsync(
            Form,
            new SentForm(token, posted, trap, proof, new Dictionary<string, string> { ["page"] = "https://www.acme.example/contact", ["utm_campaign"] = "spring" }),
            "https://leads.example",
            Ct));
    }

    public Task<ConfirmState> ConfirmAsync(string token) => Installation.InAsync(Tenant, s => s.GetRequiredService<FormIntake>().ConfirmAsync(token, Ct));

    public async Task<IReadOnlyList<FormSubmission>> SubmissionsAsync()
    {
        await using var db = Installation.Open(Tenant);
        return await db.Submissions.AsNoTracking().Where(s => s.FormId == Form.Id).OrderBy(s => s.At).ThenBy(s => s.Id).ToListAsync(Ct);
    }
}
