using System.Data.Common;
using System.Globalization;
using System.Text;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Vectors;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Work;

public sealed class LeadErasureTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Erasing_leaves_no_row_of_the_lead_in_any_table_and_its_vector_in_no_index(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var taken = await installation.TakeAsync(
            tenant,
            () => Leads.Read(("email", "canary@zoo.test"), ("fullName", "Cana Ry"), ("message", "We would like to see a demo of the canary edition.")),
            () => Leads.Read(("email", "stays@zoo.test"), ("message", "What is the price?")));
        var (gone, stays) = (taken[0].Lead!.Id, taken[1].Lead!.Id);
        await installation.ScoreAllAsync(tenant);
        await installation.WriteAsync(tenant, (write, ct) =>
        {
            write.Feedback.AddRange(new[] { gone, stays }.Select(id => new FeedbackEvent
            {
                Id = $"f{id}",
                LeadId = id,
                Kind = FeedbackKind.Visited,
                OccurredAt = DateTime.UnixEpoch,
                ReceivedAt = DateTime.UnixEpoch,
            }));
            foreach (var id in new[] { gone, stays })
            {
                write.AddRange(PersonsWordsOn(id));
            }

            return write.SaveChangesAsync(ct);
        });
        (await FoundAsync(installation, tenant)).ShouldContain(gone);

        await using var db = installation.Open(tenant);
        var tables = db.Model.GetEntityTypes().Where(e => e.FindProperty("LeadId") is not null).Select(e => e.GetTableName()!)
            .Concat(["Leads", "DeliveryAttempts"]).ToList();
        var before = await TablesWithAsync(db, gone);

        // A table that gets a LeadId one day must be filled above, and emptied by LeadErasure.
        before.ShouldBe(tables, ignoreOrder: true);
        await installation.EraseAsync(tenant, gone);

        (await TablesWithAsync(db, gone)).ShouldBeEmpty();
        (await TablesWithAsync(db, stays)).ShouldBe(tables, ignoreOrder: true);
        (await FoundAsync(installation, tenant)).ShouldBe([stays]);
        installation.Get<VectorMemory>().Of(tenant.TenantId).Block!.Ids().ShouldBe([stays]);
    }

    private static object[] PersonsWordsOn(Guid id) =>
    [
        new ScoreOverride { LeadId = id, Grade = Pipeline.Scoring.Grade.A, Value = 90, Actor = "system", At = DateTime.UnixEpoch },
        new IntentCorrection
        {
            LeadId = id, Source = "message", TextHash = "x", Kind = Pipeline.Intent.IntentKind.DemoRequest, Holds = true, Actor = "system", At = DateTime.UnixEpoch,
        },
        new DeletedLead { LeadId = id, BatchId = id, Actor = "system", At = DateTime.UnixEpoch, Snapshot = "{}" },
        .. DoorsOf(id),
    ];

    private static object[] DoorsOf(Guid id)
    {
        var message = new OutboxMessage
        {
            Id = Guid.NewGuid(),
            Channel = OutboxChannel.Webhook,
            DestinationId = Guid.NewGuid(),
            Topic = "lead.scored",
            LeadId = id,
            CreatedAt = DateTime.UnixEpoch,
            DueAt = DateTime.UnixEpoch,
        };
        return
        [
            message,
            new DeliveryAttempt { MessageId = message.Id, Number = 1, At = DateTime.UnixEpoch, Duration = 1, Request = $"about {id}" },
            new SystemMail { Id = Guid.NewGuid(), Kind = "confirm", To = "x@zoo.test", Subject = "", Text = "", LeadId = id, CreatedAt = DateTime.UnixEpoch },
            new CrmLink { IntegrationId = Guid.NewGuid(), LeadId = id, RemoteId = "1" },
            new FormSubmission { Id = Guid.NewGuid(), FormId = Guid.NewGuid(), At = DateTime.UnixEpoch, State = SubmissionState.Taken, LeadId = id },
            .. MailsOf(id),
        ];
    }

    private static object[] MailsOf(Guid id) =>
    [
        new Enrollment { Id = Guid.NewGuid(), SequenceId = Guid.NewGuid(), LeadId = id, EnrolledBy = "system", EnrolledAt = DateTime.UnixEpoch },
        new OutreachMessage
        {
            Id = Guid.NewGuid(), LeadId = id, To = "x@zoo.test", SenderId = Guid.NewGuid(), Subject = "", Text = "", CreatedAt = DateTime.UnixEpoch, DueAt = DateTime.UnixEpoch, MessageId = $"{id}",
        },
        new InboundMail { Id = Guid.NewGuid(), MessageId = $"{id}", Subject = "", At = DateTime.UnixEpoch, ReceivedAt = DateTime.UnixEpoch, State = InboundState.Noted, LeadId = id },
    ];

    [Fact]
    public async Task Erasing_waits_for_a_worker_that_is_storing_the_lead_and_takes_what_it_stored()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Postgres, postgres);
        var tenant = await installation.TenantAsync();
        var id = (await installation.TakeAsync(tenant, () => Leads.Read(("email", "canary@zoo.test")))).Single().Lead!.Id;
        var stored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var storing = installation.WriteAsync(tenant, async (write, ct) =>
        {
            // As LeadUnderstanding does: the lead's row is changed, then rows are added beside it.
            (await write.Leads.SingleAsync(l => l.Id == id, ct)).ScoreValue = 50;
            write.Intents.Add(new IntentRow
            {
                LeadId = id,
                Kind = Pipeline.Intent.IntentKind.Other,
                Strength = 1,
                ObservedAt = DateTime.UnixEpoch,
                Evidence = "",
                Source = "message",
                TextHash = "x",
            });
            await write.SaveChangesAsync(ct);
            stored.TrySetResult();
            await release.Task;
        });
        await stored.Task;
        var erasing = installation.EraseAsync(tenant, id);
        (await Task.WhenAny(erasing, Task.Delay(500, Ct))).ShouldNotBe(erasing);
        release.SetResult();
        await Task.WhenAll(storing, erasing);
        await using var db = installation.Open(tenant);
        (await TablesWithAsync(db, id)).ShouldBeEmpty();
    }

    private static Task<List<Guid>> FoundAsync(Installation installation, Tenant tenant) => installation.InAsync(tenant, async s =>
        (await s.GetRequiredService<LeadVectors>().SearchAsync("see a demo", 10, cancellationToken: Ct)).Select(h => h.Id).ToList());

    /// <summary>Every table of the database in which the lead's id stands, in whatever column.</summary>
    private static async Task<List<string>> TablesWithAsync(TenantDb db, Guid id)
    {
        var found = new List<string>();
        await db.Database.OpenConnectionAsync(Ct);
        try
        {
            foreach (var table in db.Model.GetEntityTypes().Select(e => e.GetTableName()!))
            {
                await using var command = db.Database.GetDbConnection().CreateCommand();
                command.CommandText = $"SELECT * FROM \"{table}\"";
                await using var reader = await command.ExecuteReaderAsync(Ct);
                while (await reader.ReadAsync(Ct))
                {
                    if (Speaks(reader, id))
                    {
                        found.Add(table);
                        break;
                    }
                }
            }
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }

        return found;
    }

    private static bool Speaks(DbDataReader reader, Guid id)
    {
        for (var i = 0; i < reader.FieldCount; i++)
        {
            var text = reader.GetValue(i) switch
            {
                byte[] bytes => Encoding.Latin1.GetString(bytes),
                var value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
            };
            if (text.Contains(id.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
