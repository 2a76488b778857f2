using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>Host names, and which of them tell a company.</summary>
public static class CompanyDomains
{
    private static readonly IdnMapping _idn = new() { UseStd3AsciiRules = true };

    private static readonly FrozenSet<string> _mailProviders = new[]
    {
        "gmail.com", "googlemail.com", "outlook.com", "outlook.de", "outlook.fr", "hotmail.com", "hotmail.de", "hotmail.fr", "hotmail.es",
        "hotmail.it", "hotmail.co.uk", "live.com", "live.de", "live.fr", "live.nl", "live.co.uk", "msn.com", "passport.com", "yahoo.com",
        "yahoo.de", "yahoo.fr", "yahoo.es", "yahoo.it", "yahoo.in", "yahoo.co.in", "yahoo.co.uk", "yahoo.co.jp", "yahoo.com.br",
        "yahoo.com.mx", "yahoo.ca", "ymail.com", "rocketmail.com", "aol.com", "aim.com", "icloud.com", "me.com", "mac.com", "gmx.de",
        "gmx.net", "gmx.at", "gmx.ch", "gmx.com", "gmx.fr", "web.de", "t-online.de", "freenet.de", "arcor.de", "posteo.de", "mailbox.org",
        "proton.me", "protonmail.com", "protonmail.ch", "pm.me", "tutanota.com", "tutanota.de", "tuta.io", "fastmail.com", "fastmail.fm",
        "hey.com", "zoho.com", "zohomail.com", "mail.com", "email.com", "inbox.com", "yandex.ru", "yandex.com", "ya.ru", "mail.ru", "bk.ru",
        "list.ru", "inbox.ru", "rambler.ru", "qq.com", "163.com", "126.com", "sina.com", "sohu.com", "foxmail.com", "yeah.net", "naver.com",
        "daum.net", "hanmail.net", "rediffmail.com", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "laposte.net", "neuf.fr", "libero.it",
        "virgilio.it", "tiscali.it", "alice.it", "tin.it", "bluewin.ch", "hispeed.ch", "aon.at", "chello.at", "ziggo.nl", "kpnmail.nl",
        "xs4all.nl", "planet.nl", "home.nl", "telenet.be", "skynet.be", "comcast.net", "verizon.net", "att.net", "sbcglobal.net",
        "bellsouth.net", "cox.net", "charter.net", "earthlink.net", "btinternet.com", "sky.com", "virginmedia.com", "talktalk.net",
        "ntlworld.com", "uol.com.br", "bol.com.br", "terra.com.br", "wp.pl", "o2.pl", "onet.pl", "interia.pl", "seznam.cz", "centrum.cz",
        "abv.bg", "mailinator.com", "guerrillamail.com", "10minutemail.com", "yopmail.com", "temp-mail.org",

        // Reserved for examples: shared by everybody who makes up an address.
        "example.com", "example.net", "example.org",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> _platforms = new[]
    {
        "linkedin.com", "facebook.com", "instagram.com", "twitter.com", "x.com", "youtube.com", "xing.com", "crunchbase.com", "github.com",
        "google.com", "sites.google.com", "goo.gl", "bit.ly", "linktr.ee", "medium.com", "tiktok.com",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Mail at this domain belongs to a person, whatever company they work for.</summary>
    public static bool IsMailProvider(string domain) => _mailProviders.Contains(domain);

    /// <summary>The site hosts pages of many companies.</summary>
    public static bool IsPlatform(string domain) => _platforms.Contains(domain);

    /// <summary>The company's domain that an e-mail address tells, or null (a mail provider's).</summary>
    public static string? OfEmail(string email)
    {
        var domain = email[(email.LastIndexOf('@') + 1)..];
        return domain.Length == 0 || IsMailProvider(domain) ? null : domain;
    }

    /// <summary>Host name out of a URL or a bare domain: lower case, Punycode, without scheme, <c>www.</c>, port and path.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out string? domain)
    {
        var rest = text.Trim();
        var scheme = rest.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0)
            rest = rest[(scheme + 3)..];
        var end = rest.AsSpan().IndexOfAny("/?#");
        if (end >= 0)
            rest = rest[..end];
        rest = rest[(rest.LastIndexOf('@') + 1)..];
        var port = rest.IndexOf(':', StringComparison.Ordinal);
        if (port >= 0)
            rest = rest[..port];
        if (!TryHost(rest, out domain))
            return false;
        if (domain.StartsWith("www.", StringComparison.Ordinal) && domain.IndexOf('.', 4) > 0)
            domain = domain[4..];
        return true;
    }

    /// <summary>A host name of at least two labels whose last one is no number, as lower-case Punycode.</summary>
    internal static bool TryHost(string text, [NotNullWhen(true)] out string? host)
    {
        host = null;
        var name = text.TrimEnd('.');
        if (name.Length is 0 or > 253)
            return false;
        try
        {
            name = _idn.GetAscii(name).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return false;
        }
        var dot = name.LastIndexOf('.');
        if (dot < 1 || name.Length > 253 || name.Length - dot < 3 || !char.IsAsciiLetter(name[dot + 1]))
            return false;
        host = name;
        return true;
    }
}
