using LeadGen.Fakes;
using LeadGen.Fakes.Salesforce;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Crm.Salesforce;
using static LeadGen.Infrastructure.Tests.Crm.VendorConnection;

namespace LeadGen.Infrastructure.Tests.Crm.Salesforce;

public sealed class SalesforcePushTests
{
    [Fact]
    public async Task Sends_exactly_these_calls()
    {
        await using var test = await SalesforceUnderTest.StartAsync();
        var known = test.There.Add("Lead", ("LastName", "de Wit"), ("Company", "Vandermolen"), ("Email", "sanne@vandermolen.example"));
        using var connection = test.Connect();

        var pushed = await test.Connector.PushAsync(
            connection,
            [
                Record(1, "sanne@vandermolen.example", null, [("FirstName", "Sanne"), ("NumberOfEmployees", "40"), ("DoNotCall", "no")], [("Company", "Vandermolen \"Foods\"")]),
                Record(2, "müller@köln.example", null, [("LastName", "Müller"), ("AnnualRevenue", "1200000.5"), ("Title", "")]),
                Record(3, "o'hara@example.com", null, [("LastName", "O'Hara"), ("NumberOfEmployees", "many")]),
            ],
            default);

        GoldenCalls.ShouldBe(test.There.Calls, "push.txt");
        pushed[0].ShouldBe(new CrmPushed(pushed[0].LeadId, known, null, $"{test.There.Address}/{known}"));
        pushed[1].Error.ShouldBeNull();
        pushed[2].Error.ShouldBe("Employees: the value is no number.");
        test.There.Value(known, "Company").ShouldBe("Vandermolen \"Foods\"");
        test.There.Value(known, "LastName").ShouldBe("de Wit");
        test.There.Value(pushed[1].RemoteId!, "Company").ShouldBe("[not provided]");
        test.There.Value(pushed[1].RemoteId!, "Email").ShouldBe("müller@köln.example");
    }

    [Fact]
    public async Task Pushing_twice_makes_one_record_even_without_an_address()
    {
        await using var test = await SalesforceUnderTest.StartAsync();
        using var connection = test.Connect();
        var records = Enumerable.Range(1, 200).Select(n => Record(n, n % 2 == 0 ? null : "")).ToList();

        var first = await test.Connector.PushAsync(connection, records, default);
        var second = await test.Connector.PushAsync(connection, records, default);

        first.ShouldAllBe(p => p.Error == null && p.RemoteId != null);
        second.Select(p => p.RemoteId).ShouldBe(first.Select(p => p.RemoteId));
        test.There.Ids("Lead").Count.ShouldBe(200);
    }

    [Fact]
    public async Task One_bad_record_rejects_no_other_and_says_what_is_wrong()
    {
        await using var test = await SalesforceUnderTest.StartAsync();
        var converted = test.There.Add("Lead", ("LastName", "Gone far"), ("Company", "x"), (SalesforceFake.IdField, Record(5).LeadId.ToString()));
        test.There.Convert(converted);
        var deleted = test.There.Add("Lead", ("LastName", "Deleted"), ("Company", "x"));
        await test.There.DeleteAsync("Lead", deleted);
        test.There.BlocksDuplicates = true;
        test.There.Add("Contact", ("LastName", "Same"), ("Email", "lead9@example.com"));
        using var connection = test.Connect();

        var pushed = await test.Connector.PushAsync(
            connection,
            [
                Record(1), Record(2, "two words@example.com"), Record(3, person: [("LastName", new string('x', 90))]), Record(4, person: [("Shoe", "42")]), Record(5),
                Record(6, remote: deleted), Record(7, person: [("IsConverted", "true")]), Record(8, remote: "../Account"),
            ],
            default);

        pushed.Select(p => p.Error is null).ShouldBe([true, false, false, false, false, false, false, false]);
        pushed[1].Error!.ShouldStartWith("Email: not accepted");
        pushed[2].Error!.ShouldStartWith("LastName: longer than the field");
        pushed[3].Error!.ShouldStartWith("Shoe: Lead in Salesforce has no such field");
        pushed[4].Error!.ShouldContain("converted");
        pushed[5].Error.ShouldBe("The record was deleted in Salesforce.");
        pushed[5].Gone.ShouldBeTrue();
        pushed[6].Error.ShouldBe("Converted: cannot be written in Salesforce.");
    }

    [Fact]
    public async Task A_duplicate_rule_holds_a_lead_back_in_plain_words()
    {
        await using var test = await SalesforceUnderTest.StartAsync();
        test.There.BlocksDuplicates = true;
        using var connection = test.Connect();

        var pushed = await test.Connector.PushAsync(connection, [Record(1, "same@example.com"), Record(2, "SAME@example.com")], default);

        pushed[0].Error.ShouldBeNull();
        pushed[1].Error!.ShouldStartWith("A duplicate rule in Salesforce holds this lead back");
    }

    [Fact]
    public async Task What_cannot_be_read_at_all_is_found_by_halving()
    {
        var handler = new ScriptedHandler((method, path, body) =>
            path.EndsWith("/describe", StringComparison.Ordinal) ? (200, """{"createable":true,"updateable":true,"fields":[{"name":"LastName","label":"Last Name","type":"string","createable":true,"updateable":true},{"name":"LeadGen_Id__c","type":"string","createable":true,"updateable":true}]}""")
            : method == "GET" ? (200, """{"done":true,"records":[]}""")
            : body.Contains("poison", StringComparison.Ordinal) ? (400, """[{"message":"Cannot deserialize","errorCode":"JSON_PARSER_ERROR"}]""")
            : (200, "[" + string.Join(',', Enumerable.Range(0, body.Split("\"attributes\"").Length - 1).Select(i => $$"""{"id":"00Q{{i:D15}}","success":true,"errors":[]}""")) + "]"));
        using var connection = new VendorConnection(new() { BaseUrl = "https://northwind.example" }, new Dictionary<string, string> { ["token"] = "t" }, handler);

        var pushed = await new SalesforceConnector(TimeProvider.System).PushAsync(
            connection, [.. Enumerable.Range(1, 64).Select(n => Record(n, null, null, [("LastName", n == 37 ? "poison" : "fine")]))], default);

        pushed.Count(p => p.Error is not null).ShouldBe(1);
        pushed[36].Error.ShouldBe("Cannot deserialize");
        handler.Calls.ShouldBeLessThan(20);
    }

    [Fact]
    public async Task Waits_for_a_locked_row_and_gives_up_in_a_way_that_is_tried_again()
    {
        await using var test = await SalesforceUnderTest.StartAsync();
        var id = test.There.Add("Lead", ("LastName", "Busy"), ("Company", "x"));
        using var connection = test.Connect();
        test.There.Lock(id, 2);

        (await test.Connector.PushAsync(connection, [Record(1, remote: id), Record(2)], default)).ShouldAllBe(p => p.Error == null);
        test.There.Lock(id, 100);
        (await Should.ThrowAsync<CrmException>(() => test.Connector.PushAsync(connection, [Record(1, remote: id)], default))).Trouble.ShouldBe(CrmTrouble.Unavailable);
    }

    [Fact]
    public async Task Contacts_are_tied_to_an_account_found_by_domain_or_name_or_made_once()
    {
        await using var test = await SalesforceUnderTest.StartAsync();
        var known = test.There.Add("Account", ("Name", "Vandermolen Foods BV"), ("Website", "https://www.vandermolen.example"));
        using var connection = test.Connect("Contact");

        var pushed = await test.Connector.PushAsync(
            connection,
            [
                Record(1, company: [("Name", "Vandermolen"), ("Website", "vandermolen.example")]),
                Record(2, company: [("Name", "New Corp")]), Record(3, company: [("Name", "new corp"), ("NumberOfEmployees", "12")]), Record(4),
            ],
            default);

        pushed.ShouldAllBe(p => p.Error == null);
        pushed[0].RemoteCompanyId.ShouldBe(known);
        pushed[1].RemoteCompanyId.ShouldBe(pushed[2].RemoteCompanyId);
        pushed[3].RemoteCompanyId.ShouldBeNull();
        test.There.Ids("Account").Count.ShouldBe(2);
        test.There.Value(pushed[2].RemoteId!, "AccountId").ShouldBe(pushed[1].RemoteCompanyId);
    }

    [Fact]
    public async Task Leaves_the_last_calls_of_the_day_to_others()
    {
        await using var test = await SalesforceUnderTest.StartAsync();
        test.There.Limit = 100;
        test.There.Used = 82;
        using var connection = test.Connect();

        (await test.Connector.TestAsync(connection, default)).Note.ShouldBe("84 of the 100 calls that Salesforce allows in 24 hours are used.");
        test.There.Used = 96;
        await test.Connector.StagesAsync(connection, default).ContinueWith(_ => { }, TaskScheduler.Default);
        var error = await Should.ThrowAsync<CrmException>(() => test.Connector.PushAsync(connection, [Record(1)], default));

        error.Trouble.ShouldBe(CrmTrouble.Throttled);
        error.RetryAfter.ShouldBe(TimeSpan.FromMinutes(30));
        test.There.Ids("Lead").ShouldBeEmpty();
    }

    [Fact]
    public async Task Many_records_go_as_jobs()
    {
        await using var test = await SalesforceUnderTest.StartAsync();
        var known = test.There.Add("Lead", ("LastName", "Known"), ("Company", "x"), ("Email", "lead7@example.com"));
        using var connection = test.Connect();
        var records = Enumerable.Range(1, 2100).Select(n => Record(n, person: [("LastName", n == 9 ? new string('x', 90) : $"Lead \"{n}\", jr\nsecond line"), ("Title", "")])).ToList();
        var jobs = new List<string>();

        (await test.Connector.SubmitAsync(connection, records, Keep, default)).ShouldBeTrue();
        while ((await test.Connector.LookAsync(connection, jobs, default)).Contains(CrmJobState.Running))
        {
            // Done at the second look.
        }

        records[10] = Record(11, person: [("LastName", "Changed meanwhile"), ("Title", "")]);
        var saved = (await test.Connector.CollectAsync(connection, jobs, records, default)).ToDictionary(s => s.LeadId);

        saved.Count.ShouldBe(2099);
        saved.Keys.ShouldNotContain(records[8].LeadId);
        saved[records[6].LeadId].RemoteId.ShouldBe(known);
        saved[records[0].LeadId].Person.ShouldBe(new Dictionary<string, string> { ["LastName"] = "Lead \"1\", jr\nsecond line", ["Title"] = "" });
        saved[records[10].LeadId].Person["LastName"].ShouldBe("Lead \"11\", jr\nsecond line");
        test.There.Value(saved[records[0].LeadId].RemoteId!, "LastName").ShouldBe("Lead \"1\", jr\nsecond line");
        test.There.Ids("Lead").Count.ShouldBe(2099);
        test.There.Calls.Count.ShouldBeLessThan(80);
        GoldenCalls.ShouldBe(test.There.Calls.Where(c => c.Path.Contains("/jobs/", StringComparison.Ordinal) && c.Method is "POST" or "PATCH"), "jobs.txt");

        Task<bool> Keep(string job, CancellationToken cancellationToken)
        {
            jobs.Add(job);
            return Task.FromResult(true);
        }
    }

    [Fact]
    public async Task A_job_that_was_never_handed_over_is_ended_and_nothing_is_sent_to_one_that_is_not_kept()
    {
        await using var test = await SalesforceUnderTest.StartAsync();
        using var connection = test.Connect();
        string? job = null;

        (await test.Connector.SubmitAsync(connection, [Record(1)], (id, _) => Task.FromResult((job = id) is null), default)).ShouldBeFalse();

        (await test.Connector.LookAsync(connection, [job!], default)).ShouldBe([CrmJobState.Failed]);
        (await test.Connector.LookAsync(connection, [job!, "750000000000099999"], default)).ShouldBe([CrmJobState.Failed, CrmJobState.Failed]);
        test.There.Calls.ShouldNotContain(c => c.Path.EndsWith("/batches", StringComparison.Ordinal));
        test.There.Ids("Lead").ShouldBeEmpty();
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
        await using var test = await SalesforceUnderTest.StartAsync();
        using var connection = test.Connect();
        test.There.Faults.Plan(fault, -1);

        foreach (var call in new Func<Task>[]
        {
            () => test.Connector.TestAsync(connection, default), () => test.Connector.FieldsAsync(connection, default), () => test.Connector.StagesAsync(connection, default),
            () => test.Connector.PushAsync(connection, [Record(1)], default), () => test.Connector.ChangesAsync(connection, null, default),
            () => test.Connector.ReadAsync(connection, ["00Q000000000001001"], default), () => test.Connector.CreateFieldsAsync(connection, [], default),
        })
        {
            (await Should.ThrowAsync<CrmException>(call)).Trouble.ShouldBe(trouble);
        }
    }

    [Fact]
    public async Task Slowness_partial_failure_and_odd_dress_are_borne()
    {
        await using var test = await SalesforceUnderTest.StartAsync();
        using var connection = test.Connect();
        test.There.Faults.Plan(Fault.Mislabelled, -1);
        (await test.Connector.PushAsync(connection, [Record(1)], default))[0].Error.ShouldBeNull();
        test.There.Faults.Plan(Fault.Partial);
        var pushed = await test.Connector.PushAsync(connection, [Record(2), Record(3)], default);
        pushed[0].Error.ShouldBe("Phone: a validation rule in Salesforce says: Phone numbers start with +");
        pushed[1].Error.ShouldBeNull();
        test.There.Faults.Slowness = TimeSpan.FromSeconds(30);
        test.There.Faults.Plan(Fault.Slow);
        connection.Http.Timeout.ShouldBe(TimeSpan.FromSeconds(5));
        using var hasty = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Should.ThrowAsync<OperationCanceledException>(() => test.Connector.StagesAsync(connection, hasty.Token));
    }
}
