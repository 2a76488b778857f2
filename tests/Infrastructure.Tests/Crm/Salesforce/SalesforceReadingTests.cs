using CsCheck;
using LeadGen.Fakes.Salesforce;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Crm.Salesforce;
using Microsoft.Extensions.Time.Testing;

namespace LeadGen.Infrastructure.Tests.Crm.Salesforce;

public sealed class SalesforceReadingTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Lists_fields_stages_and_lays_down_what_is_missing_once()
    {
        await using var test = await SalesforceUnderTest.StartAsync(withField: false);
        using var connection = test.Connect();
        CrmField[] ours = [new("leadgen_score", "LeadGen score", "number", true, false), new("leadgen_grade", "LeadGen grade", "text", true, false)];
        (await Should.ThrowAsync<CrmException>(() => test.Connector.PushAsync(connection, [VendorConnection.Record(1)], default))).Message.ShouldContain("name LeadGen_Id, type Text 36, External ID, Unique");

        await test.Connector.CreateFieldsAsync(connection, ours, default);
        await test.Connector.CreateFieldsAsync(connection, ours, default);

        GoldenCalls.ShouldBe(test.There.Calls.Where(c => c.Path.Contains("/tooling/", StringComparison.Ordinal)), "fields.txt");
        var fields = await test.Connector.FieldsAsync(connection, default);
        fields.ShouldContain(f => f.Name == "leadgen_score__c" && f.Type == "number" && f.Writable && !f.OfCompany);
        fields.ShouldContain(f => f.Name == "Company" && f.Writable && !f.OfCompany);
        fields.ShouldContain(f => f.Name == "Industry" && f.Type == "choice" && f.Choices.Count == 4);
        fields.ShouldNotContain(f => f.Name == "Address" || f.Name == SalesforceFake.IdField);
        var stages = await test.Connector.StagesAsync(connection, default);
        stages.ShouldContain(new CrmStage("status:Open - Not Contacted", "Lead: Open - Not Contacted", false, false));
        stages.ShouldContain(new CrmStage("stage:Closed Won", "Opportunity: Closed Won", true, false));
        stages.ShouldContain(new CrmStage("stage:Closed Lost", "Opportunity: Closed Lost", false, true));
        var pushed = await test.Connector.PushAsync(connection, [VendorConnection.Record(1, person: [("leadgen_score", "87")])], default);
        test.There.Value(pushed[0].RemoteId!, "leadgen_score__c").ShouldBe("87");
    }

    [Fact]
    public async Task Says_what_an_administrator_must_add_where_the_rights_are_missing()
    {
        await using var test = await SalesforceUnderTest.StartAsync(withField: false);
        test.There.MayCustomize = false;
        test.There.MayWrite = false;
        using var connection = test.Connect();

        var error = await Should.ThrowAsync<CrmException>(() => test.Connector.CreateFieldsAsync(connection, [new("leadgen_score", "LeadGen score", "number", true, false)], default));

        error.Trouble.ShouldBe(CrmTrouble.Invalid);
        error.Message.ShouldContain("LeadGen score, name leadgen_score, type Number (14 digits, 4 decimals)");
        (await test.Connector.TestAsync(connection, default)).Note.ShouldBe(
            "LeadGen's user may not create and edit every Lead in Salesforce. Lead has no field for LeadGen's id yet; it is laid down with the other fields.");
    }

    [Fact]
    public async Task Follows_status_conversion_opportunity_merge_and_deletion()
    {
        var time = new FakeTimeProvider(Noon);
        await using var test = await SalesforceUnderTest.StartAsync(connector: new SalesforceConnector(time));
        test.There.Clock = () => time.GetUtcNow().UtcDateTime;
        using var connection = test.Connect();
        string New(string name) => test.There.Add("Lead", ("LastName", name), ("Company", "x"), ("Email", name + "@example.com"));
        var (a, b, c, d) = (New("a"), New("b"), New("c"), New("d"));
        time.Advance(TimeSpan.FromHours(1));
        var cursor = (await test.Connector.ChangesAsync(connection, null, default)).Cursor;

        async Task<CrmRemote[]> NextAsync()
        {
            time.Advance(TimeSpan.FromMinutes(5));
            var changes = await test.Connector.ChangesAsync(connection, cursor, default);
            changes.More.ShouldBeFalse();
            cursor = changes.Cursor;
            return [.. changes.Records];
        }

        await test.There.ChangeAsync("Lead", a, "Status", "Working - Contacted");
        (await NextAsync()).Single().ShouldSatisfyAllConditions(r => r.RemoteId.ShouldBe(a), r => r.Stage.ShouldBe("status:Working - Contacted"), r => r.Email.ShouldBe("a@example.com"), r => r.Values["Company"].ShouldBe("x"));
        var deal = test.There.Convert(a);
        (await NextAsync()).ShouldAllBe(r => r.RemoteId == a && r.Stage == "stage:Prospecting");
        await test.There.ChangeAsync("Opportunity", deal, "StageName", "Closed Won");
        (await NextAsync()).Single().ShouldSatisfyAllConditions(r => r.RemoteId.ShouldBe(a), r => r.Stage.ShouldBe("stage:Closed Won"));
        test.There.Merge(b, c);
        var merged = await NextAsync();
        merged.ShouldContain(r => r.RemoteId == c && r.MergedInto == b && !r.Deleted);
        merged.ShouldContain(r => r.RemoteId == b && r.MergedInto == null);
        await test.There.DeleteAsync("Lead", d);
        (await NextAsync()).Single().ShouldSatisfyAllConditions(r => r.RemoteId.ShouldBe(d), r => r.Deleted.ShouldBeTrue());
        await test.There.DeleteAsync("Lead", b);
        test.There.Purge(b);
        (await NextAsync()).Single().ShouldSatisfyAllConditions(r => r.RemoteId.ShouldBe(b), r => r.Deleted.ShouldBeTrue());
        (await NextAsync()).ShouldBeEmpty();
        var read = await test.Connector.ReadAsync(connection, [c, a, "00Q000000000099999", "nonsense"], default);
        read.Select(r => (r.Deleted, r.MergedInto)).ShouldBe([(false, b), (false, null), (true, null), (true, null)]);
    }

    /// <summary>Ties of stamps, changes between pages and while reading, any page size: nothing is skipped, and what comes is in order.</summary>
    [Fact]
    public async Task Every_change_is_seen_whatever_happens_between_the_pages()
    {
        var time = new FakeTimeProvider(Noon);
        await using var test = await SalesforceUnderTest.StartAsync();
        test.There.Clock = () => time.GetUtcNow().UtcDateTime;
        var leads = Enumerable.Range(0, 12).Select(n => test.There.Add("Lead", ("LastName", $"{n}"), ("Company", "x"))).ToList();
        var steps = Gen.Select(Gen.Int[0, 11], Gen.Int[0, 3]).Array[0, 30];

        await Gen.Select(steps, Gen.Int[1, 7], Gen.Int[1, 5]).SampleAsync(
            async (changes, page, readEvery) =>
            {
                var connector = new SalesforceConnector(time) { Page = page };
                using var connection = test.Connect();
                time.Advance(TimeSpan.FromMinutes(10));
                var cursor = (await connector.ChangesAsync(connection, null, default)).Cursor;
                var (told, last) = (new Dictionary<string, string>(), new Dictionary<string, string>());
                var before = DateTime.MinValue;

                async Task ReadAsync(bool all)
                {
                    for (var more = true; more; more &= all)
                    {
                        var read = await connector.ChangesAsync(connection, cursor, default);
                        read.Records.Select(r => r.At).ShouldBeInOrder();
                        foreach (var record in read.Records)
                        {
                            told[record.RemoteId] = record.Values.GetValueOrDefault("Title", "");
                        }

                        if (read.Records.Count > 0)
                        {
                            read.Records[0].At.ShouldBeGreaterThanOrEqualTo(before);
                            before = read.Records[^1].At;
                        }

                        (cursor, more) = (read.Cursor, read.More);
                        before = more ? before : DateTime.MinValue; // the next reading starts a little earlier
                    }
                }

                for (var i = 0; i < changes.Length; i++)
                {
                    var (which, seconds) = changes[i];
                    time.Advance(TimeSpan.FromSeconds(seconds));
                    await test.There.ChangeAsync("Lead", leads[which], "Title", last[leads[which]] = $"{i}");
                    if (i % readEvery == 0)
                    {
                        await ReadAsync(all: i % 2 == 0);
                    }
                }

                time.Advance(TimeSpan.FromSeconds(20));
                await ReadAsync(all: true);
                await ReadAsync(all: true); // what was young when it was given out comes once more
                foreach (var (id, title) in last)
                {
                    told.GetValueOrDefault(id).ShouldBe(title);
                }

                (await connector.ChangesAsync(connection, cursor, default)).Records.ShouldBeEmpty();
            },
            iter: 15, threads: 1);
    }
}
