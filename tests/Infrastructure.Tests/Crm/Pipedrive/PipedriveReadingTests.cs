using System.Text;
using CsCheck;
using LeadGen.Fakes;
using LeadGen.Fakes.Pipedrive;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Crm.Pipedrive;
using Microsoft.Extensions.Time.Testing;

namespace LeadGen.Infrastructure.Tests.Crm.Pipedrive;

public sealed class PipedriveReadingTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly HookTarget Target = new("https://leads.example/hooks/acme/key", "leadgen:pass:word");

    [Fact]
    public async Task Reads_people_with_their_values_and_where_they_stand()
    {
        await using var test = await PipedriveUnderTest.StartAsync();
        var grade = test.There.AddField("Grade", "enum", false, "A", "B");
        var (won, open, inbox) = (Person(test, "won"), Person(test, "open"), Person(test, "inbox"));
        await test.There.ChangeAsync("deals", test.There.AddDeal(won, "Deal"), "status", "won");
        await test.There.ChangeAsync("deals", test.There.AddDeal(open, "Deal"), "status", "Demo Scheduled");
        using var connection = test.Connect();
        await test.Connector.PushAsync(connection, [VendorConnection.Record(1, "inbox@example.com", null, [(grade, "B")])], default);

        var read = await test.Connector.ReadAsync(connection, [won, "4711", open, inbox, "nonsense"], default);

        read.Select(r => r.Stage).ShouldBe(["won", null, "stage:3", "lead", null]);
        read.Select(r => r.Deleted).ShouldBe([false, true, false, false, true]);
        read[3].Email.ShouldBe("inbox@example.com");
        read[3].Values[grade].ShouldBe("B");
        read[3].Values["name"].ShouldBe("inbox");
    }

    [Fact]
    public async Task Proves_and_reads_what_its_hooks_tell()
    {
        await using var test = await PipedriveUnderTest.StartAsync();
        var field = test.There.AddField("Note", "varchar");
        var grade = test.There.AddField("Grade", "enum", false, "A", "B");
        var person = Person(test, "sanne");
        var deal = test.There.AddDeal(person, "Deal");
        await test.There.ChangeAsync("persons", person, field, "hello");
        using var connection = test.Connect(null, ("token", PipedriveFake.Token), ("hookUser", "leadgen"), ("hookSecret", "pass:word"));
        IReadOnlyList<CrmEvent>? Read(string body, string secret = "leadgen:pass:word") =>
            test.Connector.ReadHook(connection, Hook(PipedriveFake.Prove(Target with { Secret = secret }, body)), Noon.UtcDateTime);

        var changed = Read(test.There.Event("persons", person, "change"))!.Single();
        changed.RemoteId.ShouldBe(person);
        changed.Record!.Values[field].ShouldBe("hello");
        changed.Record.Email.ShouldBe("sanne@example.com");
        changed.Record.IsPart.ShouldBeTrue();
        var cleared = test.There.Event("persons", person, "change").Replace("\"previous\":{}", $"\"previous\":{{\"job_title\":\"CTO\",\"custom_fields\":{{\"{new string('a', 40)}\":null}}}}", StringComparison.Ordinal);
        Read(cleared)!.Single().Record!.Values.ShouldSatisfyAllConditions(v => v["job_title"].ShouldBe(""), v => v[new string('a', 40)].ShouldBe(""), v => v["email"].ShouldBe("sanne@example.com"), v => v.ContainsKey("custom_fields").ShouldBeFalse());
        await test.There.ChangeAsync("deals", deal, "status", "won");
        Read(test.There.Event("deals", deal, "change"))!.Single().Record!.ShouldSatisfyAllConditions(r => r.RemoteId.ShouldBe(person), r => r.Stage.ShouldBe("won"));
        await test.There.ChangeAsync("persons", person, grade, "11");
        Read(test.There.Event("persons", person, "change"))!.Single().Record.ShouldBeNull("options come by id alone and must be read");
        Read(test.There.Event("persons", person, "delete"))!.Single().Record!.Deleted.ShouldBeTrue();
        var merged = test.There.Event("persons", person, "delete").Replace("\"attempt\":1", "\"merged_to_id\":\"77\",\"attempt\":1", StringComparison.Ordinal);
        Read(merged)!.Single().Record!.ShouldSatisfyAllConditions(r => r.Deleted.ShouldBeFalse(), r => r.MergedInto.ShouldBe("77"));
        Read("""{"meta":{"action":"change","entity":"product","timestamp":"2026-11-22T12:00:00.000Z","id":"1"},"data":{"id":1}}""")!.ShouldBeEmpty();
        Should.Throw<CrmException>(() => Read("{")).Trouble.ShouldBe(CrmTrouble.Invalid);
        var twice = test.There.Event("persons", person, "change");
        Read(twice)!.Single().EventId.ShouldBe(Read(twice.Replace("\"attempt\":1", "\"attempt\":2", StringComparison.Ordinal))!.Single().EventId);
        var nameless = System.Text.RegularExpressions.Regex.Replace(twice, "\"id\":\"[^\"]+\",\"is_bulk", "\"is_bulk");
        Read(nameless)!.Single().EventId.ShouldBe(Read(nameless.Replace("\"attempt\":1", "\"attempt\":2", StringComparison.Ordinal))!.Single().EventId);
    }

    [Theory]
    [InlineData("leadgen:wrong")]
    [InlineData("leadgen:pass:word ")]
    [InlineData("other:pass:word")]
    [InlineData(":")]
    [InlineData("")]
    public async Task Hooks_of_others_are_not_read(string secret)
    {
        await using var test = await PipedriveUnderTest.StartAsync();
        var body = test.There.Event("persons", Person(test, "x"), "change");
        using var connection = test.Connect(null, ("token", PipedriveFake.Token), ("hookUser", "leadgen"), ("hookSecret", "pass:word"));
        using var bare = test.Connect();

        test.Connector.ReadHook(connection, Hook(PipedriveFake.Prove(Target with { Secret = secret }, body)), Noon.UtcDateTime).ShouldBeNull();
        test.Connector.ReadHook(bare, Hook(PipedriveFake.Prove(Target with { Secret = secret }, body)), Noon.UtcDateTime).ShouldBeNull();
        test.Connector.ReadHook(connection, new CrmHook("POST", new Uri(Target.Address), new Dictionary<string, string>(), Encoding.UTF8.GetBytes(body)), Noon.UtcDateTime).ShouldBeNull();
        test.Connector.ReadHook(connection, new CrmHook("POST", new Uri(Target.Address), new Dictionary<string, string> { ["authorization"] = "Basic &&&" }, Encoding.UTF8.GetBytes(body)), Noon.UtcDateTime).ShouldBeNull();
    }

    [Fact]
    public async Task Every_change_is_seen_whatever_happens_between_the_pages()
    {
        var time = new FakeTimeProvider(Noon);
        await using var test = await PipedriveUnderTest.StartAsync();
        test.There.Clock = () => time.GetUtcNow().UtcDateTime;
        var people = Enumerable.Range(0, 12).Select(n => Person(test, $"p{n}")).ToList();
        var deals = people.Select(p => test.There.AddDeal(p, "Deal")).ToList();
        var budget = test.There.Budget;

        await Gen.Select(Gen.Select(Gen.Int[0, 11], Gen.Int[0, 3], Gen.Bool).Array[0, 30], Gen.Int[1, 7], Gen.Int[1, 5]).SampleAsync(
            async (changes, page, readEvery) =>
            {
                var connector = new PipedriveConnector(time) { Page = page };
                using var connection = test.Connect();
                // Each walk is a day of its own: some random walks together cost more calls than a day has.
                test.There.Budget = budget;
                time.Advance(TimeSpan.FromMinutes(10));
                var cursor = (await connector.ChangesAsync(connection, null, default)).Cursor;
                var (names, stages) = (new Dictionary<string, string>(), new Dictionary<string, string?>());
                var (lastNames, lastStages) = (new Dictionary<string, string>(), new Dictionary<string, string?>());

                async Task ReadAsync()
                {
                    for (var more = true; more;)
                    {
                        var read = await connector.ChangesAsync(connection, cursor, default);
                        read.Records.Select(r => r.At).ShouldBeInOrder();
                        foreach (var record in read.Records)
                        {
                            if (record.Values.TryGetValue("name", out var name))
                            {
                                names[record.RemoteId] = name;
                            }

                            stages[record.RemoteId] = record.Stage ?? stages.GetValueOrDefault(record.RemoteId);
                        }

                        (cursor, more) = (read.Cursor, read.More);
                    }
                }

                for (var i = 0; i < changes.Length; i++)
                {
                    var (which, seconds, isDeal) = changes[i];
                    time.Advance(TimeSpan.FromSeconds(seconds));
                    if (isDeal)
                    {
                        await test.There.ChangeAsync("deals", deals[which], "status", i % 2 == 0 ? "won" : "lost");
                        lastStages[people[which]] = i % 2 == 0 ? "won" : "lost";
                    }
                    else
                    {
                        await test.There.ChangeAsync("persons", people[which], "name", lastNames[people[which]] = $"name {i}");
                    }

                    if (i % readEvery == 0)
                    {
                        await ReadAsync();
                    }
                }

                time.Advance(TimeSpan.FromSeconds(20));
                await ReadAsync();
                foreach (var (id, name) in lastNames)
                {
                    names.GetValueOrDefault(id).ShouldBe(name);
                }

                foreach (var (id, stage) in lastStages)
                {
                    stages.GetValueOrDefault(id).ShouldBe(stage);
                }

                (await connector.ChangesAsync(connection, cursor, default)).Records.ShouldBeEmpty();
            },
            iter: 15, threads: 1);
    }

    private static string Person(PipedriveUnderTest test, string name) =>
        test.There.Add("persons", $$"""{"name":"{{name}}","emails":[{"value":"{{name}}@example.com","primary":true}],"phones":[]}""");

    private static CrmHook Hook(HttpRequestMessage sent) => new(
        "POST", sent.RequestUri!, sent.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.First()), sent.Content!.ReadAsByteArrayAsync().Result);
}
