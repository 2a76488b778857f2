namespace LeadGen.Pipeline.Preprocessing;

/// <summary>What a person wrote, without what their programs added.</summary>
public static class TextCleaner
{
    /// <summary>
    /// HTML becomes text (scripts and styles gone, blocks as lines, character references decoded), quoted mail, signatures and
    /// legal notices go, characters that are not seen go, the rest is NFC with single spaces and at most one empty line in a row.
    /// Lines are parted by <c>\n</c>.
    /// </summary>
    /// <returns>
    /// Empty only when the text has no words of its own: null, blank, or nothing but a quoted mail. A mail that was
    /// forwarded without a comment keeps the forwarded words. Linear in the length of the text.
    /// </returns>
    public static string Clean(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return "";

        var plain = HtmlText.IsHtml(text) ? HtmlText.Read(text) : HtmlText.DecodeReferences(text);
        var visible = CharacterCleaner.Clean(plain);
        if (visible.Length == 0)
            return "";

        // One line has neither quoted mail nor a signature block.
        if (!visible.Contains('\n', StringComparison.Ordinal))
            return MailSignature.IsDeviceLine(visible) || QuotedMail.IsQuotedLine(visible) ? "" : visible;

        var lines = new List<string>(visible.Split('\n'));
        QuotedMail.Remove(lines);
        MailSignature.Remove(lines);
        return CharacterCleaner.Clean(string.Join('\n', lines));
    }
}
