using System.Diagnostics;
using System.Text;
using LeadGen.Benchmarks.Leads;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Knowledge;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Pipeline.Embedding;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Benchmarks.Outreach;

/// <summary>Mails written for leads from a template with facts and stored as drafts, without a model.</summary>
internal sealed class RenderBenchmark : IBenchmark
{
    private const int Leads = 10_000;
    private const int Portion = 500;

    public string Name => "render";

    public async Task<IReadOnlyList<Figure>> RunAsync()
    {
        await using var installation = await BenchInstallation.CreateAsync();
        var ids = await FillAsync(installation);
        return await installation.InTenantAsync(async s =>
        {
            var template = (await s.GetRequiredService<TemplateNames>().ActiveAsync()).Single(t => t.Name == "First contact");
            var (writing, writes) = (s.GetRequiredService<OutreachWriting>(), s.GetRequiredService<TenantWrites>());
            await writing.WriteManyAsync(template.Id, ids[..1_000], null, null);
            var clock = Stopwatch.StartNew();
            foreach (var part in ids.Chunk(Portion))
            {
                await writing.WriteManyAsync(template.Id, part, null, null);
            }

            var rendered = ids.Count / clock.Elapsed.TotalSeconds;
            clock.Restart();
            foreach (var part in ids.Chunk(Portion))
            {
                var mails = await writing.WriteManyAsync(template.Id, part, null, null);
                await writes.RunAsync((db, ct) => db.BulkInsertAsync([.. mails.Select(m => Draft(m.Key, m.Value.Mail!))], ct));
            }

            return (IReadOnlyList<Figure>)
            [
                new Figure("mails written from a template with facts", rendered, "mails/s"),
                new Figure("mails written and stored as drafts", ids.Count / clock.Elapsed.TotalSeconds, "mails/s", Target: 2_000),
            ];
        });
    }

    private static OutreachMessage Draft(Guid lead, ComposedMail mail)
    {
        var id = Guid.CreateVersion7(DateTimeOffset.UnixEpoch);
        return new OutreachMessage
        {
            Id = id,
            LeadId = lead,
            To = "lead@bench.test",
            SenderId = Guid.Empty,
            TemplateId = mail.TemplateId,
            TemplateVersion = mail.TemplateVersion,
            Variant = mail.Variant,
            Subject = mail.Subject,
            Text = mail.Text,
            Html = mail.Html,
            Sentences = [.. mail.Sentences],
            CreatedAt = DateTime.UnixEpoch,
            DueAt = DateTime.UnixEpoch,
            MessageId = id + "@bench.test",
        };
    }

    private static Task<List<Guid>> FillAsync(BenchInstallation installation) => installation.InTenantAsync(async s =>
    {
        var random = new Random(7);
        var dimensions = s.GetRequiredService<LeadEncoder>().Dimensions;
        var encoderId = s.GetRequiredService<LeadEncoder>().EncoderId;
        var text = string.Concat(Enumerable.Range(0, 100).Select(i => $"# Topic {i}\n\nThe warehouse system books {i} pallets an hour in hall {i}. Orders and stock stay in step within {i} seconds.\n\n"));
        var knowledge = await s.GetRequiredService<KnowledgeBase>().AddAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), "facts.md", null, "bench");
        await s.GetRequiredService<KnowledgeEmbedding>().RunAsync(knowledge.Document!.Id);
        var words = await s.GetRequiredService<LeadEncoder>().EncodeAsync("We look for a warehouse system that books pallets and keeps stock in step with orders.");
        var ids = Enumerable.Range(0, Leads).Select(_ => Guid.CreateVersion7(DateTimeOffset.UnixEpoch)).ToList();
        await s.GetRequiredService<TenantWrites>().RunAsync(async (db, ct) =>
        {
            db.Senders.Add(new Sender { Id = Guid.CreateVersion7(DateTimeOffset.UnixEpoch), Name = "Ada Fern", Email = "ada@bench.test", CreatedAt = DateTime.UnixEpoch });
            foreach (var (id, i) in ids.Select((id, i) => (id, i)))
            {
                var vector = words.Values.ToArray();
                vector[i % dimensions] += (float)random.NextDouble() / 10;
                db.Leads.Add(new Lead
                {
                    Id = id,
                    IdentityKey = $"e:p{i}@bench.test",
                    Email = $"p{i}@bench.test",
                    FirstName = $"Ann{i}",
                    CompanyName = $"Company {i}",
                    JobTitle = "Head of IT",
                    Industry = "Wholesale",
                    Message = "We look for a warehouse system.",
                    CreatedAt = DateTime.UnixEpoch,
                    UpdatedAt = DateTime.UnixEpoch,
                });
                db.Vectors.Add(new LeadVectorRow { LeadId = id, EncoderId = encoderId, Values = System.Runtime.InteropServices.MemoryMarshal.AsBytes(vector.AsSpan()).ToArray(), TextHash = "bench", Version = i + 1 });
            }

            await db.SaveChangesAsync(ct);
        });
        return ids;
    });
}
