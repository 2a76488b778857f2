using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Mail;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Data.Catalog;

/// <summary>What stands above tenants: who they are, who may enter, which of them have work.</summary>
public abstract class CatalogDb(DbContextOptions options) : IdentityUserContext<User, Guid>(options), IDataProtectionKeyContext
{
    public DbSet<Tenant> Tenants => Set<Tenant>();
    public DbSet<Membership> Memberships => Set<Membership>();
    public DbSet<Invitation> Invitations => Set<Invitation>();
    public DbSet<UserSession> Sessions => Set<UserSession>();
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();
    public DbSet<AccountLetter> AccountLetters => Set<AccountLetter>();
    public DbSet<TenantWork> Work => Set<TenantWork>();
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) => configurationBuilder.UseStoredForms();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<Tenant>(t =>
        {
            t.Ignore(x => x.TenantId);
            t.Property(x => x.Slug).HasMaxLength(40);
            t.Property(x => x.Name).HasMaxLength(120);
            t.HasIndex(x => x.Slug).IsUnique();
        });
        builder.Entity<Membership>(m =>
        {
            m.HasKey(x => new { x.TenantId, x.UserId });
            m.HasIndex(x => x.UserId);
            m.HasOne<Tenant>().WithMany().HasForeignKey(x => x.TenantId);
            m.HasOne<User>().WithMany().HasForeignKey(x => x.UserId);
        });
        builder.Entity<Invitation>(i =>
        {
            i.HasIndex(x => x.TokenHash).IsUnique();
            i.HasIndex(x => x.TenantId);
            i.HasOne<Tenant>().WithMany().HasForeignKey(x => x.TenantId);
        });
        builder.Entity<UserSession>(s =>
        {
            s.ToTable("UserSessions").Property(x => x.Device).HasMaxLength(80);
            s.Property(x => x.Id).ValueGeneratedNever();
            s.HasIndex(x => x.UserId);
            s.HasOne<User>().WithMany().HasForeignKey(x => x.UserId);
        });
        builder.Entity<ApiKey>(k =>
        {
            k.HasIndex(x => x.Hash).IsUnique();
            k.HasIndex(x => x.TenantId);
            k.HasOne<Tenant>().WithMany().HasForeignKey(x => x.TenantId);
        });
        builder.Entity<AccountLetter>(l =>
        {
            l.Property(x => x.Id).ValueGeneratedNever();
            l.Property(x => x.To).HasMaxLength(256);
            l.Property(x => x.LinkBase).HasMaxLength(500);
            l.HasIndex(x => new { x.To, x.CreatedAt });
            l.HasIndex(x => x.DueAt).HasFilter("\"EndedAt\" IS NULL").HasDatabaseName("IX_AccountLetters_Due");
        });
        builder.Entity<TenantWork>(w =>
        {
            w.HasKey(x => new { x.TenantId, x.Kind });
            w.HasIndex(x => x.DueAt);
            w.HasOne<Tenant>().WithMany().HasForeignKey(x => x.TenantId);
        });
    }
}

/// <summary>The catalog in a SQLite file.</summary>
public sealed class SqliteCatalogDb(DbContextOptions<SqliteCatalogDb> options) : CatalogDb(options);

/// <summary>The catalog in PostgreSQL.</summary>
public sealed class PostgresCatalogDb(DbContextOptions<PostgresCatalogDb> options) : CatalogDb(options);
