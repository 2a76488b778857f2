using System.Text;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Knowledge;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Pipeline.Knowledge;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Knowledge;

public sealed class KnowledgeTests(PostgresServer postgres)
{
    private const string Manual = "# Scanners\n\nThe handheld scanner reads damaged labels from three metres.\n\n# Payment\n\nInvoices are due after thirty days and may be paid by bank transfer.";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_document_is_found_by_meaning_replaced_and_deleted_without_trace(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var (tenant, other) = (await installation.TenantAsync(), await installation.TenantAsync("other"));
        var saved = await AddAsync(installation, tenant, "manual.md", Manual);
        saved.Document.ShouldSatisfyAllConditions(d => d!.State.ShouldBe(DocumentState.Ready), d => d!.Title.ShouldBe("manual"), d => d!.Chunks.ShouldBe(2), d => d!.Embedded.ShouldBe(2));
        (await AddAsync(installation, tenant, "again.md", Manual)).Problem.ShouldBe("This file is there already.");

        (await SearchAsync(installation, tenant, "when must we pay the bill")).ShouldSatisfyAllConditions(
            h => h[0].Piece.Heading.ShouldBe("Payment"), h => h[0].Piece.Document.ShouldBe("manual"), h => h[0].Relevance.ShouldBeGreaterThan(h[1].Relevance));
        (await SearchAsync(installation, other, "when must we pay the bill")).ShouldBeEmpty();

        var cited = await DraftAsync(installation, tenant, (await SearchAsync(installation, tenant, "pay"))[0].Piece.Id);
        var replaced = await AddAsync(installation, tenant, "new.md", "# Batteries\n\nA battery lasts two shifts.", saved.Document!.Id);
        replaced.Document.ShouldSatisfyAllConditions(d => d!.Id.ShouldBe(saved.Document.Id), d => d!.Revision.ShouldBe(2), d => d!.Chunks.ShouldBe(1));
        (await SearchAsync(installation, tenant, "pay the bill")).ShouldHaveSingleItem().Piece.Heading.ShouldBe("Batteries");
        await using (var db = installation.Open(tenant))
        {
            (await db.OutreachMessages.SingleAsync(m => m.Id == cited, Ct)).ShouldSatisfyAllConditions(
                m => m.State.ShouldBe(OutreachState.Draft), m => m.StateReason!.ShouldContain("read it again"), m => m.Sentences[0].Sources.ShouldBeEmpty());
        }

        (await installation.InAsync(tenant, s => s.GetRequiredService<KnowledgeBase>().DeleteAsync(saved.Document.Id, Ct))).ShouldBeTrue();
        (await SearchAsync(installation, tenant, "battery")).ShouldBeEmpty();
        await using var after = installation.Open(tenant);
        (await after.KnowledgeChunks.CountAsync(Ct) + await after.KnowledgeDocuments.CountAsync(Ct)).ShouldBe(0);
        installation.Problems.ShouldBeEmpty();
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_large_document_is_embedded_in_portions_and_says_how_far_it_is(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var text = string.Concat(Enumerable.Range(0, 90).Select(i => $"# Part {i}\n\nThe part number {i} is kept on shelf {i}.\n\n"));
        var saved = await AddAsync(installation, tenant, "parts.md", text);
        saved.Document.ShouldSatisfyAllConditions(d => d!.State.ShouldBe(DocumentState.Waiting), d => d!.Chunks.ShouldBe(90), d => d!.Embedded.ShouldBe(0));
        await installation.InAsync(tenant, async s =>
        {
            var (embedding, knowledge) = (s.GetRequiredService<KnowledgeEmbedding>(), s.GetRequiredService<KnowledgeBase>());
            (await embedding.PortionAsync(null, Ct)).ShouldBeTrue();
            (await knowledge.FindAsync(saved.Document!.Id, Ct)).ShouldSatisfyAllConditions(d => d!.Embedded.ShouldBe(64), d => d!.State.ShouldBe(DocumentState.Waiting));
            (await embedding.PortionAsync(null, Ct)).ShouldBeTrue();
            (await embedding.PortionAsync(null, Ct)).ShouldBeFalse();
            (await knowledge.FindAsync(saved.Document.Id, Ct))!.State.ShouldBe(DocumentState.Ready);
        });
    }

    private static Task<KnowledgeSaved> AddAsync(Installation installation, Tenant tenant, string name, string text, Guid? replaces = null) => installation.InAsync(
        tenant, s => s.GetRequiredService<KnowledgeBase>().AddAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), name, replaces, "member", Ct));

    private static Task<IReadOnlyList<KnowledgeHit>> SearchAsync(Installation installation, Tenant tenant, string words) =>
        installation.InAsync(tenant, s => s.GetRequiredService<KnowledgeSearch>().SearchAsync(words, 5, Ct));

    private static async Task<Guid> DraftAsync(Installation installation, Tenant tenant, Guid chunk)
    {
        var id = Guid.CreateVersion7();
        await installation.WriteAsync(tenant, (db, ct) =>
        {
            db.OutreachMessages.Add(new OutreachMessage
            {
                Id = id,
                LeadId = Guid.NewGuid(),
                To = "a@x.test",
                SenderId = Guid.NewGuid(),
                Subject = "x",
                Text = "Paid by transfer.",
                MessageId = "1@x.test",
                Sentences = [new("Paid by transfer.", [new(SourceKind.Knowledge, chunk.ToString(), "manual", "bank transfer")])],
                State = OutreachState.Approved,
                CreatedAt = DateTime.UnixEpoch,
                DueAt = DateTime.UnixEpoch,
            });
            return db.SaveChangesAsync(ct);
        });
        return id;
    }
}
