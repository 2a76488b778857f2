using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Data.Tenants;

/// <summary>Tables of answers.</summary>
internal static class AnswerMapping
{
    public static void Map(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<AnswerMailbox>(m =>
        {
            m.ToTable("Mailboxes").Property(x => x.Id).ValueGeneratedNever();
            m.HasIndex(x => x.HookKey).IsUnique();
            m.Property(x => x.Revision).IsConcurrencyToken();
        });
        modelBuilder.Entity<InboundMail>(m =>
        {
            m.Property(x => x.Id).ValueGeneratedNever();
            m.HasIndex(x => x.MessageId).IsUnique();
            m.Property(x => x.Content).IsJson();
            m.Property(x => x.Referred).IsJson();
            m.HasIndex(x => x.Id).HasFilter("\"State\" = 'Received'").HasDatabaseName("IX_InboundMails_Received");
            m.HasIndex(x => new { x.State, x.At });
            m.HasIndex(x => new { x.LeadId, x.At });
            m.HasIndex(x => new { x.Kind, x.ReceivedAt });
            m.HasIndex(x => x.From);
        });
    }
}
