using System.Globalization;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Ingestion;

public class LeadNormalizerTests
{
    private static readonly DateTime _now = new(2026, 5, 4, 12, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData(" Ann.Lee+news@ACME.example ", "ann.lee+news@acme.example")]
    [InlineData("Ann Lee <ann@acme.example>", "ann@acme.example")]
    [InlineData("mailto:ann@acme.example", "ann@acme.example")]
    [InlineData("ann@münchen.de", "ann@xn--mnchen-3ya.de")]
    [InlineData("ａｎｎ＠acme.example", "ann@acme.example")]
    [InlineData("an\u200Bn@acme.example", "ann@acme.example")]
    [InlineData("o'brien@acme.example", "o'brien@acme.example")]
    public void Emails_get_one_form(string text, string email) => Read(("email", text)).Lead!.Email.ShouldBe(email);

    [Theory]
    [InlineData("ann")]
    [InlineData("ann@acme")]
    [InlineData("ann@@acme.example")]
    [InlineData("ann lee@acme.example")]
    [InlineData("ann.@acme.example")]
    [InlineData("@acme.example")]
    [InlineData("ann@acme..example")]
    [InlineData("ann@127.0.0.1")]
    public void A_wrong_email_refuses_the_lead(string text)
    {
        var reading = Read(("email", text), ("companyName", "Acme"));
        reading.Lead.ShouldBeNull();
        var problem = reading.Problems.ShouldHaveSingleItem();
        (problem.Field, problem.Severity, problem.Value).ShouldBe(("email", ProblemSeverity.Lead, text));
    }

    [Fact]
    public void Of_several_addresses_the_first_counts_and_the_text_is_kept()
    {
        var reading = Read(("email", "ann@acme.example; eve@acme.example"));
        reading.Lead!.Email.ShouldBe("ann@acme.example");
        reading.Lead.Custom["email"].ShouldBe("ann@acme.example; eve@acme.example");
        reading.Problems.ShouldHaveSingleItem().Severity.ShouldBe(ProblemSeverity.Value);
    }

    [Fact]
    public void A_lead_needs_an_email_or_a_company()
    {
        Read(("fullName", "Ann Lee"), ("phone", "+31201234567")).Lead.ShouldBeNull();
        Read(("fullName", "Ann Lee"), ("companyName", "N/A")).Lead.ShouldBeNull();
        Read(("companyDomain", "https://www.acme.example/about")).Lead!.CompanyDomain.ShouldBe("acme.example");
        Read(("companyName", "Acme")).Lead!.Email.ShouldBeNull();
    }

    [Theory]
    [InlineData("Ann Lee", "Ann", "Lee")]
    [InlineData("Lee, Ann", "Ann", "Lee")]
    [InlineData("Dr. Ann Marie van der Berg", "Ann Marie", "van der Berg")]
    [InlineData("Madonna", "Madonna", null)]
    public void Full_names_are_divided(string full, string? first, string? last)
    {
        var lead = Read(("email", "a@acme.example"), ("fullName", full)).Lead!;
        (lead.FirstName, lead.LastName).ShouldBe((first, last));
    }

    [Fact]
    public void Names_are_put_together_or_taken_from_the_address()
    {
        Read(("email", "a@acme.example"), ("firstName", " Ann "), ("lastName", "Lee\u00A0May")).Lead!.FullName.ShouldBe("Ann Lee May");
        Read(("email", "\"Ann Lee\" <a@acme.example>")).Lead!.FullName.ShouldBe("Ann Lee");
    }

    [Theory]
    [InlineData("957.962.1534", "US", "+19579621534")]
    [InlineData("030 1234567", "de", "+49301234567")]
    [InlineData("030 1234567", "Deutschland", "+49301234567")]
    [InlineData("957.962.1534", "USA", "+19579621534")]
    [InlineData("957.962.1534", "Atlantis", "957.962.1534")]
    [InlineData("+31 20 123 4567", null, "+31201234567")]
    [InlineData("call the desk", "US", "call the desk")]
    [InlineData("12345", null, "12345")]
    public void Phones_become_international_where_they_can(string text, string? country, string expected) =>
        Read(("email", "a@acme.example"), ("phone", text), ("country", country ?? "")).Lead!.Phone.ShouldBe(expected);

    [Theory]
    [InlineData("Germany", "DE")]
    [InlineData("uk", "GB")]
    [InlineData("USA", "US")]
    [InlineData("España", "ES")]
    [InlineData("Atlantis", "Atlantis")]
    public void Countries_become_codes_where_they_are_known(string text, string country) =>
        Read(("email", "a@acme.example"), ("country", text)).Lead!.Country.ShouldBe(country);

    [Fact]
    public void A_phones_extension_is_kept()
    {
        var lead = Read(("email", "a@acme.example"), ("phone", "+1-395-557-1028x208")).Lead!;
        (lead.Phone, lead.Custom["phoneExtension"]).ShouldBe(("+13955571028", "208"));
    }

    [Fact]
    public void A_mail_provider_is_no_company()
    {
        Read(("email", "ann@gmail.com")).Lead!.CompanyDomain.ShouldBeNull();
        Read(("email", "ann@acme.example")).Lead!.CompanyDomain.ShouldBe("acme.example");
        var reading = Read(("companyName", "Acme"), ("companyDomain", "https://www.linkedin.com/company/acme"));
        reading.Lead!.CompanyDomain.ShouldBeNull();
        reading.Lead.Custom["companyDomain"].ShouldBe("https://www.linkedin.com/company/acme");
    }

    [Theory]
    [InlineData("1,200", 1200)]
    [InlineData("1.200", 1200)]
    [InlineData("1 200", 1200)]
    [InlineData("51-200", 126)]
    [InlineData("51 – 200 employees", 126)]
    [InlineData("10k+", 10000)]
    [InlineData("10,001+", 10001)]
    [InlineData("> 500", 500)]
    [InlineData("<10", 5)]
    [InlineData("2.5k", 2500)]
    [InlineData("12.0", 12)]
    [InlineData("ca. 140 Mitarbeiter", 140)]
    public void Head_counts_are_read(string text, int count) => Read(("companyName", "Acme"), ("employeeCount", text)).Lead!.EmployeeCount.ShouldBe(count);

    [Theory]
    [InlineData("€1.2m", 1_200_000)]
    [InlineData("1,200,000", 1_200_000)]
    [InlineData("1.200.000,50 EUR", 1_200_001)]
    [InlineData("$10M-$50M", 30_000_000)]
    [InlineData("5-10m", 7_500_000)]
    [InlineData("3 Mrd. €", 3_000_000_000)]
    [InlineData("500000", 500_000)]
    public void Revenues_are_read(string text, long revenue) => Read(("companyName", "Acme"), ("annualRevenue", text)).Lead!.AnnualRevenue.ShouldBe(revenue);

    [Theory]
    [InlineData("employeeCount", "abc")]
    [InlineData("employeeCount", "-5")]
    [InlineData("employeeCount", "3.7")]
    [InlineData("annualRevenue", "much")]
    [InlineData("createdAt", "yesterday")]
    [InlineData("createdAt", "2027-01-01")]
    [InlineData("outcomeAt", "2025-13-40")]
    [InlineData("outcome", "perhaps")]
    [InlineData("seniority", "wizard")]
    [InlineData("seniority", "7")]
    [InlineData("linkedInUrl", "https://evil.example/in/ann")]
    [InlineData("companyDomain", "not a site")]
    [InlineData("noSuchField", "text")]
    public void A_value_that_cannot_be_read_is_a_problem_and_is_kept_as_text(string field, string text)
    {
        var reading = Read(("email", "a@acme.example"), (field, text));
        var problem = reading.Problems.ShouldHaveSingleItem();
        (problem.Field, problem.Severity).ShouldBe((field, ProblemSeverity.Value));
        reading.Lead!.Custom[field].ShouldBe(text);
        if (field != "noSuchField" && field is not ("createdAt" or "companyDomain"))
            LeadFields.Get(reading.Lead, field).ShouldBeNull();
    }

    [Theory]
    [InlineData("2025-03-04", "2025-03-04T00:00:00")]
    [InlineData("2025-03-04T09:30:00+02:00", "2025-03-04T07:30:00")]
    [InlineData("2025-03-04 09:30", "2025-03-04T09:30:00")]
    [InlineData("4.3.2025", "2025-03-04T00:00:00")]
    [InlineData("04/03/2025", "2025-03-04T00:00:00")]
    [InlineData("03/25/2025", "2025-03-25T00:00:00")]
    [InlineData("25/03/2025 2:05 PM", "2025-03-25T14:05:00")]
    [InlineData("Mar 4, 2025", "2025-03-04T00:00:00")]
    [InlineData("4 March 2025", "2025-03-04T00:00:00")]
    [InlineData("1741046400", "2025-03-04T00:00:00")]
    public void Times_are_read_as_UTC_the_day_first(string text, string time)
    {
        var created = Read(("email", "a@acme.example"), ("createdAt", text)).Lead!.CreatedAt;
        created.ShouldBe(DateTime.Parse(time, CultureInfo.InvariantCulture));
        created.Kind.ShouldBe(DateTimeKind.Utc);
    }

    [Theory]
    [InlineData("Won", Outcome.Won)]
    [InlineData("TRUE", Outcome.Won)]
    [InlineData("1", Outcome.Won)]
    [InlineData("yes", Outcome.Won)]
    [InlineData("lost", Outcome.Lost)]
    [InlineData("False", Outcome.Lost)]
    [InlineData("0", Outcome.Lost)]
    [InlineData("no", Outcome.Lost)]
    [InlineData("Open", null)]
    public void Outcomes_are_read(string text, Outcome? outcome)
    {
        var reading = Read(("email", "a@acme.example"), ("outcome", text));
        reading.Problems.ShouldBeEmpty();
        reading.Lead!.Outcome.ShouldBe(outcome);
    }

    [Fact]
    public void Lists_consent_and_level_are_read()
    {
        var lead = Read(
            ("email", "a@acme.example"), ("tags", "hot; trade fair, HOT|x"), ("consent.at", "2025-03-04"), ("consent.text", "I agree"),
            ("seniority", "C-Level"), ("custom.plan", "gold")).Lead!;
        lead.Tags.ShouldBe(["hot", "trade fair", "x"]);
        lead.Consent.ShouldBe(new Consent("consent", new DateTime(2025, 3, 4, 0, 0, 0, DateTimeKind.Utc), "I agree"));
        lead.Seniority.ShouldBe(Seniority.CLevel);
        lead.Custom["PLAN"].ShouldBe("gold");
        Read(("email", "a@acme.example"), ("consent.basis", "no")).Lead!.Consent.ShouldBeNull();
    }

    [Fact]
    public void Hidden_characters_go_and_line_ends_of_messages_stay()
    {
        var lead = Read(("email", "a@acme.example"), ("companyName", "Ac\u200B\u202Eme\u0007"), ("message", "Hi\u2066 there\r\n\r\nBye\uFEFF 👩‍💻")).Lead!;
        lead.CompanyName.ShouldBe("Acme");
        lead.Message.ShouldBe("Hi there\n\nBye 👩‍💻");
    }

    [Fact]
    public void Texts_that_are_too_long_are_cut_with_a_problem()
    {
        var reading = Read(("email", "a@acme.example"), ("message", new string('m', 30_000)), ("jobTitle", new string('j', 300)));
        reading.Lead!.Message!.Length.ShouldBe(20_000);
        reading.Lead.JobTitle!.Length.ShouldBe(200);
        reading.Lead.Custom["jobTitle"].Length.ShouldBe(300);
        reading.Problems.Select(problem => problem.Field).ShouldBe(["message", "jobTitle"]);
        reading.Problems.ShouldAllBe(problem => problem.Value!.Length <= 200);
    }

    [Fact]
    public void A_lead_holds_a_hundred_fields_of_its_own()
    {
        var values = Enumerable.Range(0, 101).Select(i => ($"custom.f{i}", "x")).Append(("email", "a@acme.example")).ToArray();
        var reading = Read(values);
        reading.Lead!.Custom.Count.ShouldBe(100);
        reading.Problems.ShouldHaveSingleItem().Field.ShouldBe("custom.f100");
    }

    private static LeadReading Read(params (string Field, string Text)[] values) =>
        LeadNormalizer.Read(new RawLead(values.ToDictionary(value => value.Field, value => value.Text)), Guid.CreateVersion7(_now), _now);
}
