using System.Globalization;
using System.Text.RegularExpressions;

namespace LeadGen.Portal.Shell;

/// <summary>
/// A workspace's own colour, made readable: on light pages dark enough, on dark pages light enough for 4.5 to 1 (WCAG 2.2 AA) against
/// every ground that it stands on, and for the words that stand on it.
/// </summary>
/// <param name="Chosen">As the workspace chose it, <c>#rrggbb</c>.</param>
/// <param name="Light">What light pages use.</param>
/// <param name="Dark">What dark pages use.</param>
public sealed partial record AccentColour(string Chosen, string Light, string Dark)
{
    private const double Enough = 4.5;
    private const double SoftOnLight = .10;
    private const double SoftOnDark = .14;

    private static readonly Rgb White = new(255, 255, 255);
    private static readonly Rgb Black = new(0, 0, 0);
    private static readonly Rgb SurfaceDark = Parse("#1a1d21");
    private static readonly Rgb SunkenLight = Parse("#f4f2ee");
    private static readonly Rgb SunkenDark = Parse("#22262b");
    private static readonly Rgb InkOnDark = Parse("#0b1512");

    /// <summary>Null when the text is no <c>#rrggbb</c>.</summary>
    public static AccentColour? Of(string? text)
    {
        if (text is null || !Hex().IsMatch(text))
        {
            return null;
        }

        var chosen = Parse(text);
        var light = Until(chosen, Black, c => c.Contrast(SunkenLight) >= Enough && c.Contrast(c.Mix(White, 1 - SoftOnLight)) >= Enough);
        var dark = Until(chosen, White, c => c.Contrast(SunkenDark) >= Enough && c.Contrast(InkOnDark) >= Enough && c.Contrast(c.Mix(SurfaceDark, 1 - SoftOnDark)) >= Enough);
        return new AccentColour(text.ToLowerInvariant(), light.ToString(), dark.ToString());
    }

    /// <summary>What was done to the colour, as sentences; null when it is used as it is.</summary>
    public string? Advice => (Light == Chosen, Dark == Chosen) switch
    {
        (true, true) => null,
        (false, true) => $"Too light to read on white: light pages use {Light}.",
        (true, false) => $"Too dark to read on black: dark pages use {Dark}.",
        _ => $"Not readable everywhere: light pages use {Light}, dark pages {Dark}.",
    };

    /// <summary>The rule that sets the tokens; only digits and our own words stand in it.</summary>
    public string Css => $"html:root{{{Tokens}}}";

    /// <summary>The tokens alone, for one part of a page.</summary>
    public string Tokens
    {
        get
        {
            var (light, dark) = (Parse(Light), Parse(Dark));
            return $"--accent:light-dark({Light},{Dark});--accent-hover:light-dark({light.Mix(Black, .16)},{dark.Mix(White, .16)});"
                + $"--on-accent:light-dark(#ffffff,{InkOnDark});--accent-soft:light-dark({light.Mix(White, 1 - SoftOnLight)},{dark.Mix(SurfaceDark, 1 - SoftOnDark)})";
        }
    }

    /// <summary>Contrast of two colours, 1 to 21.</summary>
    internal static double Contrast(string one, string other) => Parse(one).Contrast(Parse(other));

    private static Rgb Until(Rgb colour, Rgb towards, Func<Rgb, bool> holds)
    {
        var mixed = colour;
        for (var share = 0; share < 100 && !holds(mixed); share += 2)
        {
            mixed = colour.Mix(towards, share / 100.0);
        }

        return mixed;
    }

    private static Rgb Parse(string hex)
    {
        var value = int.Parse(hex.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return new Rgb(value >> 16, (value >> 8) & 255, value & 255);
    }

    [GeneratedRegex("^#[0-9a-fA-F]{6}$")]
    private static partial Regex Hex();

    private readonly record struct Rgb(int R, int G, int B)
    {
        private double Luminance => (.2126 * Linear(R)) + (.7152 * Linear(G)) + (.0722 * Linear(B));

        public double Contrast(Rgb other)
        {
            var (a, b) = (Luminance, other.Luminance);
            return (Math.Max(a, b) + .05) / (Math.Min(a, b) + .05);
        }

        /// <param name="share">Of the other colour, 0 to 1.</param>
        public Rgb Mix(Rgb other, double share) => new(Mix(R, other.R, share), Mix(G, other.G, share), Mix(B, other.B, share));

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"#{R:x2}{G:x2}{B:x2}");

        private static int Mix(int a, int b, double share) => (int)Math.Round(a + ((b - a) * share));

        private static double Linear(int channel)
        {
            var c = channel / 255.0;
            return c <= .04045 ? c / 12.92 : Math.Pow((c + .055) / 1.055, 2.4);
        }
    }
}
