using System.Globalization;
using System.Text;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Catalog;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Account;

/// <summary>People make accounts and workspaces, come in and go out. Runs in requests only: it sets cookies.</summary>
public sealed class AccountActions(
    UserManager<User> users,
    SignInManager<User> signIn,
    Sessions sessions,
    TenantProvisioning provisioning,
    IDbContextFactory<CatalogDb> catalog,
    TimeProvider time)
{
    private static readonly User Nobody = new() { UserName = "nobody" };
    private static readonly string NobodysHash = new PasswordHasher<User>().HashPassword(Nobody, Guid.NewGuid().ToString());

    /// <summary>Signs in; false says nothing about which part was wrong, nor whether the account exists or is locked.</summary>
    public async Task<bool> SignInAsync(string email, string password)
    {
        if (await users.FindByEmailAsync(email.Trim()) is not { } user)
        {
            // As slow as a real comparison, so that the clock does not tell which addresses have accounts.
            users.PasswordHasher.VerifyHashedPassword(Nobody, NobodysHash, password);
            return false;
        }

        return (await signIn.PasswordSignInAsync(user, password, isPersistent: true, lockoutOnFailure: true)).Succeeded;
    }

    /// <summary>Makes an account and signs it in.</summary>
    /// <returns>The account, or what is wrong, by field of the form.</returns>
    public async Task<(User? User, IReadOnlyList<FieldError> Errors)> CreateAccountAsync(string name, string email, string password)
    {
        var user = new User
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            UserName = email.Trim(),
            Email = email.Trim(),
            DisplayName = name.Trim(),
            CreatedAt = time.GetUtcNow().UtcDateTime,
        };
        var result = await users.CreateAsync(user, password);
        if (!result.Succeeded)
        {
            return (null, [.. result.Errors.Select(FieldError.From).DistinctBy(e => e.Field)]);
        }

        await signIn.SignInAsync(user, isPersistent: true);
        return (user, []);
    }

    /// <summary>Makes a workspace with the person as its owner; its address comes from the company's name.</summary>
    /// <returns>The slug.</returns>
    public async Task<string> CreateWorkspaceAsync(Guid ownerId, string company, CancellationToken cancellationToken = default)
    {
        var wish = SlugOf(company);
        for (var n = 1; ; n++)
        {
            var slug = n == 1 ? wish : $"{wish}-{n.ToString(CultureInfo.InvariantCulture)}";
            if (await provisioning.CreateAsync(slug, company.Trim(), cancellationToken) is not { } tenant)
            {
                continue;
            }

            // Whoever goes away now still owns what was made.
            await using var db = await catalog.CreateDbContextAsync(CancellationToken.None);
            db.Memberships.Add(new Membership
            {
                TenantId = tenant.Id,
                UserId = ownerId,
                Role = MemberRole.Owner,
                Since = time.GetUtcNow().UtcDateTime,
            });
            await db.SaveChangesAsync(CancellationToken.None);
            return slug;
        }
    }

    public Task RenameAsync(User user, string name)
    {
        user.DisplayName = name.Trim();
        return users.UpdateAsync(user);
    }

    /// <summary>Changes the password, signs out every other browser, and goes on in this one.</summary>
    /// <returns>What is wrong, by field of the form; empty when done.</returns>
    public async Task<IReadOnlyList<FieldError>> ChangePasswordAsync(User user, Guid? session, string present, string password)
    {
        // Counts like a sign-in: who sits at an open page must not try passwords without end.
        var check = await signIn.CheckPasswordSignInAsync(user, present, lockoutOnFailure: true);
        if (!check.Succeeded)
        {
            return [new("Present", check.IsLockedOut ? "Too many wrong tries. Wait five minutes." : "This is not your present password.")];
        }

        var result = await users.ChangePasswordAsync(user, present, password);
        if (!result.Succeeded)
        {
            return [.. result.Errors.Select(FieldError.From).DistinctBy(e => e.Field)];
        }

        await sessions.EndOthersAsync(user.Id, session);
        await signIn.RefreshSignInAsync(user);
        return [];
    }

    public Task SignOutAsync() => signIn.SignOutAsync();

    /// <summary>Letters and digits of the name, without accents, at most 36 characters so that a number still fits.</summary>
    internal static string SlugOf(string company)
    {
        var slug = new StringBuilder();
        foreach (var c in company.Normalize(NormalizationForm.FormD).ToLowerInvariant())
        {
            if (c is >= 'a' and <= 'z' or >= '0' and <= '9')
            {
                slug.Append(c);
            }
            else if (slug.Length > 0 && slug[^1] != '-' && CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
            {
                slug.Append('-');
            }

            if (slug.Length == 36)
            {
                break;
            }
        }

        var text = slug.ToString().Trim('-');
        return text.Length >= 2 ? text : "team";
    }
}

/// <summary>What is wrong with a field of a form, and what to do.</summary>
public sealed record FieldError(string Field, string Text)
{
    internal static FieldError From(IdentityError error) => error.Code switch
    {
        nameof(IdentityErrorDescriber.DuplicateEmail) or nameof(IdentityErrorDescriber.DuplicateUserName) =>
            new("Email", "There is an account with this e-mail. Sign in instead."),
        nameof(IdentityErrorDescriber.InvalidEmail) or nameof(IdentityErrorDescriber.InvalidUserName) =>
            new("Email", "Enter an e-mail address such as name@company.com."),
        nameof(IdentityErrorDescriber.PasswordTooShort) => new("Password", "Use at least 10 characters."),
        nameof(IdentityErrorDescriber.PasswordRequiresUniqueChars) => new("Password", "Use at least 4 different characters."),
        _ => new("Password", error.Description),
    };
}
