namespace LeadGen.Pipeline.Scoring;

/// <summary>Knows mail providers that give addresses to private people.</summary>
internal static class FreeMail
{
    private static readonly HashSet<string> Domains = new(StringComparer.OrdinalIgnoreCase)
    {
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "hotmail.fr", "live.com", "msn.com", "yahoo.com",
        "yahoo.co.uk", "yahoo.fr", "yahoo.de", "ymail.com", "icloud.com", "me.com", "mac.com", "aol.com", "gmx.de", "gmx.net", "gmx.com",
        "gmx.at", "gmx.ch", "web.de", "t-online.de", "freenet.de", "posteo.de", "mailbox.org", "proton.me", "protonmail.com", "pm.me",
        "tutanota.com", "fastmail.com", "zoho.com", "mail.com", "mail.ru", "yandex.ru", "yandex.com", "bk.ru", "qq.com", "163.com", "126.com",
        "sina.com", "naver.com", "daum.net", "orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "sfr.fr", "libero.it", "virgilio.it",
        "alice.it", "wp.pl", "o2.pl", "onet.pl", "interia.pl", "seznam.cz", "ziggo.nl", "kpnmail.nl", "planet.nl", "telenet.be", "skynet.be",
        "bluewin.ch", "btinternet.com", "sky.com", "comcast.net", "verizon.net", "att.net", "rediffmail.com", "uol.com.br", "bol.com.br",
        "terra.com.br", "rocketmail.com", "hushmail.com",
    };

    public static bool IsFree(string email)
    {
        var at = email.LastIndexOf('@');
        return at >= 0 && Domains.GetAlternateLookup<ReadOnlySpan<char>>().Contains(email.AsSpan(at + 1).Trim());
    }
}
