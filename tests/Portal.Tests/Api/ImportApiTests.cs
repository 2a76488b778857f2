using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace LeadGen.Portal.Tests.Api;

public sealed class ImportApiTests(PortalUnderTest portal)
{
    private const string Csv = "E-Mail,Name,Company,Country\na@f.example,Ann A,Alpha,NL\nwrong,Ben B,,DE\nc@f.example,Cy C,Gamma,=1+1\na@f.example,Ann A,Alpha,NL\n";

    private static readonly string[] Ends = ["Done", "Failed", "Cancelled", "Reverted"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_goes_in_and_every_row_is_accounted_for()
    {
        var client = await portal.NewClientAsync();
        using var sent = await UploadAsync(client, Csv);
        var id = (await sent.JsonAsync(HttpStatusCode.Accepted))["id"]!.GetValue<Guid>();
        var done = await EndAsync(client, id);
        done["state"]!.GetValue<string>().ShouldBe("Done");
        (done["rows"]!.GetValue<int>(), done["created"]!.GetValue<int>(), done["rejected"]!.GetValue<int>(), done["duplicates"]!.GetValue<int>(), done["scored"]!.GetValue<int>())
            .ShouldBe((4, 2, 1, 1, 2));
        using var errors = await client.GetAsync($"/api/v1/imports/{id}/errors.csv", Ct);
        errors.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        var lines = (await errors.Content.ReadAsStringAsync(Ct)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldBe("row,column,reason,original");
        lines[1].ShouldStartWith("2,");
        lines.Length.ShouldBe(2);
        (await client.GetJsonAsync("/api/v1/imports"))["items"]!.AsArray().Single()!["id"]!.GetValue<Guid>().ShouldBe(id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_mapping_counts_before_and_behind_the_file(bool before)
    {
        var client = await portal.NewClientAsync();
        using var sent = await UploadAsync(client, "x1,x2,x3\na@f.example,Ann,secret\n", """{"x1":"email","x2":"custom.nick","x3":""}""", before);
        var id = (await sent.JsonAsync(HttpStatusCode.Accepted))["id"]!.GetValue<Guid>();
        await EndAsync(client, id);
        var lead = (await client.GetJsonAsync("/api/v1/leads"))["items"]!.AsArray().Single()!["id"]!.GetValue<Guid>();
        (await client.GetJsonAsync($"/api/v1/leads/{lead}"))["custom"]!.ToJsonString().ShouldBe("""{"nick":"Ann"}""");
    }

    [Theory]
    [InlineData("""{"nothing":"email"}""", "mapping.nothing")]
    [InlineData("""{"E-Mail":"colour"}""", "mapping.E-Mail")]
    [InlineData("""[1]""", "mapping")]
    public async Task A_mapping_that_does_not_fit_is_named_and_nothing_is_kept(string mapping, string field)
    {
        var client = await portal.NewClientAsync();
        var problem = await (await UploadAsync(client, Csv, mapping)).ProblemAsync(HttpStatusCode.UnprocessableEntity);
        problem["errors"]![field].ShouldNotBeNull();
        (await client.GetJsonAsync("/api/v1/imports"))["items"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_is_no_table_is_refused_at_once()
    {
        var client = await portal.NewClientAsync();
        await (await UploadAsync(client, "")).ProblemAsync(HttpStatusCode.UnprocessableEntity);
        await (await UploadAsync(client, "%PDF-1.7\n1 0 obj")).ProblemAsync(HttpStatusCode.UnprocessableEntity);
        using var none = new MultipartFormDataContent { { new StringContent("{}"), "mapping" } };
        await (await client.PostAsync("/api/v1/imports", none, Ct)).ProblemAsync(HttpStatusCode.UnprocessableEntity);
        await (await client.SendAsync(HttpMethod.Post, "/api/v1/imports", "{}")).ProblemAsync(HttpStatusCode.UnsupportedMediaType);
        using var torn = new StringContent("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nemail\r\na@b.example\r\n");
        torn.Headers.ContentType = new("multipart/form-data") { Parameters = { new("boundary", "b") } };
        await (await client.PostAsync("/api/v1/imports", torn, Ct)).ProblemAsync(HttpStatusCode.BadRequest);
        (await client.GetJsonAsync("/api/v1/imports"))["items"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_larger_than_other_bodies_may_be_is_taken()
    {
        var client = await portal.NewClientAsync();
        var text = new StringBuilder("email,notes\n");
        for (var i = 0; i < 300; i++)
        {
            text.Append(i).Append("@large.example,").Append('x', 19_000).Append('\n');
        }

        using var sent = await UploadAsync(client, text.ToString());
        var id = (await sent.JsonAsync(HttpStatusCode.Accepted))["id"]!.GetValue<Guid>();
        (await client.UntilAsync($"/api/v1/imports/{id}", i => i["created"]!.GetValue<int>() == 300, 120))["fileBytes"]!.GetValue<long>().ShouldBeGreaterThan(5 * 1024 * 1024);
    }

    [Fact]
    public async Task An_import_that_is_done_can_be_taken_back_but_not_cancelled()
    {
        var client = await portal.NewClientAsync();
        var kept = await client.TakeLeadAsync(new { email = "a@f.example", fullName = "Ann Before" });
        await client.UntilScoredAsync(kept);
        var id = (await (await UploadAsync(client, Csv)).JsonAsync(HttpStatusCode.Accepted))["id"]!.GetValue<Guid>();
        await EndAsync(client, id);
        (await (await client.PostAsync($"/api/v1/imports/{id}/cancel", null, Ct)).ProblemAsync(HttpStatusCode.Conflict))["detail"]!.GetValue<string>().ShouldContain("Revert");
        var reverted = await (await client.PostAsync($"/api/v1/imports/{id}/revert", null, Ct)).JsonAsync(HttpStatusCode.OK);
        reverted["state"]!.GetValue<string>().ShouldBe("Reverted");
        var left = (await client.GetJsonAsync("/api/v1/leads"))["items"]!.AsArray().Single()!;
        left["id"]!.GetValue<Guid>().ShouldBe(kept);
        left["fullName"]!.GetValue<string>().ShouldBe("Ann Before");
    }

    private static Task<JsonNode> EndAsync(HttpClient client, Guid id) =>
        client.UntilAsync($"/api/v1/imports/{id}", i => Ends.Contains(i["state"]!.GetValue<string>()));

    private static async Task<HttpResponseMessage> UploadAsync(HttpClient client, string csv, string? mapping = null, bool mappingFirst = false)
    {
        using var form = new MultipartFormDataContent();
        if (mapping is not null && mappingFirst)
        {
            form.Add(new StringContent(mapping, Encoding.UTF8, "application/json"), "mapping");
        }

        form.Add(new StringContent(csv, Encoding.UTF8, "text/csv"), "file", "leads.csv");
        if (mapping is not null && !mappingFirst)
        {
            form.Add(new StringContent(mapping, Encoding.UTF8, "application/json"), "mapping");
        }

        return await client.PostAsync("/api/v1/imports", form, Ct);
    }
}
