using LeadGen.Pipeline.Knowledge;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Data.Tenants;

/// <summary>Tables of what mails are written from: templates, knowledge, and what writing has cost.</summary>
internal static class WritingMapping
{
    public static void Map(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Template>(t =>
        {
            t.Property(x => x.Id).ValueGeneratedNever();
            t.Property(x => x.Draft).IsJson();
            t.Property(x => x.Live).IsJson();
            t.Property(x => x.Revision).IsConcurrencyToken();
        });
        modelBuilder.Entity<TemplateVersion>(v =>
        {
            v.HasKey(x => new { x.TemplateId, x.Version });
            v.Property(x => x.Content).IsJson();
        });
        modelBuilder.Entity<KnowledgeDocument>(d =>
        {
            d.Property(x => x.Id).ValueGeneratedNever();
            d.HasIndex(x => x.Hash);
            d.Property(x => x.Revision).IsConcurrencyToken();
        });
        modelBuilder.Entity<KnowledgeChunk>(c =>
        {
            c.Property(x => x.Id).ValueGeneratedNever();
            c.HasIndex(x => new { x.DocumentId, x.Position }).IsUnique();
        });
        modelBuilder.Entity<WritingDay>(d => d.HasKey(x => x.Day));
    }
}

/// <summary>What the model has done and cost on one day, UTC.</summary>
public sealed class WritingDay
{
    /// <summary>Midnight at which it began.</summary>
    public required DateTime Day { get; init; }

    public long Calls { get; set; }

    /// <summary>Tokens used and, while a call runs, set aside for it.</summary>
    public long Tokens { get; set; }

    /// <summary>Millionths of the currency that the price is given in.</summary>
    public long MicroCost { get; set; }

    /// <summary>Mails whose words the model wrote.</summary>
    public long Written { get; set; }

    /// <summary>Mails for which the template's own words were taken instead.</summary>
    public long FellBack { get; set; }
}
