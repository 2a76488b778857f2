using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Outreach;

public sealed class OutreachWritingTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_new_tenant_can_write_to_its_first_lead(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        await installation.TakeAsync(tenant, [.. Enumerable.Range(0, 200).Select<int, Func<Lead>>(i => () => Leads.Read(("email", $"p{i}@x.test"), ("firstName", "Ann"), ("companyName", "Hill & Dale")))]);
        await installation.WriteAsync(tenant, (db, ct) =>
        {
            db.Senders.Add(new Sender { Id = Guid.CreateVersion7(), Name = "Ada Fern", Email = "ada@fern.test", CreatedAt = DateTime.UnixEpoch });
            return db.SaveChangesAsync(ct);
        });
        var ids = await LeadIdsAsync(installation, tenant);
        await installation.InAsync(tenant, async s =>
        {
            var names = await s.GetRequiredService<TemplateNames>().ActiveAsync(Ct);
            names.Select(n => n.Name).ShouldBe(["After a demo request", "First contact", "Follow-up"]);
            var first = names.Single(n => n.Name == "First contact");
            var writing = s.GetRequiredService<OutreachWriting>();
            var mails = await writing.WriteManyAsync(first.Id, ids, null, null, Ct);
            mails.Values.ShouldAllBe(m => m.Problem == null && m.Mail!.Text.Contains("Hill & Dale") && m.Mail.Missing.Count == 0 && m.Mail.Text.EndsWith("Kind regards\nAda Fern"));
            mails.Values.Count(m => m.Mail!.Variant == "A").ShouldBeInRange(70, 130, "even but for chance");
            var again = await writing.WriteAsync(first.Id, ids[0], null, null, Ct);
            again.Mail!.Variant.ShouldBe(mails[ids[0]].Mail!.Variant);
            (await writing.WriteAsync(first.Id, ids[0], null, "B", Ct)).Mail!.Sentences
                .ShouldContain(x => x.Sources.Any(o => o.Kind == SourceKind.LeadField && o.Id == "company.name" && o.Quote == "Hill & Dale"));
        });
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task What_cannot_be_written_is_said(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        await installation.TakeAsync(tenant, () => Leads.Read(("email", "a@x.test")));
        var lead = (await LeadIdsAsync(installation, tenant))[0];
        await installation.InAsync(tenant, async s =>
        {
            var (editing, writing) = (s.GetRequiredService<TemplateEditing>(), s.GetRequiredService<OutreachWriting>());
            var draft = (await editing.CreateAsync(new TemplateContent { Name = "New", Variants = [new() { Name = "A", Subject = "Hi {{ lead.firstName }}", Blocks = [new() { Kind = BlockKind.Paragraph, Text = "x" }] }] }, Ct)).Row!;
            (await writing.WriteAsync(draft.Id, lead, null, null, Ct)).Problem.ShouldBe("The template is not published. Publish it, or choose another.");
            (await writing.WriteAsync(Guid.NewGuid(), lead, null, null, Ct)).Problem!.ShouldContain("not there any more");
            var live = (await editing.PublishAsync(draft.Id, draft.Draft, draft.Revision, "member", Ct)).Row!;
            (await writing.WriteAsync(draft.Id, Guid.NewGuid(), null, null, Ct)).Problem.ShouldBe("The lead is not there any more.");
            (await writing.WriteAsync(draft.Id, lead, Guid.NewGuid(), null, Ct)).Problem!.ShouldContain("sender");
            (await writing.WriteAsync(draft.Id, lead, null, "Q", Ct)).Problem!.ShouldContain("no variant Q");
            (await writing.WriteAsync(draft.Id, lead, null, null, Ct)).Mail!.Missing.ShouldBe(["lead.firstName"]);

            (await editing.PublishAsync(draft.Id, draft.Draft with { Variants = [draft.Draft.Variants[0] with { Subject = "{{ nothing }}" }] }, live.Revision, "member", Ct))
                .Problems.ShouldContain(p => p.Field == "variants[0].body" && p.Reason.Contains("nothing"));
            var second = (await editing.PublishAsync(draft.Id, draft.Draft with { Variants = [draft.Draft.Variants[0] with { Subject = "Second" }] }, live.Revision, "member", Ct)).Row!;
            (await writing.WriteAsync(draft.Id, lead, null, null, Ct)).Mail.ShouldSatisfyAllConditions(m => m!.Subject.ShouldBe("Second"), m => m!.TemplateVersion.ShouldBe(2));
            (await editing.SaveAsync(draft.Id, draft.Draft, live.Revision, Ct)).Conflict.ShouldBeTrue();
            (await editing.VersionsAsync(draft.Id, Ct)).Select(v => v.Version).ShouldBe([2, 1]);
            await editing.PutAwayAsync(draft.Id, second.Revision, Ct);
            (await s.GetRequiredService<TemplateNames>().ActiveAsync(Ct)).ShouldNotContain(n => n.Id == draft.Id);
        });
        installation.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_tenant_from_before_there_were_templates_gets_them_at_the_next_start()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var tenant = await installation.TenantAsync();
        await installation.WriteAsync(tenant, (db, ct) => db.Templates.ExecuteDeleteAsync(ct));
        await installation.Get<TenantProvisioning>().MigrateAsync(cancellationToken: Ct);
        (await installation.InAsync(tenant, s => s.GetRequiredService<TemplateNames>().ActiveAsync(Ct))).Count.ShouldBe(3);
    }

    private static async Task<List<Guid>> LeadIdsAsync(Installation installation, Tenant tenant)
    {
        await using var db = installation.Open(tenant);
        return [.. db.Leads.Select(l => l.Id)];
    }
}
