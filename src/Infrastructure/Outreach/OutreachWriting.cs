using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using LeadGen.Infrastructure.Ai;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Matching;
using LeadGen.Pipeline.Outreach;
using LeadGen.Pipeline.Outreach.Grounding;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach;

/// <summary>Writes mails of the current tenant's templates, with its model where there is one. Sends nothing, and stores nothing but what the model cost.</summary>
public sealed class OutreachWriting(IDbContextFactory<TenantDb> databases, CurrentTenant tenant, TemplateMemory memory, FactFinding facts, WritingModels models, ModelWriting rewriting)
{
    private const int Portion = 500;
    private const int CallsAtOnce = 4;

    /// <summary>Writes one mail.</summary>
    /// <param name="templateId">A published template.</param>
    /// <param name="leadId">Whom it is for.</param>
    /// <param name="senderId">Who writes; null for the oldest sender that is active.</param>
    /// <param name="variant">Null for the one that falls to this lead: always the same, and over all leads evenly spread.</param>
    public async Task<WrittenMail> WriteAsync(
        Guid templateId, Guid leadId, Guid? senderId, string? variant, CancellationToken cancellationToken = default) =>
        (await WriteManyAsync(templateId, [leadId], senderId, variant, cancellationToken))[leadId];

    /// <summary>One mail in the template's own words, for those who only look: it costs nothing.</summary>
    /// <inheritdoc cref="WriteAsync" path="/param"/>
    public async Task<WrittenMail> WritePlainAsync(
        Guid templateId, Guid leadId, Guid? senderId, string? variant, CancellationToken cancellationToken = default) =>
        (await WriteManyAsync(templateId, [leadId], senderId, variant, withModel: false, cancellationToken))[leadId];

    /// <summary>Writes a mail for each of the leads; one that cannot be written is no harm to the others.</summary>
    public Task<IReadOnlyDictionary<Guid, WrittenMail>> WriteManyAsync(
        Guid templateId, IReadOnlyCollection<Guid> leadIds, Guid? senderId, string? variant, CancellationToken cancellationToken = default) =>
        WriteManyAsync(templateId, leadIds, senderId, variant, withModel: true, cancellationToken);

    private async Task<IReadOnlyDictionary<Guid, WrittenMail>> WriteManyAsync(
        Guid templateId, IReadOnlyCollection<Guid> leadIds, Guid? senderId, string? variant, bool withModel, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var (ready, version, problem) = await ReadyAsync(db, templateId, cancellationToken);
        if (ready is null)
        {
            return leadIds.ToDictionary(id => id, _ => new WrittenMail(null, problem));
        }

        var sender = await SenderAsync(db, senderId, cancellationToken);
        if (senderId is not null && sender is null)
        {
            return leadIds.ToDictionary(id => id, _ => new WrittenMail(null, "The sender is not there any more. Choose another."));
        }

        var icp = await db.Icps.AsNoTracking().Where(i => i.Live != null).Select(i => i.Live).FirstOrDefaultAsync(cancellationToken);
        var settings = await db.Meta.Select(m => m.Settings).SingleAsync(cancellationToken);
        var (culture, model) = (CultureInfo.GetCultureInfo(settings.Culture), withModel ? models.Of(settings) : null);
        var written = new ConcurrentDictionary<Guid, WrittenMail>();
        foreach (var part in leadIds.Distinct().Chunk(Portion))
        {
            var leads = await db.Leads.AsNoTracking().Where(l => part.Contains(l.Id)).ToListAsync(cancellationToken);
            var known = await FactsAsync(db, ready, leads, cancellationToken);
            Parallel.For(0, leads.Count, i => written[leads[i].Id] = Write(templateId, version, ready, variant, leads[i], sender, icp, culture, known[i]));
            if (model is not null)
            {
                await Parallel.ForEachAsync(
                    Enumerable.Range(0, leads.Count),
                    new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce, CancellationToken = cancellationToken },
                    async (i, ct) => written[leads[i].Id] = await RewriteAsync(model, ready, written[leads[i].Id], leads[i], known[i], ct));
            }
        }

        foreach (var gone in leadIds.Where(id => !written.ContainsKey(id)))
        {
            written[gone] = new WrittenMail(null, "The lead is not there any more.");
        }

        return written;
    }

    /// <summary>Which variant falls to a lead: spread evenly, and the same for a lead and a template each time.</summary>
    public static string VariantFor(Guid templateId, Guid leadId, IReadOnlyList<string> variants)
    {
        Span<byte> both = stackalloc byte[32];
        templateId.TryWriteBytes(both);
        leadId.TryWriteBytes(both[16..]);
        return variants[(int)(BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(both)) % (uint)variants.Count)];
    }

    /// <summary>A draft that is being edited, as the lead would get it.</summary>
    public Task<WrittenMail> PreviewAsync(
        TemplateVariant variant, string goal, Guid leadId, Guid? senderId, CancellationToken cancellationToken = default) =>
        PreviewAsync(variant, goal, leadId, senderId, withModel: false, cancellationToken);

    /// <summary>The same in the words of the tenant's model, which costs; without one, or when it fails, the template's words stay.</summary>
    public Task<WrittenMail> PreviewWithModelAsync(
        TemplateVariant variant, string goal, Guid leadId, Guid? senderId, CancellationToken cancellationToken = default) =>
        PreviewAsync(variant, goal, leadId, senderId, withModel: true, cancellationToken);

    private async Task<WrittenMail> PreviewAsync(
        TemplateVariant variant, string goal, Guid leadId, Guid? senderId, bool withModel, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.Leads.AsNoTracking().SingleOrDefaultAsync(l => l.Id == leadId, cancellationToken) is not { } lead)
        {
            return new WrittenMail(null, "The lead is not there any more.");
        }

        var content = new TemplateContent { Name = "", Goal = goal, Variants = [variant] };
        var ready = new ReadyTemplate(content, [CompiledTemplate.Of(variant)]);
        var icp = await db.Icps.AsNoTracking().Where(i => i.Live != null).Select(i => i.Live).FirstOrDefaultAsync(cancellationToken);
        var settings = await db.Meta.Select(m => m.Settings).SingleAsync(cancellationToken);
        var known = await FactsAsync(db, ready, [lead], cancellationToken);
        var written = Write(
            Guid.Empty, 0, ready, variant.Name, lead, await SenderAsync(db, senderId, cancellationToken), icp, CultureInfo.GetCultureInfo(settings.Culture), known[0]);
        return withModel && models.Of(settings) is { } model ? await RewriteAsync(model, ready, written, lead, known[0], cancellationToken) : written;
    }

    private async Task<IReadOnlyList<IReadOnlyList<FactSource>>> FactsAsync(
        TenantDb db, ReadyTemplate ready, IReadOnlyList<Lead> leads, CancellationToken cancellationToken) =>
        ready.Variants.Any(v => v.FactPlaces > 0 || v.Kind == BodyKind.Blocks) ? await facts.FindAsync(db, ready, leads, cancellationToken) : [.. leads.Select(_ => Array.Empty<FactSource>())];

    private async Task<(ReadyTemplate? Ready, int Version, string? Problem)> ReadyAsync(TenantDb db, Guid templateId, CancellationToken cancellationToken)
    {
        var row = await db.Templates.AsNoTracking().Where(t => t.Id == templateId)
            .Select(t => new { t.Version, IsLive = t.Live != null }).SingleOrDefaultAsync(cancellationToken);
        if (row is not { IsLive: true })
        {
            return (null, 0, row is null ? "The template is not there any more. Choose another." : "The template is not published. Publish it, or choose another.");
        }

        var ready = memory.Find(tenant.Id, templateId, row.Version) ?? memory.Keep(
            tenant.Id,
            templateId,
            row.Version,
            await db.TemplateVersions.AsNoTracking().Where(v => v.TemplateId == templateId && v.Version == row.Version)
                .Select(v => v.Content).SingleAsync(cancellationToken));
        return (ready, row.Version, null);
    }

    private async Task<WrittenMail> RewriteAsync(
        WritingModel model, ReadyTemplate ready, WrittenMail written, Lead lead, IReadOnlyList<FactSource> known, CancellationToken cancellationToken) =>
        written.Mail is not { } mail ? written
        : ready.Variants.Single(v => v.Variant == mail.Variant).Kind == BodyKind.Html
            ? written with { Mail = mail with { FellBack = "The template has its own HTML, which no model rewrites." } }
            : written with { Mail = await rewriting.RewriteAsync(model, mail, ready.Content.Goal, lead, known, cancellationToken) };

    /// <summary>A sender; without an id the oldest that is active.</summary>
    internal static Task<Sender?> SenderAsync(TenantDb db, Guid? id, CancellationToken cancellationToken) => id is { } given
        ? db.Senders.AsNoTracking().SingleOrDefaultAsync(s => s.Id == given, cancellationToken)
        : db.Senders.AsNoTracking().Where(s => s.State == SenderState.Active).OrderBy(s => s.CreatedAt).FirstOrDefaultAsync(cancellationToken);

    private WrittenMail Write(
        Guid templateId, int version, ReadyTemplate ready, string? variant, Lead lead, Sender? sender, Icp? icp, CultureInfo culture,
        IReadOnlyList<FactSource> known)
    {
        var name = variant ?? VariantFor(templateId, lead.Id, [.. ready.Content.Variants.Select(v => v.Name)]);
        if (ready.Variants.FirstOrDefault(v => v.Variant == name) is not { } compiled)
        {
            return new WrittenMail(null, $"The template has no variant {name} any more.");
        }

        if (compiled.Problems.Count > 0)
        {
            return new WrittenMail(null, compiled.Problems[0]);
        }

        var chosen = FactChooser.Choose(known, FactFinding.WordsOf(lead, ready.Content.Goal), compiled.FactPlaces);
        var mail = compiled.Render(MergeValues.Of(lead, sender, tenant.Info.Name, icp, [.. chosen.Select(f => f.Text)], culture));
        return new WrittenMail(
            new ComposedMail(
                templateId, version, name, mail.Subject, mail.Text, mail.Html, MailSentences.Of(mail.Text, mail.Used, chosen))
            {
                Missing = mail.Missing,
                Warnings =
                [
                    .. mail.Missing.Select(path => $"{MergePalette.Find(path)?.Label ?? path} is missing."),
                    .. mail.Refused.Select(path => $"{MergePalette.Find(path)?.Label ?? path} looks like a link and was left out."),
                ],
            },
            null);
    }
}

/// <summary>What came of writing a mail.</summary>
/// <param name="Mail">The mail; null when it cannot be written.</param>
/// <param name="Problem">Why not, in plain words, and what to do.</param>
public sealed record WrittenMail(ComposedMail? Mail, string? Problem);
