using System.Text.Json.Nodes;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Outbox;

/// <summary>Events stand in the outbox with what caused them, in its order, and only when somebody listens.</summary>
public sealed class LeadEventsTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_lead_tells_that_it_came_was_scored_and_is_gone(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres, null, Doors.Here);
        var tenant = await installation.TenantAsync();
        await installation.SubscribeAsync(tenant, "http://127.0.0.1:1/all");
        await installation.SubscribeAsync(tenant, "http://127.0.0.1:1/some", LeadTopics.Scored);
        var lead = (await installation.TakeAsync(tenant, () => Leads.Read(
            ("email", "ada@engines.test"), ("fullName", "Ada Lovelace"), ("companyName", "Engines"), ("message", "What does it cost?"), ("notes", new string('x', 30_000)))))[0].Lead!;
        await installation.ScoreAllAsync(tenant);

        var events = await EventsAsync(installation, tenant);
        events.Select(e => e.Topic).ShouldBe([LeadTopics.Created, LeadTopics.Scored, LeadTopics.Scored]);
        var (created, scored) = (JsonNode.Parse(events[0].Payload!)!, JsonNode.Parse(events[1].Payload!)!);
        created["type"]!.GetValue<string>().ShouldBe("lead.created");
        created["timestamp"]!.GetValue<DateTime>().ShouldBe(events[0].CreatedAt, TimeSpan.FromSeconds(1));
        created["data"]!["id"]!.GetValue<Guid>().ShouldBe(lead.Id);
        created["data"]!["email"]!.GetValue<string>().ShouldBe("ada@engines.test");
        created["data"]!["score"].ShouldBeNull();
        scored["data"]!["score"]!["value"]!.GetValue<double>().ShouldBeInRange(0, 100);
        scored["data"]!["stage"]!.GetValue<string>().ShouldBe("Scored");
        events.ShouldAllBe(e => e.Payload!.Length < 20_000 && e.LeadId == lead.Id);

        await installation.WriteAsync(tenant, async (db, ct) =>
        {
            await LeadErasure.RemoveAsync(db, [lead.Id], ct);
            await LeadEvents.DeletedAsync(db, [lead.Id], DateTime.UtcNow, ct);
        });
        var left = await EventsAsync(installation, tenant);
        left.Select(e => e.Topic).ShouldBe([LeadTopics.Deleted], "what still waited about the person is gone with them");
        JsonNode.Parse(left[0].Payload!)!["data"]!.AsObject().Select(p => p.Key).ShouldBe(["id"]);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_grade_that_changed_and_an_outcome_are_told_and_a_score_that_stayed_is_not(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres, null, Doors.Here);
        var tenant = await installation.TenantAsync();
        await installation.TakeAsync(tenant, () => Leads.Read(("email", "ada@engines.test"), ("companyName", "Engines")));
        await installation.ScoreAllAsync(tenant);
        await installation.SubscribeAsync(tenant, "http://127.0.0.1:1/all");

        // Scored again with nothing changed, then with another grade on the lead than the one computed.
        await installation.WriteAsync(tenant, (db, ct) => db.Meta.ExecuteUpdateAsync(m => m.SetProperty(x => x.ScoringEpoch, x => x.ScoringEpoch + 1), ct));
        await installation.ScoreAllAsync(tenant);
        (await EventsAsync(installation, tenant)).ShouldBeEmpty();
        await installation.WriteAsync(tenant, async (db, ct) =>
        {
            var lead = await db.Leads.SingleAsync(ct);
            lead.Grade = lead.Grade == LeadGen.Pipeline.Scoring.Grade.A ? LeadGen.Pipeline.Scoring.Grade.D : LeadGen.Pipeline.Scoring.Grade.A;
            lead.Stage = LeadStage.Received;
            await db.SaveChangesAsync(ct);
        });
        await installation.ScoreAllAsync(tenant);
        await installation.TakeAsync(tenant, () => Leads.Read(("email", "ada@engines.test"), ("outcome", "Won")));

        var events = await EventsAsync(installation, tenant);
        events.Select(e => e.Topic).ShouldBe([LeadTopics.Scored, LeadTopics.GradeChanged, LeadTopics.OutcomeRecorded]);
        var data = JsonNode.Parse(events[1].Payload!)!["data"]!;
        data["previousGrade"]!.GetValue<string>().ShouldNotBe(data["score"]!["grade"]!.GetValue<string>());
        JsonNode.Parse(events[2].Payload!)!["data"]!["outcome"]!.GetValue<string>().ShouldBe("Won");
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task An_import_writes_a_row_for_each_new_lead_and_none_when_nobody_listens(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres, null, Doors.Here);
        var tenant = await installation.TenantAsync();
        await ImportAsync(installation, tenant, 0);
        (await EventsAsync(installation, tenant)).ShouldBeEmpty();
        await installation.SubscribeAsync(tenant, "http://127.0.0.1:1/all", LeadTopics.Created);
        await ImportAsync(installation, tenant, 1_500);

        var events = await EventsAsync(installation, tenant);
        events.Count.ShouldBe(1_500);
        events.Select(e => e.LeadId).Distinct().Count().ShouldBe(1_500);
    }

    [Fact]
    public void Ids_sort_as_they_were_made_also_within_a_millisecond()
    {
        var now = DateTime.UtcNow;
        var ids = Enumerable.Range(0, 20_000).Select(_ => OutboxIds.Next(now)).ToList();
        ids.ShouldBe(ids.Order());
        ids.Select(i => i.ToString()).ShouldBe(ids.Select(i => i.ToString()).Order(StringComparer.Ordinal));
        ids.ShouldAllBe(i => i.Version == 7);
    }

    private static async Task ImportAsync(Installation installation, LeadGen.Infrastructure.Tenancy.Tenant tenant, int first)
    {
        await installation.QueueAsync(tenant, Leads.Csv(1_500, first));
        await installation.InAsync(tenant, s => s.GetRequiredService<ImportRun>().RunNextAsync(Ct));
    }

    private static async Task<List<OutboxMessage>> EventsAsync(Installation installation, LeadGen.Infrastructure.Tenancy.Tenant tenant)
    {
        await using var db = installation.Open(tenant);
        return await db.Outbox.OrderBy(m => m.Id).ToListAsync(Ct);
    }
}
