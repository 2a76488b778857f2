using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Catalog;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LeadGen.Infrastructure.Mail;

/// <summary>Letters about people's accounts, which stand above tenants: how to set a new password.</summary>
public sealed partial class AccountLetters(
    IDbContextFactory<CatalogDb> catalog, IServiceScopeFactory scopes, IMailTransport transport, TimeProvider time, ILogger<AccountLetters> logger)
{
    /// <summary>How long a link to set a new password holds.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Letters that one address gets within <see cref="Lifetime"/>.</summary>
    public const int Most = 3;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15)];

    /// <summary>Notes that somebody asked. Takes the same way, and time, for every address.</summary>
    public async Task AskAsync(string email, string linkBase, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var (to, since) = (email.Trim().ToLowerInvariant(), now.UtcDateTime - Lifetime);
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        if (await db.AccountLetters.CountAsync(l => l.To == to && l.CreatedAt > since, cancellationToken) >= Most)
        {
            return;
        }

        db.AccountLetters.Add(new AccountLetter { Id = Guid.CreateVersion7(now), To = to, LinkBase = linkBase, CreatedAt = now.UtcDateTime, DueAt = now.UtcDateTime });
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Sends what is due.</summary>
    /// <returns>How many were looked at.</returns>
    public async Task<int> SendDueAsync(CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow().UtcDateTime;
        List<AccountLetter> due;
        await using (var db = await catalog.CreateDbContextAsync(cancellationToken))
        {
            due = await db.AccountLetters.AsNoTracking().Where(l => l.EndedAt == null && l.SendingAt == null && l.DueAt <= now)
                .OrderBy(l => l.DueAt).Take(20).ToListAsync(cancellationToken);
            if (due.Count > 0)
            {
                var old = now - Kept;
                await db.AccountLetters.Where(l => l.CreatedAt < old).ExecuteDeleteAsync(cancellationToken);
            }
        }

        foreach (var letter in due)
        {
            await SendAsync(letter, cancellationToken);
        }

        return due.Count;
    }

    private async Task SendAsync(AccountLetter row, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        var mine = db.AccountLetters.Where(l => l.Id == row.Id);
        if (await mine.Where(l => l.SendingAt == null && l.EndedAt == null).ExecuteUpdateAsync(l => l.SetProperty(x => x.SendingAt, now), cancellationToken) == 0)
        {
            return;
        }

        var outcome = await LetterAsync(row) is { } letter ? await transport.SendAsync(letter, null, cancellationToken) : null;
        if (outcome is { Verdict: MailVerdict.Later } && row.Attempts < Pauses.Length)
        {
            var again = now + Pauses[row.Attempts];
            await mine.ExecuteUpdateAsync(
                l => l.SetProperty(x => x.SendingAt, (DateTime?)null).SetProperty(x => x.DueAt, again).SetProperty(x => x.Attempts, x => x.Attempts + 1),
                CancellationToken.None);
            return;
        }

        if (outcome is { Verdict: not MailVerdict.Sent })
        {
            NotSent(logger, outcome.Verdict, outcome.Error);
        }

        await mine.ExecuteUpdateAsync(l => l.SetProperty(x => x.EndedAt, time.GetUtcNow().UtcDateTime), CancellationToken.None);
    }

    /// <summary>Null when nobody has this address.</summary>
    private async Task<MailLetter?> LetterAsync(AccountLetter row)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        if (await users.FindByEmailAsync(row.To) is not { Email: { } to } user)
        {
            return null;
        }

        var token = await users.GeneratePasswordResetTokenAsync(user);
        var link = $"{row.LinkBase}/account/new-password?user={user.Id:N}&token={Uri.EscapeDataString(token)}";
        var letter = new LetterText(
            "Set a new password for LeadGen",
            [
                $"Hello {user.DisplayName},",
                "somebody, hopefully you, asked for a new password for your account. The link below holds for one hour and works once. Setting a new password signs you out everywhere.",
            ],
            "Set a new password",
            "It was not you? Then leave this letter alone: your password stays as it is.");
        return new MailLetter(row.Id, to, letter.Subject, LetterText.WithLink(letter.Text, link), LetterText.WithLink(letter.Html, System.Net.WebUtility.HtmlEncode(link)));
    }

    [LoggerMessage(601, LogLevel.Error, "A letter about an account was not sent ({Verdict}): {Why}")]
    private static partial void NotSent(ILogger logger, MailVerdict verdict, string? why);
}
