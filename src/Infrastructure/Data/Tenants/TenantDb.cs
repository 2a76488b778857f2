using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Knowledge;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Data.Tenants;

/// <summary>
/// Everything of one tenant. No table has a tenant column: the database is the tenant's, and says so in <see cref="TenantMeta"/>.
/// </summary>
public abstract class TenantDb(DbContextOptions options) : DbContext(options)
{
    private readonly HashSet<WorkKind> raised = [];

    /// <summary>Kinds of work that this transaction makes.</summary>
    internal IReadOnlyCollection<WorkKind> Raised => raised;

    public DbSet<TenantMeta> Meta => Set<TenantMeta>();
    public DbSet<Lead> Leads => Set<Lead>();
    public DbSet<LeadAnalysisRow> Analyses => Set<LeadAnalysisRow>();
    public DbSet<LeadChange> LeadChanges => Set<LeadChange>();
    public DbSet<ScoreChange> ScoreChanges => Set<ScoreChange>();
    public DbSet<IntentRow> Intents => Set<IntentRow>();
    public DbSet<LeadVectorRow> Vectors => Set<LeadVectorRow>();
    public DbSet<Import> Imports => Set<Import>();
    public DbSet<ImportError> ImportErrors => Set<ImportError>();
    public DbSet<FeedbackEvent> Feedback => Set<FeedbackEvent>();
    public DbSet<IcpRow> Icps => Set<IcpRow>();
    public DbSet<IcpVersionRow> IcpVersions => Set<IcpVersionRow>();
    public DbSet<ModelRow> Models => Set<ModelRow>();
    public DbSet<Tombstone> Tombstones => Set<Tombstone>();
    public DbSet<IdempotencyRecord> Idempotency => Set<IdempotencyRecord>();
    public DbSet<SavedView> SavedViews => Set<SavedView>();
    public DbSet<ScoreOverride> ScoreOverrides => Set<ScoreOverride>();
    public DbSet<IntentCorrection> IntentCorrections => Set<IntentCorrection>();
    public DbSet<DeletedLead> DeletedLeads => Set<DeletedLead>();
    public DbSet<OutboxMessage> Outbox => Set<OutboxMessage>();
    public DbSet<DeliveryAttempt> DeliveryAttempts => Set<DeliveryAttempt>();
    public DbSet<InboxMessage> Inbox => Set<InboxMessage>();
    public DbSet<WebhookEndpoint> WebhookEndpoints => Set<WebhookEndpoint>();
    public DbSet<SystemMail> SystemMails => Set<SystemMail>();
    public DbSet<ApiRequest> ApiRequests => Set<ApiRequest>();
    public DbSet<Integration> Integrations => Set<Integration>();
    public DbSet<CrmLink> CrmLinks => Set<CrmLink>();
    public DbSet<CrmConsent> CrmConsents => Set<CrmConsent>();
    public DbSet<WebForm> Forms => Set<WebForm>();
    public DbSet<FormSubmission> Submissions => Set<FormSubmission>();
    public DbSet<BulkAction> BulkActions => Set<BulkAction>();
    public DbSet<Sender> Senders => Set<Sender>();
    public DbSet<Sequence> Sequences => Set<Sequence>();
    public DbSet<Enrollment> Enrollments => Set<Enrollment>();
    public DbSet<OutreachMessage> OutreachMessages => Set<OutreachMessage>();
    public DbSet<Suppression> Suppressions => Set<Suppression>();
    public DbSet<TopicRefusal> TopicRefusals => Set<TopicRefusal>();
    public DbSet<AnswerMailbox> Mailboxes => Set<AnswerMailbox>();
    public DbSet<InboundMail> InboundMails => Set<InboundMail>();
    public DbSet<Template> Templates => Set<Template>();
    public DbSet<TemplateVersion> TemplateVersions => Set<TemplateVersion>();
    public DbSet<KnowledgeDocument> KnowledgeDocuments => Set<KnowledgeDocument>();
    public DbSet<KnowledgeChunk> KnowledgeChunks => Set<KnowledgeChunk>();
    public DbSet<WritingDay> WritingDays => Set<WritingDay>();

    /// <summary>What is written here is work for others; <see cref="TenantWrites"/> tells them.</summary>
    public void Raise(WorkKind kind) => raised.Add(kind);

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) => configurationBuilder.UseStoredForms();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<TenantMeta>(m =>
        {
            m.ToTable("Meta");
            m.Property(x => x.Id).ValueGeneratedNever();
            m.Property(x => x.Settings).IsJson();
        });
        modelBuilder.Entity<Lead>(LeadMapping);
        modelBuilder.Entity<LeadAnalysisRow>(a =>
        {
            a.ToTable("LeadAnalyses").HasKey(x => x.LeadId);
            a.Property(x => x.Score).IsJson();
            a.Property(x => x.Match).IsJson();
            a.Property(x => x.Intents).IsJson();
            a.Property(x => x.Entities).IsJson();
        });
        modelBuilder.Entity<LeadChange>(c =>
        {
            c.HasIndex(x => x.LeadId);
            c.HasIndex(x => x.ImportId);
            c.HasIndex(x => x.BatchId).HasFilter("\"BatchId\" IS NOT NULL");
        });
        modelBuilder.Entity<ScoreChange>(s => s.HasIndex(x => new { x.LeadId, x.LeadVersion, x.Epoch, x.Reason, x.At }).IsUnique());
        modelBuilder.Entity<IntentRow>(i =>
        {
            i.ToTable("Intents").HasIndex(x => new { x.LeadId, x.Source, x.TextHash, x.Kind }).IsUnique();
            i.HasIndex(x => new { x.Kind, x.LeadId });
        });
        modelBuilder.Entity<LeadVectorRow>(v =>
        {
            v.ToTable("LeadVectors").HasKey(x => x.LeadId);
            v.HasIndex(x => x.Version);
        });
        modelBuilder.Entity<Import>(i =>
        {
            i.Property(x => x.Settings).IsJson();
            i.HasIndex(x => x.CreatedAt);
            i.HasIndex(x => x.State);
        });
        modelBuilder.Entity<ImportError>(e => e.HasIndex(x => new { x.ImportId, x.Row }));
        modelBuilder.Entity<FeedbackEvent>(f =>
        {
            f.HasKey(x => x.Id);
            f.HasIndex(x => new { x.LeadId, x.OccurredAt });
        });
        modelBuilder.Entity<IcpRow>(i =>
        {
            i.ToTable("Icps");
            i.Property(x => x.Draft).IsJson();
            i.Property(x => x.Live).IsJson();
            i.Property(x => x.Revision).IsConcurrencyToken();
        });
        modelBuilder.Entity<IcpVersionRow>(v =>
        {
            v.ToTable("IcpVersions").HasKey(x => new { x.IcpId, x.Version });
            v.Property(x => x.Icp).IsJson();
        });
        modelBuilder.Entity<ModelRow>(m =>
        {
            m.ToTable("Models").HasKey(x => x.Version);
            m.Property(x => x.Version).ValueGeneratedNever();
        });
        modelBuilder.Entity<Tombstone>(t => t.HasKey(x => x.Hash));
        modelBuilder.Entity<IdempotencyRecord>(r =>
        {
            r.ToTable("Idempotency").HasKey(x => new { x.ApiKeyId, x.Operation, x.Key });
            r.HasIndex(x => x.At);
        });
        WorkspaceMapping(modelBuilder);
        DoorMapping(modelBuilder);
        OutreachMapping.Map(modelBuilder);
        AnswerMapping.Map(modelBuilder);
        WritingMapping.Map(modelBuilder);
    }

    private static void WorkspaceMapping(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<SavedView>(v => v.Property(x => x.Id).ValueGeneratedNever());
        modelBuilder.Entity<ScoreOverride>(o =>
        {
            o.HasKey(x => x.LeadId);
            o.HasIndex(x => x.Until);
        });
        modelBuilder.Entity<IntentCorrection>(c => c.HasIndex(x => new { x.LeadId, x.Source, x.TextHash, x.Kind }).IsUnique());
        modelBuilder.Entity<BulkAction>(b =>
        {
            b.Property(x => x.Id).ValueGeneratedNever();
            b.HasIndex(x => x.State);
            b.Property(x => x.Change).IsJson();
            b.Property(x => x.Ids).IsJson();
        });
        modelBuilder.Entity<DeletedLead>(d =>
        {
            d.HasKey(x => x.LeadId);
            d.HasIndex(x => x.BatchId);
            d.HasIndex(x => x.At);
            d.HasIndex(x => x.Email);
        });
    }

    private static void DoorMapping(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<OutboxMessage>(o =>
        {
            o.ToTable("Outbox").Property(x => x.Id).ValueGeneratedNever();
            o.HasIndex(x => new { x.DestinationId, x.DueAt }).HasFilter("\"State\" = 'Waiting'").HasDatabaseName("IX_Outbox_Waiting");
            o.HasIndex(x => new { x.DestinationId, x.LeadId }).HasFilter("\"State\" = 'Waiting'").HasDatabaseName("IX_Outbox_WaitingByLead");
            o.HasIndex(x => new { x.State, x.Id });
            o.HasIndex(x => new { x.DestinationId, x.Id });
            o.HasIndex(x => x.LeadId);
        });
        modelBuilder.Entity<DeliveryAttempt>(a =>
        {
            a.HasIndex(x => x.MessageId);
            a.HasIndex(x => x.At);
        });
        modelBuilder.Entity<InboxMessage>(i =>
        {
            i.ToTable("Inbox").HasKey(x => new { x.SourceId, x.EventId });
            i.HasIndex(x => x.DueAt).HasFilter("\"State\" = 'Waiting'").HasDatabaseName("IX_Inbox_Waiting");
            i.HasIndex(x => x.ReceivedAt);
        });
        modelBuilder.Entity<WebhookEndpoint>(e =>
        {
            e.Property(x => x.Id).ValueGeneratedNever();
            e.Property(x => x.Revision).IsConcurrencyToken();
        });
        modelBuilder.Entity<SystemMail>(m =>
        {
            m.Property(x => x.Id).ValueGeneratedNever();
            m.HasIndex(x => x.CreatedAt);
            m.HasIndex(x => x.LeadId);
        });
        modelBuilder.Entity<ApiRequest>(r =>
        {
            r.HasIndex(x => x.At);
            r.HasIndex(x => new { x.ApiKeyId, x.At });
        });
        modelBuilder.Entity<Integration>(i =>
        {
            i.Property(x => x.Id).ValueGeneratedNever();
            i.HasIndex(x => x.HookKey).IsUnique();
            i.Property(x => x.Settings).IsJson();
            i.Property(x => x.Mapping).IsJson();
            i.Property(x => x.Rules).IsJson();
            i.Property(x => x.Backfill).IsJson();
            i.Property(x => x.Revision).IsConcurrencyToken();
        });
        modelBuilder.Entity<CrmConsent>(c => c.HasKey(x => x.Hash));
        modelBuilder.Entity<CrmLink>(l =>
        {
            l.HasKey(x => new { x.IntegrationId, x.LeadId });
            l.HasIndex(x => new { x.IntegrationId, x.RemoteId });
            l.HasIndex(x => x.LeadId);
            l.Property(x => x.Shared).IsJson();
        });
        modelBuilder.Entity<WebForm>(f =>
        {
            f.ToTable("Forms").Property(x => x.Id).ValueGeneratedNever();
            f.HasIndex(x => x.Key).IsUnique();
            f.Property(x => x.Draft).IsJson();
            f.Property(x => x.Live).IsJson();
            f.Property(x => x.Revision).IsConcurrencyToken();
        });
        modelBuilder.Entity<FormSubmission>(s =>
        {
            s.ToTable("Submissions").Property(x => x.Id).ValueGeneratedNever();
            s.HasIndex(x => new { x.FormId, x.At });
            s.HasIndex(x => x.LeadId);
            s.HasIndex(x => x.Email);
            s.HasIndex(x => x.TokenHash);
            s.Property(x => x.Values).IsJson();
            s.Property(x => x.Origin).IsJson();
        });
    }

    private static void LeadMapping(Microsoft.EntityFrameworkCore.Metadata.Builders.EntityTypeBuilder<Lead> lead)
    {
        // Who changes a lead raises its version: of two who started from the same one, the second starts again.
        lead.Property(x => x.Version).IsConcurrencyToken();
        lead.HasIndex(x => x.IdentityKey).IsUnique();
        lead.HasIndex(x => x.PersonKey);
        lead.HasIndex(x => x.ExternalId);
        lead.HasIndex(x => x.OwnerId).HasFilter("\"OwnerId\" IS NOT NULL");
        lead.Property(x => x.Consent).IsJson();
        lead.Property(x => x.Custom).IsJson();

        // Work waiting: small partial indexes, so that finding it costs nothing when there is none.
        lead.HasIndex(x => new { x.Stage, x.ImportId }).HasFilter("\"Stage\" = 'Received'").HasDatabaseName("IX_Leads_Waiting");
        lead.HasIndex(x => x.ScoringEpoch);
        lead.HasIndex(x => new { x.ImportId, x.Stage });

        // Every way the list can be sorted, each ending in the key that makes pages stable.
        lead.HasIndex(x => new { x.ScoreValue, x.Id });
        lead.HasIndex(x => new { x.Grade, x.ScoreValue, x.Id });
        lead.HasIndex(x => new { x.CreatedAt, x.Id });
        lead.HasIndex(x => new { x.FullName, x.Id });
        lead.HasIndex(x => new { x.CompanyName, x.Id });
        lead.HasIndex(x => new { x.TopIntent, x.ScoreValue, x.Id });
    }
}

/// <summary>A tenant in a SQLite file.</summary>
public sealed class SqliteTenantDb(DbContextOptions<SqliteTenantDb> options) : TenantDb(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);

        // People expect "adams" beside "Adams"; PostgreSQL's collations do that by themselves.
        modelBuilder.Entity<Lead>().Property(x => x.FullName).UseCollation("NOCASE");
        modelBuilder.Entity<Lead>().Property(x => x.CompanyName).UseCollation("NOCASE");
    }
}

/// <summary>A tenant in a PostgreSQL database.</summary>
public sealed class PostgresTenantDb(DbContextOptions<PostgresTenantDb> options) : TenantDb(options);
