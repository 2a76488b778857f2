using LeadGen.Pipeline.Preprocessing;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Preprocessing;

public class CountriesTests
{
    [Theory]
    [InlineData("DE", "DE")]
    [InlineData("de", "DE")]
    [InlineData("DEU", "DE")]
    [InlineData("Germany", "DE")]
    [InlineData("Deutschland", "DE")]
    [InlineData("Allemagne", "DE")]
    [InlineData("Alemania", "DE")]
    [InlineData("USA", "US")]
    [InlineData("U.S.A.", "US")]
    [InlineData("United States of America", "US")]
    [InlineData("Etats-Unis", "US")]
    [InlineData("UK", "GB")]
    [InlineData("England", "GB")]
    [InlineData("UAE", "AE")]
    [InlineData("The Netherlands", "NL")]
    [InlineData("Holland", "NL")]
    [InlineData("Österreich", "AT")]
    [InlineData("Oesterreich", "AT")]
    [InlineData("Suisse", "CH")]
    [InlineData("Türkiye", "TR")]
    [InlineData("Czech Republic", "CZ")]
    [InlineData("Côte d'Ivoire", "CI")]
    [InlineData("South Korea", "KR")]
    [InlineData("Viet Nam", "VN")]
    [InlineData("  spain ", "ES")]
    [InlineData("Namibia", "NA")]
    [InlineData("XX", null)]
    [InlineData("Texas", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Countries_are_known_by_many_names(string? text, string? code) => Countries.Normalize(text).ShouldBe(code);

    [Fact]
    public void Codes_have_English_names()
    {
        Countries.EnglishName("NL").ShouldBe("Netherlands");
        Countries.EnglishName("gb").ShouldBe("United Kingdom");
        Countries.EnglishName("Atlantis").ShouldBe("Atlantis");
    }
}
