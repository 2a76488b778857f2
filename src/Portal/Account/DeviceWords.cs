namespace LeadGen.Portal.Account;

/// <summary>What a browser says of itself, in words that its owner knows it by. It may say anything: this is a help to remember, not a proof.</summary>
internal static class DeviceWords
{
    // In this order: most browsers also name those that they descend from.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg/", "Edge"), ("EdgA/", "Edge"), ("EdgiOS/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("FxiOS/", "Firefox"),
        ("Firefox/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Version/", "Safari"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"), ("Macintosh", "Mac"), ("Linux", "Linux"),
    ];

    /// <summary>"Firefox on Windows"; "A browser" when it does not say.</summary>
    public static string Of(string? userAgent)
    {
        var browser = Find(Browsers, userAgent) ?? "A browser";
        return Find(Systems, userAgent) is { } system ? $"{browser} on {system}" : browser;
    }

    private static string? Find((string Mark, string Name)[] known, string? text) =>
        text is null ? null : known.FirstOrDefault(k => text.Contains(k.Mark, StringComparison.Ordinal)).Name;
}
