namespace LeadGen.Pipeline.Outreach;

/// <summary>Where in sanitised HTML a value stands, and so which filter encodes it.</summary>
internal sealed class MailPlaces
{
    private readonly Dictionary<int, (string Attribute, bool First)> inTags = [];

    /// <param name="html">As <see cref="MailSanitizer"/> leaves it: attributes in double quotes, <c>&lt;</c> only where a tag begins.</param>
    public MailPlaces(string html)
    {
        var marks = LiquidPieces.Marks(html).ToDictionary(m => m.Where.Start.Value, m => m.Piece);
        var (inTag, value) = (false, -1);
        var attribute = "";
        for (var i = 0; i < html.Length; i++)
        {
            if (marks.ContainsKey(i) && inTag)
                inTags[i] = (value >= 0 ? attribute : "", value == i);
            switch (html[i])
            {
                case '<' when !inTag:
                    inTag = true;
                    break;
                case '>' when inTag && value < 0:
                    inTag = false;
                    break;
                case '"' when inTag && value < 0:
                    attribute = NameBefore(html, i);
                    value = i + 1;
                    break;
                case '"' when inTag:
                    value = -1;
                    break;
            }
        }
    }

    /// <summary>True when a value stands in a tag's name or in a style, where none may.</summary>
    public bool HasForbidden => inTags.Values.Any(p => p.Attribute is "" or "style");

    public string FilterAt(int at) => !inTags.TryGetValue(at, out var place)
        ? "mail_html"
        : place.Attribute is "href" or "src" ? place.First ? "mail_address" : "mail_part" : "mail_attribute";

    private static string NameBefore(string html, int quote)
    {
        var end = quote - 1; // the equals sign
        var start = end;
        while (start > 0 && !char.IsWhiteSpace(html[start - 1]))
            start--;
        return html[start..end];
    }
}
