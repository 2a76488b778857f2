using System.Security.Cryptography;
using LeadGen.Infrastructure.Data.Catalog;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Access;

/// <summary>Makes the accounts that own tenants, for the command line and the demo.</summary>
public sealed class Owners(UserManager<User> users, IDbContextFactory<CatalogDb> catalog, TimeProvider time)
{
    /// <summary>Whether somebody may enter the tenant at all.</summary>
    public async Task<bool> AnyAsync(Tenant tenant, CancellationToken cancellationToken = default)
    {
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        return await db.Memberships.AnyAsync(m => m.TenantId == tenant.Id, cancellationToken);
    }

    /// <summary>Finds or makes the account of an address and makes it an owner of the tenant.</summary>
    /// <returns>The password when one was generated, null when the account existed or a password was given.</returns>
    /// <exception cref="ArgumentException">Identity refuses the address or the password; the message says why.</exception>
    public async Task<string?> EnsureAsync(Tenant tenant, string email, string? password, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var user = await users.FindByEmailAsync(email);
        string? generated = null;
        if (user is null)
        {
            generated = password is null ? Password() : null;
            user = new User
            {
                Id = Guid.CreateVersion7(now),
                UserName = email,
                Email = email,
                DisplayName = email.Split('@')[0],
                CreatedAt = now.UtcDateTime,
            };
            var made = await users.CreateAsync(user, password ?? generated!);
            if (!made.Succeeded)
            {
                throw new ArgumentException(string.Join(" ", made.Errors.Select(e => e.Description)));
            }
        }

        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        if (!await db.Memberships.AnyAsync(m => m.TenantId == tenant.Id && m.UserId == user.Id, cancellationToken))
        {
            db.Memberships.Add(new Membership { TenantId = tenant.Id, UserId = user.Id, Role = MemberRole.Owner, Since = now.UtcDateTime });
            await db.SaveChangesAsync(cancellationToken);
        }

        return generated;
    }

    /// <summary>Twenty characters that are easy to tell apart: 96 bits and more.</summary>
    private static string Password() => RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 20);
}
