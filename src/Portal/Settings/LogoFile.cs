using System.Security.Cryptography;

namespace LeadGen.Portal.Settings;

/// <summary>A workspace's logo, as it is kept: a <c>data:</c> URI. What it is, its first bytes say, not its name.</summary>
/// <param name="Version">Changes with the picture, so that browsers may keep it for good.</param>
public sealed record LogoFile(string MediaType, byte[] Content, string Version)
{
    public const int Most = 100_000;

    public string DataUri => $"data:{MediaType};base64,{Convert.ToBase64String(Content)}";

    /// <summary>Null when the bytes are no PNG, JPEG or WebP, or too many.</summary>
    public static LogoFile? Of(byte[] content) => content.Length <= Most && TypeOf(content) is { } type ? Make(type, content) : null;

    /// <summary>What is stored; null when there is none.</summary>
    public static LogoFile? Read(string? dataUri)
    {
        const string Mark = ";base64,";
        var at = dataUri?.IndexOf(Mark, StringComparison.Ordinal) ?? -1;
        return at < 0 ? null : Of(Convert.FromBase64String(dataUri![(at + Mark.Length)..]));
    }

    private static LogoFile Make(string type, byte[] content) => new(type, content, Convert.ToHexStringLower(SHA256.HashData(content))[..12]);

    private static string? TypeOf(ReadOnlySpan<byte> bytes) =>
        bytes.Length > 24 && bytes.StartsWith(PngSignature) && bytes[12..16].SequenceEqual("IHDR"u8) ? "image/png"
        : bytes.Length > 24 && bytes.StartsWith(JpegSignature) ? "image/jpeg"
        : bytes.Length > 24 && bytes.StartsWith("RIFF"u8) && bytes[8..12].SequenceEqual("WEBP"u8) && bytes[12..15].SequenceEqual("VP8"u8) ? "image/webp"
        : null;

    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    private static ReadOnlySpan<byte> JpegSignature => [0xff, 0xd8, 0xff];
}
