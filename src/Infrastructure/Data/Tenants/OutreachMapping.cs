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
            s.Property(x => x.NextDkim).IsJson();
            s.Property(x => x.Check).IsJson();
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
            e.HasIndex(x => new { x.SequenceId, x.State });
            e.HasIndex(x => x.DueAt).HasFilter("\"DueAt\" IS NOT NULL").HasDatabaseName("IX_Enrollments_Due");
        });
        modelBuilder.Entity<OutreachMessage>(m =>
        {
            m.Property(x => x.Id).ValueGeneratedNever();
            m.Property(x => x.Sentences).IsJson();

            // What a claim looks at stands in the index: finding the next mails reads no row that is not taken.
            m.HasIndex(x => new { x.SenderId, x.DueAt, x.ToDomain, x.SequenceId }).HasFilter("\"State\" = 'Approved'").HasDatabaseName("IX_OutreachMessages_Due");
            m.HasIndex(x => new { x.State, x.Id });
            m.HasIndex(x => x.LeadId);
            m.HasIndex(x => x.MessageId).IsUnique();

            // One mail for each step of an enrolment, whoever runs twice.
            m.HasIndex(x => new { x.EnrollmentId, x.Step }).IsUnique().HasFilter("\"EnrollmentId\" IS NOT NULL AND \"State\" <> 'Cancelled'");
            m.HasIndex(x => new { x.SenderId, x.SendingAt, x.ToDomain });
            m.HasIndex(x => new { x.SequenceId, x.SendingAt });
            m.HasIndex(x => new { x.SequenceId, x.Step });
            m.HasIndex(x => x.TemplateId).HasFilter("\"TemplateId\" IS NOT NULL");
            m.Property(x => x.Revision).IsConcurrencyToken();
        });
        modelBuilder.Entity<Suppression>(s =>
        {
            s.HasKey(x => x.Hash);
            s.HasIndex(x => x.Email);
            s.HasIndex(x => x.At);
            s.HasIndex(x => x.MessageId).HasFilter("\"MessageId\" IS NOT NULL");
        });
        modelBuilder.Entity<TopicRefusal>(r => r.HasKey(x => new { x.Hash, x.TopicId }));
    }
}
