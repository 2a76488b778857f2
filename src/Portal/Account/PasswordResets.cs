using System.Collections.Concurrent;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Mail;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace LeadGen.Portal.Account;

/// <summary>A forgotten password: asked for by letter, set with the letter's link. What is answered does not depend on who has an account.</summary>
public sealed class PasswordResets(
    AccountLetters letters, UserManager<User> users, SignInManager<User> signIn, Sessions sessions, ResetLimits limits, IOptions<MailOptions> mail)
{
    private const string Gone = "This link does not work any more: it holds for one hour and works once. Ask for another.";

    /// <returns>False when this visitor asked too often.</returns>
    public async Task<bool> AskAsync(string email, HttpRequest request)
    {
        if (!limits.Take(request.HttpContext.Connection.RemoteIpAddress?.ToString() ?? ""))
        {
            return false;
        }

        await letters.AskAsync(email, mail.Value.LinkBase($"{request.Scheme}://{request.Host}{request.PathBase}"), request.HttpContext.RequestAborted);
        return true;
    }

    /// <returns>Null when done, else what is wrong.</returns>
    public async Task<string?> SetAsync(string? userId, string? token, string password, HttpContext context)
    {
        if (!limits.Take(context.Connection.RemoteIpAddress?.ToString() ?? ""))
        {
            return "Too many tries. Wait a quarter of an hour, then try again.";
        }

        if (!Guid.TryParse(userId, out var id) || string.IsNullOrEmpty(token) || await users.FindByIdAsync(id.ToString()) is not { } user)
        {
            return Gone;
        }

        var result = await users.ResetPasswordAsync(user, token, password);
        if (!result.Succeeded)
        {
            return result.Errors.Any(e => e.Code == nameof(IdentityErrorDescriber.InvalidToken)) ? Gone : FieldError.From(result.Errors.First()).Text;
        }

        // Who can open the mailbox is the owner: tries of others do not keep them out, and nobody stays signed in.
        await users.ResetAccessFailedCountAsync(user);
        await users.SetLockoutEndDateAsync(user, null);
        await sessions.EndOthersAsync(user.Id, null, CancellationToken.None);
        await signIn.SignOutAsync();
        return null;
    }
}

/// <summary>Counts how often each address asked within a quarter of an hour, in this process.</summary>
public sealed class ResetLimits(TimeProvider time)
{
    /// <summary>Of one address within <see cref="Window"/>.</summary>
    public const int Most = 20;

    private const int MostCounters = 20_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    private readonly Lock sync = new();
    private readonly ConcurrentDictionary<string, int> counts = new(StringComparer.Ordinal);
    private long window;

    public bool Take(string address)
    {
        var now = time.GetUtcNow().UtcTicks / Window.Ticks;
        lock (sync)
        {
            if (window != now || counts.Count > MostCounters)
            {
                window = now;
                counts.Clear();
            }
        }

        return counts.AddOrUpdate(address, 1, (_, n) => n + 1) <= Most;
    }
}
