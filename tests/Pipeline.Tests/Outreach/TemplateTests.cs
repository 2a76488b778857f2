using System.Globalization;
using CsCheck;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Outreach;

public class TemplateTests
{
    private static readonly Sender Ada = new() { Id = Guid.Empty, Name = "Ada Fern", Email = "ada@fern.test", Signature = "Ada Fern\nFernhill", CreatedAt = DateTime.UnixEpoch };

    [Fact]
    public void Blocks_become_HTML_and_plain_text_with_the_values_of_the_lead()
    {
        var mail = Render(
            Blocks(
                new() { Kind = BlockKind.Heading, Text = "Hello {{ lead.firstName | default: \"there\" }}" },
                new() { Kind = BlockKind.Paragraph, Text = "**{{ company.name }}** has {{ company.employees }} people, see [our page](https://fern.test/for?who={{ company.name }})." },
                new() { Kind = BlockKind.List, Text = "- one\n- two" },
                new() { Kind = BlockKind.Button, Text = "Book a time", Url = "https://fern.test/book" },
                new() { Kind = BlockKind.Paragraph, Text = "{{ sender.signature }}" }),
            Lead("Jo", "Miller & Sons", 1_200));
        mail.Subject.ShouldBe("For Jo");
        mail.Text.ShouldBe(
            "Hello Jo\n\nMiller & Sons has 1,200 people, see our page (https://fern.test/for?who=Miller%20%26%20Sons).\n\n- one\n- two\n\n"
            + "Book a time: https://fern.test/book\n\nAda Fern\nFernhill");
        mail.Html.ShouldSatisfyAllConditions(
            h => h.ShouldContain("<strong>Miller &amp; Sons</strong> has 1,200 people"),
            h => h.ShouldContain("href=\"https://fern.test/for?who=Miller%20%26%20Sons\""),
            h => h.ShouldContain("<li>one</li><li>two</li>"),
            h => h.ShouldContain("Ada Fern<br>Fernhill"));
        mail.Missing.ShouldBeEmpty();
    }

    [Fact]
    public void A_missing_value_takes_its_default_and_one_without_default_is_reported()
    {
        var mail = Render(
            Blocks(new TemplateBlock { Kind = BlockKind.Paragraph, Text = "Hi {{ lead.firstName | default: \"there\" }} of {{ company.name }}{% if lead.city %} in {{ lead.city }}{% endif %}, {{ lead.custom[\"Team size\"] }}" }),
            Lead(null, null, null));
        mail.Text.ShouldBe("Hi there of ,");
        mail.Missing.ShouldBe(["lead.firstName", "company.name", "lead.custom[\"Team size\"]"], "the subject names the first name without a default");
    }

    [Theory]
    [InlineData("{% include 'secrets' %}", "not available")]
    [InlineData("{% for i in (1..1000000) %}x{% endfor %}", "not available")]
    [InlineData("{% assign a = lead.email %}", "not available")]
    [InlineData("{% capture x %}{% endcapture %}", "not available")]
    [InlineData("{{ lead.email | replace: \"a\", \"aaaaaaaaaa\" }}", "“replace” is not available")]
    [InlineData("{{ lead.frstName }}", "no value “lead.frstName”")]
    [InlineData("{{ lead.firstName | default: lead.nmae }}", "no value “lead.nmae”")]
    [InlineData("{% if lead.scroe > 3 %}x{% endif %}", "no value “lead.scroe”")]
    [InlineData("{% if lead.city %}x", "is not closed")]
    [InlineData("x{% endif %}", "no condition is open")]
    [InlineData("Hi {{ lead.firstName", "is not closed")]
    [InlineData("{{ lead.firstName default }}", "cannot be read")]
    public void What_mails_cannot_have_is_named(string text, string problem) =>
        CompiledTemplate.Of(Blocks(new TemplateBlock { Kind = BlockKind.Paragraph, Text = text })).Problems.ShouldContain(p => p.Contains(problem, StringComparison.Ordinal));

    [Fact]
    public void Own_HTML_loses_what_could_run_and_keeps_its_layout_and_conditions()
    {
        var template = CompiledTemplate.Of(Html(
            """
            <table width="600" style="background-color:#fff;position:fixed"><tr><td onclick="x()">Hi {{ lead.firstName }}{% if company.employees > 50 and company.name != "<b>" %}, large{% endif %}</td></tr></table>
            <script>steal()</script><a href="javascript:alert(1)" title="{{ company.name }}">a</a><img src="https://fern.test/{{ lead.email }}.png"><form><input></form>
            """));
        template.Problems.ShouldBeEmpty();
        template.Removed.ShouldBe(["form", "href", "input", "onclick", "position", "script"]);
        var mail = template.Render(Values(Lead("<i>Jo</i>", "\"><script>x</script>", 60)));
        mail.Html.ShouldSatisfyAllConditions(
            h => h.ShouldContain("background-color: #ffffff"),
            h => h.ShouldContain("<td>Hi &lt;i&gt;Jo&lt;/i&gt;, large</td>"),
            h => h.ShouldContain("title=\"&quot;&gt;&lt;script&gt;x&lt;/script&gt;\""),
            h => h.ShouldContain("https://fern.test/jo%40x.test.png"),
            h => h.ShouldNotContain("javascript"),
            h => h.ShouldNotContain("steal"));
        mail.Text.ShouldContain("Hi <i>Jo</i>, large");
    }

    [Theory]
    [InlineData("<p {{ lead.firstName }}>x</p>")]
    [InlineData("<table>{% if lead.city %}<tr><td>x</td></tr>{% endif %}</table>")]
    [InlineData("<script>{{ lead.firstName }}</script>")]
    public void A_value_where_HTML_has_no_text_is_a_problem(string html) => CompiledTemplate.Of(Html(html)).Problems.ShouldNotBeEmpty();

    [Fact]
    public void A_link_that_leads_nowhere_is_a_problem_and_a_whole_address_from_a_lead_must_be_of_the_web()
    {
        CompiledTemplate.Of(Blocks(new TemplateBlock { Kind = BlockKind.Button, Text = "x", Url = "fern.test/book" })).Problems.Single().ShouldContain("leads nowhere");
        var whole = CompiledTemplate.Of(Html("<a href=\"{{ lead.custom.page }}\">page</a>"));
        Href("https://x.test/?a=1&b=2").ShouldBe("https://x.test/?a=1&amp;b=2");
        Href("javascript:alert(1)").ShouldBe("");
        Href("https://bank.test@evil.test/").ShouldBe("");

        string Href(string page)
        {
            var lead = Lead("Jo", "X", 1);
            lead.Custom["page"] = page;
            return whole.Render(Values(lead)).Html.Split('"')[1];
        }
    }

    [Fact]
    public void A_name_that_is_a_link_is_left_out_and_said()
    {
        var mail = Render(Blocks(new TemplateBlock { Kind = BlockKind.Paragraph, Text = "Hello {{ lead.firstName | default: \"there\" }}" }), Lead("Win at https://evil.test", "X", 1));
        mail.Text.ShouldBe("Hello there");
        mail.Refused.ShouldBe(["lead.firstName"]);
    }

    [Fact]
    public void E9_No_value_puts_a_line_or_a_control_character_into_the_subject() => Gen.String[Gen.Char["\r\n\0\u2028\u2029\u0085\u000b\tA:é\u202e"], 0, 40].Sample(text =>
    {
        var lead = Lead(text, "X\r\nBcc: a@b.test", 1);
        lead.Custom["x"] = text;
        var subject = CompiledTemplate.Of(new TemplateVariant { Name = "A", Subject = "S {{ lead.firstName }} {{ lead.custom.x | append: company.name }}" }).Render(Values(lead)).Subject;
        return subject.All(c => !char.IsControl(c) && c is not ('\u2028' or '\u2029'));
    });

    [Fact]
    public void Any_value_stays_text_in_HTML()
    {
        var template = CompiledTemplate.Of(Html("<p title=\"{{ lead.custom.x }}\">{{ lead.custom.x }}</p><a href=\"https://fern.test/{{ lead.custom.x }}\">x</a>"));
        Gen.String[Gen.Char["<>\"'&;={}%|/:aj\n\\`"], 0, 60].Sample(text =>
        {
            var lead = Lead("Jo", "X", 1);
            lead.Custom["x"] = text;
            var html = template.Render(Values(lead)).Html;
            return html.Replace("<br>", "").Count(c => c == '<') == 4 && html.Count(c => c == '"') == 4;
        });
    }

    [Fact]
    public void A_fact_place_holds_the_fact_or_its_own_sentence_or_nothing()
    {
        var template = CompiledTemplate.Of(Blocks(
            new() { Kind = BlockKind.Paragraph, Text = "One" }, new() { Kind = BlockKind.Fact, Text = "Ask us." }, new() { Kind = BlockKind.Fact }, new() { Kind = BlockKind.Paragraph, Text = "Two" }));
        template.FactPlaces.ShouldBe(2);
        template.Render(Values(Lead("Jo", "X", 1))).Text.ShouldBe("One\n\nAsk us.\n\nTwo");
        var mail = template.Render(Values(Lead("Jo", "X", 1), "Saves 3 hours.", "Made in Kiel & Lübeck."));
        mail.Text.ShouldBe("One\n\nSaves 3 hours.\n\nMade in Kiel & Lübeck.\n\nTwo");
        mail.Html.ShouldContain("<p style=\"margin: 0 0 16px\">Made in Kiel &amp; L&#252;beck.</p>");
        mail.Missing.ShouldBe([]);
    }

    [Fact]
    public void Starter_templates_can_be_published_and_are_whole_for_a_lead_of_whom_little_is_known()
    {
        foreach (var content in StarterTemplates.All)
        {
            TemplateRules.CheckLive(content).ShouldBeEmpty(content.Name);
            foreach (var variant in content.Variants)
            {
                var mail = CompiledTemplate.Of(variant).Render(Values(new Lead { Id = Guid.Empty, IdentityKey = "x", Email = "a@x.test" }));
                mail.Missing.ShouldBeEmpty(content.Name);
                mail.Text.ShouldNotContain("{");
            }
        }
    }

    [Fact]
    public void Nothing_of_our_own_blocks_is_taken_out()
    {
        var template = CompiledTemplate.Of(Blocks([.. Enum.GetValues<BlockKind>().Select(k => new TemplateBlock { Kind = k, Text = "**One** [two](https://fern.test)", Url = "https://fern.test" })]));
        template.Removed.ShouldBeEmpty();
        template.Render(Values(Lead("Jo", "Miller", 1))).Html.ShouldSatisfyAllConditions(h => h.ShouldContain("radius: 6px"), h => h.ShouldContain("text-decoration"));
    }

    [Fact]
    public void Who_writes_is_a_source_of_the_closing_and_of_nothing_else()
    {
        var variant = Blocks(
            new() { Kind = BlockKind.Paragraph, Text = "Hello {{ lead.firstName }},\n\nsee https://fern.test/book." },
            new() { Kind = BlockKind.Paragraph, Text = "Kind regards\n{{ sender.signature | default: sender.name }}" });
        var mail = Render(variant, Lead("Jo", "Miller", null));
        var words = string.Join('\n', variant.Blocks.Select(b => b.Text));
        var sentences = MailSentences.Of(mail.Text, mail.Used, []);
        sentences.ShouldAllBe(s => MailSentences.IsBacked(s, words));
        sentences.Where(s => s.Text.Contains("Fern", StringComparison.Ordinal)).ShouldNotBeEmpty();
        sentences.Where(s => s.Text.Contains("Fern", StringComparison.Ordinal)).SelectMany(s => s.Sources).ShouldAllBe(s => s.Kind == SourceKind.Sender && s.Id == "sender.signature");

        // What nobody said stays unfounded: another name, another address.
        foreach (var invented in new[] { "Kind regards\nEve Stone", "see https://evil.test/book." })
            MailSentences.IsBacked(MailSentences.Of(invented, mail.Used, []).Single(s => s.Text.Contains("Eve", StringComparison.Ordinal) || s.Text.Contains("evil", StringComparison.Ordinal)), words).ShouldBeFalse();
    }

    [Fact]
    public void Links_are_looked_up_as_the_lead_gets_them_and_those_with_a_hole_are_left_out()
    {
        var template = CompiledTemplate.Of(Html(
            "<a href=\"https://fern.test/a?x=1&amp;y=2\">a</a> <a href=\"https://fern.test/for/{{ lead.firstName }}\">b</a> <a href=\"https://fern.test/at/{{ company.name }}\">c</a>"
            + " <a href=\"mailto:ada@fern.test\">d</a> <img src=\"https://fern.test/logo.png\" alt=\"\"> <a href=\"https://fern.test/a?x=1&amp;y=2\">again</a>"));
        var mail = template.Render(Values(Lead("Jo", null, null)));
        MailLinks.Of(new ComposedMail(Guid.Empty, 1, "A", mail.Subject, mail.Text, mail.Html, []) { Missing = mail.Missing }, template).ShouldBe(
        [
            new("https://fern.test/a?x=1&y=2", null), new("https://fern.test/for/Jo", null), new("https://fern.test/at/", MergePalette.Find("company.name")!.Label),
            new("https://fern.test/logo.png", null),
        ]);
    }

    private static RenderedMail Render(TemplateVariant variant, Lead lead)
    {
        var template = CompiledTemplate.Of(variant);
        template.Problems.ShouldBeEmpty();
        return template.Render(Values(lead));
    }

    private static MergeValues Values(Lead lead, params string[] facts) => MergeValues.Of(lead, Ada, "Fernhill", null, facts, CultureInfo.GetCultureInfo("en-GB"));

    private static Lead Lead(string? first, string? company, int? people) => new()
    {
        Id = Guid.Empty,
        IdentityKey = "x",
        Email = "jo@x.test",
        FirstName = first,
        CompanyName = company,
        EmployeeCount = people,
    };

    private static TemplateVariant Blocks(params TemplateBlock[] blocks) => new() { Name = "A", Subject = "For {{ lead.firstName }}", Blocks = blocks };

    private static TemplateVariant Html(string html) => new() { Name = "A", Subject = "x", Kind = BodyKind.Html, Html = html };
}
