using System.Text.RegularExpressions;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Mail;
using LeadGen.Infrastructure.Tests.Installations;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Tests.Mail;

public sealed partial class AccountLettersTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_letter_goes_to_who_has_an_account_and_its_link_works_once(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        await PersonAsync(installation, "Mara@Example.com");
        var letters = installation.Get<AccountLetters>();
        await letters.AskAsync(" mara@example.com ", "https://leads.example", Ct);
        await letters.AskAsync("nobody@example.com", "https://leads.example", Ct);
        await using (var db = installation.Catalog())
        {
            (await db.AccountLetters.CountAsync(Ct)).ShouldBe(2, "an address without an account leaves the same trace");
        }

        (await letters.SendDueAsync(Ct)).ShouldBe(2);
        (await letters.SendDueAsync(Ct)).ShouldBe(0);
        var file = Directory.GetFiles(Path.Combine(installation.DataPath, "mail")).ShouldHaveSingleItem();
        using var message = MimeKit.MimeMessage.Load(file);
        message.To.Mailboxes.Single().Address.ShouldBe("Mara@Example.com");
        var link = LinkPattern().Match(message.TextBody ?? "");
        link.Success.ShouldBeTrue(message.TextBody);
        await using var scope = installation.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var user = (await users.FindByIdAsync(Guid.Parse(link.Groups["user"].Value).ToString()))!;
        var token = Uri.UnescapeDataString(link.Groups["token"].Value);
        (await users.ResetPasswordAsync(user, token + "x", "a wholly new sentence")).Succeeded.ShouldBeFalse();
        (await users.ResetPasswordAsync(user, token, "a wholly new sentence")).Succeeded.ShouldBeTrue();
        (await users.ResetPasswordAsync(user, token, "another new sentence")).Succeeded.ShouldBeFalse();
        installation.Get<IOptions<DataProtectionTokenProviderOptions>>().Value.TokenLifespan.ShouldBe(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Nobodys_mailbox_is_filled()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        await PersonAsync(installation, "mara@example.com");
        var letters = installation.Get<AccountLetters>();
        for (var i = 0; i < 6; i++)
        {
            await letters.AskAsync("mara@example.com", "https://leads.example", Ct);
        }

        (await letters.SendDueAsync(Ct)).ShouldBe(AccountLetters.Most);
    }

    private static async Task PersonAsync(Installation installation, string email)
    {
        await using var scope = installation.Services.CreateAsyncScope();
        var user = new User { Id = Guid.NewGuid(), UserName = email, Email = email, DisplayName = "Mara", CreatedAt = DateTime.UnixEpoch };
        (await scope.ServiceProvider.GetRequiredService<UserManager<User>>().CreateAsync(user, "correct horse battery")).Succeeded.ShouldBeTrue();
    }

    [GeneratedRegex("https://leads\\.example/account/new-password\\?user=(?<user>[0-9a-f]{32})&token=(?<token>\\S+)")]
    private static partial Regex LinkPattern();
}
