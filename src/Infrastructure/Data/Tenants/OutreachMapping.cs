using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Data.Tenants;

/// <summary>Tables of outreach.</summary>
internal static class OutreachMapping
{
    public static void Map(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Sender>(s =>
        {
            s.Property(x => x.Id).ValueGeneratedNever();
            s.Property(x => x.Server).IsJson();
            s.Property(x => x.Dkim).IsJson();
            s.Property(x => x.Revision).IsConcurrencyToken();
        });
        modelBuilder.Entity<Sequence>(s =>
        {
            s.Property(x => x.Id).ValueGeneratedNever();
            s.Property(x => x.Plan).IsJson();
            s.Property(x => x.Revision).IsConcurrencyToken();
        });
        modelBuilder.Entity<Enrollment>(e =>
        {
            e.Property(x => x.Id).ValueGeneratedNever();
            e.HasIndex(x => new { x.SequenceId, x.LeadId }).IsUnique();
            e.HasIndex(x => x.LeadId);
            e.HasIndex(x => x.DueAt).HasFilter("\"DueAt\" IS NOT NULL").HasDatabaseName("IX_Enrollments_Due");
        });
        modelBuilder.Entity<OutreachMessage>(m =>
        {
            m.Property(x => x.Id).ValueGeneratedNever();
            m.Property(x => x.Sentences).IsJson();
            m.HasIndex(x => x.DueAt).HasFilter("\"State\" = 'Approved'").HasDatabaseName("IX_OutreachMessages_Due");
            m.HasIndex(x => new { x.State, x.Id });
            m.HasIndex(x => x.LeadId);
            m.HasIndex(x => x.MessageId).IsUnique();
            m.HasIndex(x => new { x.EnrollmentId, x.Step }).HasFilter("\"EnrollmentId\" IS NOT NULL");
            m.HasIndex(x => new { x.SenderId, x.SentAt });
            m.HasIndex(x => new { x.SequenceId, x.Step });
            m.Property(x => x.Revision).IsConcurrencyToken();
        });
        modelBuilder.Entity<Suppression>(s =>
        {
            s.HasKey(x => x.Hash);
            s.HasIndex(x => x.Email);
            s.HasIndex(x => x.At);
        });
    }
}
