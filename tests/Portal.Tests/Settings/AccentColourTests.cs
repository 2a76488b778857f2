using LeadGen.Portal.Settings;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Tests.Settings;

public sealed class AccentColourTests
{
    [Fact]
    public void Every_colour_becomes_readable_on_light_and_on_dark_pages()
    {
        // Every sixteenth step of red, green and blue: 4,096 colours.
        for (var step = 0; step < 4_096; step++)
        {
            var colour = AccentColour.Of($"#{(step >> 8) * 17:x2}{((step >> 4) & 15) * 17:x2}{(step & 15) * 17:x2}").ShouldNotBeNull();
            foreach (var ground in new[] { "#ffffff", "#fbfaf8", "#f4f2ee" })
            {
                AccentColour.Contrast(colour.Light, ground).ShouldBeGreaterThanOrEqualTo(4.5, $"{colour} on {ground}");
            }

            foreach (var ground in new[] { "#121417", "#1a1d21", "#22262b", "#0b1512" })
            {
                AccentColour.Contrast(colour.Dark, ground).ShouldBeGreaterThanOrEqualTo(4.5, $"{colour} on {ground}");
            }
        }
    }

    [Fact]
    public void The_contrast_of_black_and_white_is_21() => AccentColour.Contrast("#000000", "#ffffff").ShouldBe(21, .001);

    [Fact]
    public void A_change_is_said()
    {
        AccentColour.Of("#ffe600")!.Advice.ShouldNotBeNull().ShouldStartWith("Too light to read on white");
        AccentColour.Of("#0B6B50")!.Advice.ShouldNotBeNull().ShouldStartWith("Too dark to read on black");
        AccentColour.Of("#0B6B50")!.Light.ShouldBe("#0b6b50");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("red")]
    [InlineData("#12345")]
    [InlineData("#12345g")]
    [InlineData("#000000;}body{display:none")]
    public void Anything_else_is_no_colour(string? text) => AccentColour.Of(text).ShouldBeNull();

    [Fact]
    public void What_a_logo_is_its_bytes_say()
    {
        byte[] png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, .. "IHDR"u8, .. new byte[20]];
        var logo = LogoFile.Of(png).ShouldNotBeNull();
        logo.MediaType.ShouldBe("image/png");
        LogoFile.Read(logo.DataUri)!.Content.ShouldBe(png);
        LogoFile.Of([0xff, 0xd8, 0xff, .. new byte[40]])!.MediaType.ShouldBe("image/jpeg");
        LogoFile.Of([.. "RIFF"u8, 1, 2, 3, 4, .. "WEBPVP8 "u8, .. new byte[20]])!.MediaType.ShouldBe("image/webp");
        LogoFile.Of([.. "<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"u8]).ShouldBeNull();
        LogoFile.Of([.. png, .. new byte[LogoFile.Most]]).ShouldBeNull();
        LogoFile.Of([]).ShouldBeNull();
    }
}
