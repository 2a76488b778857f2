using System.Text;
using LeadGen.Pipeline.Ingestion;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Ingestion;

public class ColumnMappingTests
{
    [Theory]
    [InlineData("E-Mail Adresse", "email")]
    [InlineData("emailAddress", "email")]
    [InlineData("Work_Email", "email")]
    [InlineData("Correo electrónico", "email")]
    [InlineData("Phone Number", "phone")]
    [InlineData("Téléphone", "phone")]
    [InlineData("Position", "jobTitle")]
    [InlineData("Title", "jobTitle")]
    [InlineData("Company Name", "companyName")]
    [InlineData("Organization", "companyName")]
    [InlineData("Firma", "companyName")]
    [InlineData("# Employees", "employeeCount")]
    [InlineData("Anzahl Mitarbeiter", "employeeCount")]
    [InlineData("Nombre d'employés", "employeeCount")]
    [InlineData("Lead Source", "source")]
    [InlineData("ContactID", "externalId")]
    [InlineData("State", "custom.State")]
    [InlineData("Website", "companyDomain")]
    [InlineData("Description", "custom.Description")]
    [InlineData("Comments", "message")]
    [InlineData("Inquiry", "message")]
    [InlineData("Nachricht", "message")]
    [InlineData("Notes", "notes")]
    [InlineData("Vorname", "firstName")]
    [InlineData("Apellidos", "lastName")]
    [InlineData("CONSENT.BASIS", "consent.basis")]
    [InlineData("custom.plan", "custom.plan")]
    [InlineData("Jahresumsatz", "annualRevenue")]
    [InlineData("LeadStatus", "custom.LeadStatus")]
    [InlineData("Favourite colour", "custom.Favourite colour")]
    public void Knows_columns_by_name(string column, string field) =>
        ColumnMapping.Propose([column], []).Columns.ShouldHaveSingleItem().Field.ShouldBe(field);

    [Theory]
    [InlineData("y", "no;no;yes", "outcome")]
    [InlineData("converted", "1;0;0", "outcome")]
    [InlineData("won", "a;b", "custom.won")]
    [InlineData("Email", "yes;no", "custom.Email")]
    [InlineData("contact", "telephone;cellular", "custom.contact")]
    [InlineData("Contact", "Ann Lee;Eve May", "fullName")]
    [InlineData("campaign", "1;2;1", "custom.campaign")]
    [InlineData("job", "services;blue-collar", "custom.job")]
    [InlineData("Job", "Head of IT;CEO", "jobTitle")]
    [InlineData("Reach me at", "ann@acme.example;eve@acme.example", "email")]
    [InlineData("How", "+31 20 123 4567;+49 30 1234567", "phone")]
    [InlineData("When", "2025-03-04;2025-03-05", "custom.When")]
    [InlineData("Where", "https://acme.example;http://www.corp.example/", "companyDomain")]
    [InlineData("Profile", "https://www.linkedin.com/in/ann;linkedin.com/in/eve", "linkedInUrl")]
    [InlineData("y", "", "custom.y")]
    public void Checks_and_finds_by_value(string column, string values, string field) =>
        ColumnMapping.Propose([column], [values.Split(';', StringSplitOptions.RemoveEmptyEntries)]).Columns[0].Field.ShouldBe(field);

    [Fact]
    public void Reads_a_list_of_companies()
    {
        var mapping = Map("Company Name,Batch,Year,Industry,Description\nAcme,Summer 2005,2005,B2B,\nCorp,Summer 2006,2006,Fintech,Payments for all.\n");
        mapping.ShouldBe(["companyName", "custom.Batch", "custom.Year", "industry", "custom.Description"]);
        Map("Name,Industry\nAcme,B2B\n").ShouldBe(["companyName", "industry"]);
    }

    [Fact]
    public void Reads_contacts_and_leads_of_a_CRM()
    {
        Map("ContactID,FullName,Email,Phone,City,State,Country\nC1,Ann Lee,ann@acme.example,957.962.1534,Bonn,NRW,Germany\n")
            .ShouldBe(["externalId", "fullName", "email", "phone", "city", "custom.State", "country"]);
        Map("LeadID,ContactID,LeadSource,LeadStatus,CreatedDate,Notes\nL1,C5,Referral,Working,2025-02-05,called twice\n")
            .ShouldBe(["externalId", "custom.ContactID", "source", "custom.LeadStatus", "createdAt", "notes"]);
    }

    [Fact]
    public void Reads_a_campaign_history_with_its_own_words()
    {
        Map("\"age\";\"job\";\"contact\";\"month\";\"campaign\";\"nr.employed\";\"y\";\"email\"\n56;\"housemaid\";\"telephone\";\"may\";1;5191;\"no\";\"a@acme.example\"\n")
            .ShouldBe(["custom.age", "custom.job", "custom.contact", "custom.month", "custom.campaign", "custom.nr.employed", "outcome", "email"]);
    }

    [Fact]
    public void Explicit_choices_win_whatever_their_case()
    {
        var (mapping, problems) = ColumnMapping.Create(["Mail", "email", "Kind"], [], new Dictionary<string, string> { ["mail"] = "EMAIL", ["KIND"] = "" });
        problems.ShouldBeEmpty();
        mapping!.Columns.Select(column => column.Field).ShouldBe(["email", "custom.email", ""]);
    }

    [Fact]
    public void Unknown_columns_and_fields_are_named_with_those_that_are_valid()
    {
        var (mapping, problems) = ColumnMapping.Create(["a"], [], new Dictionary<string, string> { ["b"] = "email", ["a"] = "e-post" });
        mapping.ShouldBeNull();
        problems.Count.ShouldBe(2);
        problems[0].Reason.ShouldContain("It has: a");
        problems[1].Reason.ShouldContain("email, firstName");
    }

    [Fact]
    public void Several_columns_of_one_field_lose_nothing()
    {
        var (mapping, _) = ColumnMapping.Create(["Comments", "Inquiry", "Tel 1", "Tel 2"], [], new Dictionary<string, string> { ["Tel 1"] = "phone", ["Tel 2"] = "phone" });
        var raw = mapping!.Read(new TableRow(1, ["hello", "price?", " ", "030 1"], null, ""));
        raw.Values.ShouldBe(new Dictionary<string, string> { ["message"] = "hello\nprice?", ["phone"] = "030 1" }, ignoreOrder: true);
        mapping.ColumnOf("phone").ShouldBe("Tel 1");
    }

    [Fact]
    public void Columns_of_the_same_own_name_stay_apart() =>
        Map("plan,custom.plan\na,b\n").ShouldBe(["custom.plan (2)", "custom.plan"]);

    [Fact]
    public void An_inspection_shows_what_was_found_and_settles_it()
    {
        var text = "Firma;E-Mail\n" + string.Concat(Enumerable.Range(1, 9).Select(i => $"Acme {i};a{i}@acme.example\n"));
        var found = FileInspection.Of(new MemoryStream(Encoding.UTF8.GetBytes(text)), "x.csv", new ImportSettings(), CancellationToken.None);
        found.Columns.Select(column => column.Field).ShouldBe(["companyName", "email"]);
        found.Columns[0].Samples.ShouldBe(["Acme 1", "Acme 2", "Acme 3", "Acme 4", "Acme 5"]);
        found.FirstRows.Count.ShouldBe(9);
        var settled = found.Settle(new ImportSettings());
        (settled.Encoding, settled.Delimiter, settled.Header).ShouldBe(("utf-8", ';', true));
        settled.Mapping["Firma"].ShouldBe("companyName");
    }

    private static IEnumerable<string> Map(string text) =>
        FileInspection.Of(new MemoryStream(Encoding.UTF8.GetBytes(text)), "x.csv", new ImportSettings(), CancellationToken.None)
            .Columns.Select(column => column.Field);
}
