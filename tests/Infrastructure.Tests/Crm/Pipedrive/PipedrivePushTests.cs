using LeadGen.Fakes;
using LeadGen.Fakes.Pipedrive;
using LeadGen.Infrastructure.Crm;
using static LeadGen.Infrastructure.Tests.Crm.VendorConnection;

namespace LeadGen.Infrastructure.Tests.Crm.Pipedrive;

public sealed class PipedrivePushTests
{
    [Fact]
    public async Task Sends_exactly_these_calls()
    {
        await using var test = await PipedriveUnderTest.StartAsync();
        var score = test.There.AddField("LeadGen score", "double");
        var grade = test.There.AddField("LeadGen grade", "enum", false, "A", "B", "C", "D");
        test.There.AddField("Domain", "varchar", ofCompany: true);
        var known = test.There.Add("persons", """{"name":"Sanne de Wit","first_name":"Sanne","last_name":"de Wit","emails":[{"value":"sanne@vandermolen.example","primary":true,"label":"home"}],"phones":[]}""");
        using var connection = test.Connect();

        var pushed = await test.Connector.PushAsync(
            connection,
            [
                Record(1, "sanne@vandermolen.example", null, [("email", "sanne@vandermolen.example"), ("phone", "+31 20 123"), ("leadgen_score", "87"), (grade, "a")], [("name", "Vandermolen"), ("Domain", "vandermolen.example")]),
                Record(2, "müller@köln.example", null, [("first_name", "Jörg"), ("last_name", "Müller")], [("name", "VANDERMOLEN"), ("Domain", "")]),
                Record(3, person: [("name", "Three"), (score, "high")]),
            ],
            default);

        GoldenCalls.ShouldBe(test.There.Calls, "push.txt");
        pushed[0].RemoteId.ShouldBe(known);
        pushed[0].Url.ShouldBe($"{test.There.Address}/person/{known}");
        pushed[1].RemoteCompanyId.ShouldBe(pushed[0].RemoteCompanyId);
        pushed[2].Error.ShouldBe("LeadGen score: the value is no number.");
        test.There.Item("persons", known)!["emails"]!.AsArray().Count.ShouldBe(1);
        test.There.Item("persons", pushed[1].RemoteId!)!["name"]!.ToString().ShouldBe("Jörg Müller");
        test.There.Ids("leads").Count.ShouldBe(2);
        test.There.Ids("organizations").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Pushing_twice_makes_one_person_and_one_lead()
    {
        await using var test = await PipedriveUnderTest.StartAsync();
        using var connection = test.Connect();
        var records = Enumerable.Range(1, 5).Select(n => Record(n, person: [("name", $"Lead {n}")], company: [("name", "One")])).ToList();

        var first = await test.Connector.PushAsync(connection, records, default);
        var second = await test.Connector.PushAsync(connection, records, default);

        second.Select(p => p.RemoteId).ShouldBe(first.Select(p => p.RemoteId));
        (test.There.Ids("persons").Count, test.There.Ids("leads").Count, test.There.Ids("organizations").Count).ShouldBe((5, 5, 1));
    }

    [Fact]
    public async Task A_part_of_a_name_leaves_the_other_part_and_a_second_address_stays()
    {
        await using var test = await PipedriveUnderTest.StartAsync();
        var known = test.There.Add("persons", """{"name":"Sanne de Wit","first_name":"Sanne","last_name":"de Wit","emails":[{"value":"old@example.com","primary":true,"label":"home"}]}""");
        using var connection = test.Connect("Person");

        var pushed = await test.Connector.PushAsync(connection, [Record(1, remote: known, person: [("last_name", "Bakker"), ("email", "new@example.com")])], default);

        pushed[0].Error.ShouldBeNull();
        var person = test.There.Item("persons", known)!;
        person["name"]!.ToString().ShouldBe("Sanne Bakker");
        person["emails"]!.ToJsonString().ShouldBe("""[{"value":"new@example.com","primary":true,"label":"work"},{"value":"old@example.com","primary":false,"label":"home"}]""");
        test.There.Ids("leads").ShouldBeEmpty();
    }

    [Fact]
    public async Task One_bad_record_rejects_no_other_and_says_what_is_wrong()
    {
        await using var test = await PipedriveUnderTest.StartAsync();
        var grade = test.There.AddField("Grade", "enum", false, "A", "B");
        var deleted = test.There.Add("persons", """{"name":"Gone"}""");
        await test.There.DeleteAsync("persons", deleted);
        using var connection = test.Connect();
        test.There.Faults.Plan(Fault.Partial);

        var pushed = await test.Connector.PushAsync(
            connection,
            [
                Record(1, person: [("name", "One")]), Record(2, person: [("name", "Two")]), Record(3, person: [("shoe", "42")]), Record(4, person: [(grade, "Z")]),
                Record(5, person: [("owner_id", "1")]), Record(6, remote: deleted, person: [("name", "Six")]), Record(7, remote: "1/../2"), Record(8, "not an address", person: [("name", "Eight")]),
            ],
            default);

        pushed.Select(p => p.Error is null).ShouldBe([false, true, false, false, false, false, false, false]);
        pushed[0].Error!.ShouldContain("phones: is not a valid phone");
        pushed[2].Error.ShouldBe("shoe: Pipedrive has no such field.");
        pushed[3].Error.ShouldBe("Grade: the value is not one of the choices in Pipedrive (A, B).");
        pushed[4].Error.ShouldBe("Owner: cannot be written in Pipedrive.");
        pushed[5].Error.ShouldBe("The person was deleted in Pipedrive.");
        pushed[5].Gone.ShouldBeTrue();
        pushed[7].Error!.ShouldContain("Invalid email");
    }

    [Fact]
    public async Task A_company_that_was_deleted_there_is_made_anew()
    {
        await using var test = await PipedriveUnderTest.StartAsync();
        using var connection = test.Connect();

        var pushed = await test.Connector.PushAsync(connection, [Record(1, person: [("name", "One")], company: [("name", "One BV")], remoteCompany: "999")], default);

        pushed[0].Error.ShouldBeNull();
        pushed[0].RemoteCompanyId.ShouldBe(test.There.Ids("organizations").Single());
    }

    [Fact]
    public async Task Lays_down_fields_once_and_knows_them_by_their_label()
    {
        await using var test = await PipedriveUnderTest.StartAsync();
        using var connection = test.Connect();
        CrmField[] ours = [new("leadgen_score", "LeadGen score", "number", true, false), new("leadgen_grade", "LeadGen grade", "choice", true, false) { Choices = ["A", "B"] }];

        await test.Connector.CreateFieldsAsync(connection, ours, default);
        await test.Connector.CreateFieldsAsync(connection, ours, default);

        GoldenCalls.ShouldBe(test.There.Calls.Where(c => c.Method == "POST"), "fields.txt");
        var fields = await test.Connector.FieldsAsync(connection, default);
        fields.ShouldContain(f => f.Label == "LeadGen score" && f.Name.Length == 40 && f.Type == "number" && f.Writable);
        fields.ShouldContain(f => f.Label == "LeadGen grade" && f.Type == "choice" && f.Choices.Count == 2);
        fields.ShouldContain(f => f.Name == "email" && f.Writable && !f.OfCompany);
        fields.ShouldContain(f => f.Name == "name" && f.OfCompany);
        var stages = await test.Connector.StagesAsync(connection, default);
        stages.ShouldContain(new CrmStage("stage:3", "Sales: Demo Scheduled", false, false));
        stages.ShouldContain(new CrmStage("won", "Deal: won", true, false));
        stages.ShouldContain(new CrmStage("lost", "Deal: lost", false, true));
        test.There.IsAdmin = false;
        (await Should.ThrowAsync<CrmException>(() => test.Connector.CreateFieldsAsync(connection, [new("x", "X", "text", true, false)], default))).Trouble.ShouldBe(CrmTrouble.Refused);
        (await test.Connector.TestAsync(connection, default)).Note!.ShouldContain("no admin");
    }

    [Fact]
    public async Task Renews_an_expired_token_keeps_it_and_tells_a_refused_one()
    {
        await using var test = await PipedriveUnderTest.StartAsync();
        using var connection = test.Connect(null, ("token", PipedriveFake.AccessToken), ("refreshToken", test.There.RefreshToken), ("clientSecret", PipedriveFake.ClientSecret));
        test.There.ExpireSessions();

        (await test.Connector.TestAsync(connection, default)).ShouldBe(new CrmAccount("424242", "Northwind Pretended"));
        test.There.ExpireSessions();
        await test.Connector.StagesAsync(connection, default);

        connection.Kept["refreshToken"].ShouldBe(test.There.RefreshToken);
        connection.Kept["apiDomain"].ShouldBe(test.There.Address);
        test.There.Withdraw();
        var error = await Should.ThrowAsync<CrmException>(() => test.Connector.StagesAsync(connection, default));
        error.Trouble.ShouldBe(CrmTrouble.Refused);
        error.Message.ShouldContain("refresh_token is invalid");
        using var token = test.Connect();
        (await Should.ThrowAsync<CrmException>(() => test.Connector.TestAsync(token, default))).Trouble.ShouldBe(CrmTrouble.Refused);
    }

    [Fact]
    public async Task Slows_down_before_the_window_is_full_and_stops_when_the_budget_is_used_up()
    {
        await using var test = await PipedriveUnderTest.StartAsync();
        test.There.Burst = 3;
        using var connection = test.Connect();

        var pushed = await test.Connector.PushAsync(connection, [.. Enumerable.Range(1, 5).Select(n => Record(n, person: [("name", $"{n}")]))], default);

        pushed.ShouldAllBe(p => p.Error == null);
        test.There.Burst = 0;
        test.There.Budget = 45;
        var error = await Should.ThrowAsync<CrmException>(() => test.Connector.PushAsync(connection, [Record(9, person: [("name", "9")])], default));
        error.Trouble.ShouldBe(CrmTrouble.Throttled);
        error.RetryAfter.ShouldBe(TimeSpan.FromHours(1));
    }

    [Theory]
    [InlineData(Fault.RateLimited, CrmTrouble.Throttled)]
    [InlineData(Fault.DailyLimit, CrmTrouble.Throttled)]
    [InlineData(Fault.ServerError, CrmTrouble.Unavailable)]
    [InlineData(Fault.Odd, CrmTrouble.Unavailable)]
    [InlineData(Fault.Empty, CrmTrouble.Unavailable)]
    [InlineData(Fault.Broken, CrmTrouble.Unavailable)]
    public async Task Faults_come_out_as_what_they_are(Fault fault, CrmTrouble trouble)
    {
        await using var test = await PipedriveUnderTest.StartAsync();
        using var connection = test.Connect();
        test.There.Faults.Plan(fault, -1);

        foreach (var call in new Func<Task>[]
        {
            () => test.Connector.TestAsync(connection, default), () => test.Connector.FieldsAsync(connection, default), () => test.Connector.StagesAsync(connection, default),
            () => test.Connector.PushAsync(connection, [Record(1)], default), () => test.Connector.ChangesAsync(connection, null, default),
            () => test.Connector.ReadAsync(connection, ["1"], default), () => test.Connector.CreateFieldsAsync(connection, [new("x", "X", "text", true, false)], default),
        })
        {
            (await Should.ThrowAsync<CrmException>(call)).Trouble.ShouldBe(trouble);
        }

        test.There.Faults.Plan(Fault.Mislabelled, -1);
        (await test.Connector.PushAsync(connection, [Record(1, person: [("name", "One")])], default))[0].Error.ShouldBeNull();
    }

    [Fact]
    public async Task A_page_that_shuts_us_out_is_a_pause_and_no_refusal()
    {
        using var connection = new VendorConnection(new(), new Dictionary<string, string> { ["token"] = "t" }, new ScriptedHandler((_, _, _) => (403, "<html>Cloudflare</html>"), "text/html"));

        var error = await Should.ThrowAsync<CrmException>(() => new Infrastructure.Crm.Pipedrive.PipedriveConnector(TimeProvider.System).TestAsync(connection, default));

        error.Trouble.ShouldBe(CrmTrouble.Throttled);
    }
}
