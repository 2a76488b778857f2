using MudBlazor;

namespace LeadGen.Portal.Shell;

/// <summary>
/// The component library in our clothes: type, radius and heights here; its colours are set to the tokens in <c>tokens.css</c>, where light
/// and dark are one list, so that a page is never drawn in the wrong one first.
/// </summary>
internal static class Look
{
    private static readonly string[] Face = ["Inter", "system-ui", "sans-serif"];

    public static readonly MudTheme Theme = new()
    {
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px", AppbarHeight = "48px", DrawerWidthLeft = "232px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Face, FontSize = "14px", LineHeight = "20px", LetterSpacing = "-.006em" },
            H6 = new H6Typography { FontFamily = Face, FontSize = "16px", FontWeight = "600", LineHeight = "24px", LetterSpacing = "-.01em" },
            Body1 = new Body1Typography { FontFamily = Face, FontSize = "14px", LineHeight = "20px", LetterSpacing = "-.006em" },
            Body2 = new Body2Typography { FontFamily = Face, FontSize = "13px", LineHeight = "18px", LetterSpacing = "0" },
            Button = new ButtonTypography { FontFamily = Face, FontSize = "14px", FontWeight = "500", LineHeight = "20px", LetterSpacing = "0", TextTransform = "none" },
            Caption = new CaptionTypography { FontFamily = Face, FontSize = "12px", LineHeight = "16px", LetterSpacing = "0" },
        },
    };
}
