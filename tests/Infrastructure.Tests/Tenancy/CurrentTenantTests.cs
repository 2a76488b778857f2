using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Answers;
using LeadGen.Infrastructure.Crm.Consent;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Forms;
using LeadGen.Infrastructure.Jobs;
using LeadGen.Infrastructure.Knowledge;
using LeadGen.Infrastructure.Mail;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Infrastructure.Secrets;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Vectors;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Matching;
using LeadGen.Pipeline.Outreach;
using LeadGen.Pipeline.Scoring.Training;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Tenancy;

public sealed class CurrentTenantTests(PostgresServer postgres)
{
    private static readonly OutboxMessage Letter = new()
    {
        Id = Guid.Empty,
        Channel = OutboxChannel.Mail,
        DestinationId = Guid.Empty,
        Topic = "mail.notice",
        CreatedAt = DateTime.UnixEpoch,
        DueAt = DateTime.UnixEpoch,
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_tenant_every_door_to_a_tenant_s_data_throws()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        await installation.TenantAsync();
        var doors = new Dictionary<Type, Func<IServiceProvider, Task>>
        {
            [typeof(IDbContextFactory<TenantDb>)] = s => s.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync(Ct),
            [typeof(TenantWrites)] = s => s.GetRequiredService<TenantWrites>().RunAsync((_, _) => Task.CompletedTask, Ct),
            [typeof(LiveScoring)] = s => s.GetRequiredService<LiveScoring>().GetAsync(Ct),
            [typeof(LeadVectors)] = s => s.GetRequiredService<LeadVectors>().SearchAsync("demo", 1, cancellationToken: Ct),
            [typeof(LeadClaims)] = s => s.GetRequiredService<LeadClaims>().TakeAsync(1, Ct),
            [typeof(LeadUnderstanding)] = s => s.GetRequiredService<LeadUnderstanding>().LoadAsync([Guid.Empty], Ct),
            [typeof(ImportFiles)] = s => Task.FromResult(s.GetRequiredService<ImportFiles>().PathOf(Guid.Empty)),
            [typeof(ImportRun)] = s => s.GetRequiredService<ImportRun>().RunNextAsync(Ct),
            [typeof(Imports)] = s => s.GetRequiredService<Imports>().QueueAsync(new MemoryStream([65]), "x.csv", new ImportSettings(), "x", Ct),
            [typeof(ImportDrafts)] = s => s.GetRequiredService<ImportDrafts>().ListAsync(Ct),
            [typeof(ImportSteering)] = s => s.GetRequiredService<ImportSteering>().PauseAsync(Guid.Empty, Ct),
            [typeof(WorkspaceSettings)] = s => s.GetRequiredService<WorkspaceSettings>().ReadAsync(Ct),
            [typeof(Export)] = s => s.GetRequiredService<Export>().WriteAsync(TextWriter.Null, Ct),
            [typeof(IcpEditing)] = s => s.GetRequiredService<IcpEditing>().CreateAsync(StarterIcp.Create(Guid.Empty), Ct),
            [typeof(ScoringTraining)] = s => s.GetRequiredService<ScoringTraining>().RunAsync(new TrainingOptions(), Ct),
            [typeof(Members)] = s => s.GetRequiredService<Members>().ListAsync(Ct),
            [typeof(ApiKeys)] = s => s.GetRequiredService<ApiKeys>().ListAsync(Ct),
            [typeof(FeedbackActions)] = s => s.GetRequiredService<FeedbackActions>().RecordAsync(new GivenFeedback("x", Guid.Empty, null, FeedbackKind.Visited, DateTime.UnixEpoch), "x", Ct),
            [typeof(TenantSecrets)] = s => Task.FromResult(s.GetRequiredService<TenantSecrets>().Seal("x")),
            [typeof(OutboxLane)] = s => s.GetRequiredService<OutboxLane>().RunAsync(OutboxChannel.Webhook, Guid.Empty, 1, Ct),
            [typeof(Mailbox)] = s => s.GetRequiredService<Mailbox>().ListAsync(null, 1, Ct),
            [typeof(MailChannel)] = s => s.GetServices<IOutboxChannel>().OfType<MailChannel>().Single().DeliverAsync(Guid.Empty, [Letter], Ct),
            [typeof(OutreachWriting)] = s => s.GetRequiredService<OutreachWriting>().WriteAsync(Guid.Empty, Guid.Empty, null, null, Ct),
            [typeof(LinkChecks)] = s => s.GetRequiredService<LinkChecks>().RunAsync([], false, Ct),
            [typeof(OutreachSender)] = s => s.GetRequiredService<OutreachSender>().RunAsync(Ct),
            [typeof(TestMails)] = s => s.GetRequiredService<TestMails>().SendAsync("a@a.example", new ComposedMail(Guid.Empty, 0, "A", "s", "t", null, []), Ct),
            [typeof(KnowledgeSearch)] = s => s.GetRequiredService<KnowledgeSearch>().SearchAsync("demo", 1, Ct),
            [typeof(Retention)] = s => s.GetRequiredService<Retention>().RunAsync(Ct),
            [typeof(MailboxWatch)] = s => Task.FromResult(s.GetRequiredService<MailboxWatch>().Keep(
                new AnswerMailbox { Id = Guid.Empty, Kind = MailboxKind.Imap, Address = "x", Secrets = "x", CreatedAt = DateTime.UnixEpoch })),
            [typeof(CrmConsents)] = s => s.GetRequiredService<CrmConsents>().BeginAsync(new ConsentWish(CrmKind.HubSpot, null, "x", null, new OwnApp("x", "x")), Guid.Empty, "x", Ct),
            [typeof(FormTokens)] = s => Task.FromResult(s.GetRequiredService<FormTokens>().Issue(Guid.Empty)),
        };
        foreach (var (type, door) in doors)
        {
            await using var scope = installation.Services.CreateAsyncScope();
            (await Should.ThrowAsync<InvalidOperationException>(() => Task.Run(() => door(scope.ServiceProvider), Ct), type.Name))
                .GetBaseException().Message.ShouldContain("No tenant is set", Case.Sensitive, type.Name);
        }

        // A new service that asks for the tenant belongs into the list.
        var asking = typeof(CurrentTenant).Assembly.GetTypes()
            .Where(t => !t.IsNested && t.GetConstructors().Any(c => c.GetParameters().Any(p => p.ParameterType == typeof(CurrentTenant))))
            .Except([typeof(TenantDbFactory), typeof(Tombstones), typeof(FormTaking)]);
        asking.Except(doors.Keys).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_scope_never_changes_sides()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var (a, b) = (await installation.TenantAsync("a-tenant"), await installation.TenantAsync("b-tenant"));
        await using var scope = installation.Services.CreateAsyncScope();
        var current = scope.ServiceProvider.GetRequiredService<CurrentTenant>();
        current.Set(a);
        current.Set(a);
        Should.Throw<InvalidOperationException>(() => current.Set(b));
        current.Slug.ShouldBe("a-tenant");
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Sixteen_threads_for_two_tenants_by_turns_never_see_the_other_s_rows(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        Tenant[] tenants = [await installation.TenantAsync("a-tenant"), await installation.TenantAsync("b-tenant")];
        var (running, done) = (16, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var failures = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        for (var n = 0; n < 16; n++)
        {
            var number = n;
            using (ExecutionContext.SuppressFlow())
            {
                new Thread(() =>
                {
                    try
                    {
                        for (var turn = 0; turn < 6; turn++)
                        {
                            VisitAsync(installation, tenants[(number + turn) % 2], $"{number}.{turn}").GetAwaiter().GetResult();
                        }
                    }
                    catch (Exception e)
                    {
                        failures.Enqueue(e);
                    }
                    finally
                    {
                        if (Interlocked.Decrement(ref running) == 0)
                        {
                            done.SetResult();
                        }
                    }
                }).Start();
            }
        }

        await done.Task.WaitAsync(TimeSpan.FromSeconds(60), Ct);
        failures.ShouldBeEmpty();
        foreach (var tenant in tenants)
        {
            await using var db = installation.Open(tenant);
            (await db.Leads.CountAsync(Ct)).ShouldBe(48);
            (await db.Leads.CountAsync(l => l.Source == tenant.Slug, Ct)).ShouldBe(48);
        }
    }

    private static async Task VisitAsync(Installation installation, Tenant tenant, string name)
    {
        await installation.TakeAsync(tenant, () => Leads.Read(("email", $"p{name}@x.test"), ("source", tenant.Slug)));
        await installation.InAsync(tenant, async s =>
        {
            await Task.Yield();
            s.GetRequiredService<CurrentTenant>().Slug.ShouldBe(tenant.Slug);
            await using var db = await s.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync(CancellationToken.None);
            (await db.Leads.Select(l => l.Source).Distinct().ToListAsync(CancellationToken.None)).ShouldBe([tenant.Slug]);
        });
    }
}
