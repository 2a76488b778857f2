namespace LeadGen.Pipeline.Feedback;

/// <summary>Programs that follow links before people do: scanners of mail, previews of chats, fetchers without a browser.</summary>
public static class MachineAgents
{
    private static readonly string[] Known =
    [
        "bot", "crawler", "spider", "preview", "scanner", "safelinks", "barracuda", "proofpoint", "mimecast", "googleimageproxy", "yahoomailproxy", "ggpht", "symantec", "fireeye", "trendmicro", "cloudmark",
        "curl/", "wget/", "python-requests", "python-urllib", "go-http-client", "java/", "okhttp", "libwww", "headlesschrome", "slackbot", "skypeuripreview", "whatsapp", "facebookexternalhit", "linkedinbot",
    ];

    /// <summary>Whether a user agent is a machine's; a call that names none is.</summary>
    public static bool Contain(string? userAgent) => string.IsNullOrWhiteSpace(userAgent) || Known.Any(k => userAgent.Contains(k, StringComparison.OrdinalIgnoreCase));
}
