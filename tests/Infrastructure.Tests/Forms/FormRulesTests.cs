using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Forms;

namespace LeadGen.Infrastructure.Tests.Forms;

public sealed class FormRulesTests
{
    private static FormDefinition Good => FormEditing.Starter("Contact");

    [Fact]
    public void The_form_that_a_new_one_begins_with_is_good() => FormRules.Check(Good).ShouldBeEmpty();

    [Theory]
    [InlineData("http://example.com/thanks")]
    [InlineData("javascript:alert(1)")]
    [InlineData("//example.com")]
    [InlineData("https://user:pass@example.com/")]
    public void Visitors_are_sent_on_to_https_only(string url) =>
        FormRules.Check(Good with { RedirectUrl = url }).ShouldHaveSingleItem().Field.ShouldBe("redirectUrl");

    [Theory]
    [InlineData("https://www.Example.com", "https://www.example.com")]
    [InlineData("https://example.com:8443/", "https://example.com:8443")]
    [InlineData("https://example.com:443", "https://example.com")]
    [InlineData("http://127.0.0.1:5000", "http://127.0.0.1:5000")]
    [InlineData("http://example.com", null)]
    [InlineData("https://example.com/page", null)]
    [InlineData("https://a@example.com", null)]
    [InlineData("*", null)]
    [InlineData("null", null)]
    public void An_origin_is_kept_as_browsers_send_it(string text, string? origin) => FormRules.OriginOf(text).ShouldBe(origin);

    [Fact]
    public void What_is_wrong_is_named_by_its_place()
    {
        var form = Good with
        {
            Name = " ",
            Colour = "red",
            Origins = ["example.com"],
            DoubleOptIn = true,
            Fields =
            [
                new("email", "E-mail", "email", false),
                new("email", "Again", "email", true),
                new("outcome", "Won?", "text", false),
                new("custom.size", "Size", "choice", false),
                new("source", "", "hidden", false),
                new("phone", "", "tel", false),
            ],
        };
        FormRules.Check(form).Select(p => p.Field).ShouldBe(
            ["name", "colour", "origins", "fields[1].field", "fields[2].field", "fields[3].choices", "fields[4].value", "fields[5].label"], ignoreOrder: true);
        FormRules.Check(Good with { Fields = [new("message", "Words", "long", true)] }).ShouldHaveSingleItem().Field.ShouldBe("fields");
    }
}
