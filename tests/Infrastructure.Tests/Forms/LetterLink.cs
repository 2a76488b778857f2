using LeadGen.Infrastructure.Mail;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Forms;

/// <summary>Opens the newest letter as its reader does.</summary>
internal static class LetterLink
{
    /// <summary>The token at the end of its link.</summary>
    public static Task<string> OfAsync(Installation installation, Tenant tenant) => installation.InAsync(tenant, async s =>
    {
        await using var db = installation.Open(tenant);
        var message = await db.Outbox.AsNoTracking().OrderByDescending(o => o.Id).FirstAsync();
        var link = s.GetRequiredService<SystemLetters>().LinkOf(message)!;
        link.ShouldStartWith($"https://leads.example/f/{tenant.Slug}/confirm/");
        return link[(link.LastIndexOf('/') + 1)..];
    });
}
