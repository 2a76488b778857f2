using System.Collections.Frozen;

namespace LeadGen.Pipeline.Preprocessing;

/// <summary>Finds what stands under a letter: greeting and name block, "Sent from my …", legal notice.</summary>
internal static class MailSignature
{
    private const int MostSignatureLines = 14;

    /// <summary>Formulas that end a letter and nothing else.</summary>
    private static readonly FrozenSet<string> Closings = Set(
        "best regards", "kind regards", "warm regards", "warmest regards", "regards", "with kind regards", "with best regards",
        "many thanks and best regards", "thanks and regards", "thanks & regards", "best wishes", "sincerely", "yours sincerely", "sincerely yours",
        "yours faithfully", "yours truly", "respectfully", "all the best", "kindest regards", "rgds", "br", "kr", "with regards",
        "mit freundlichen grussen", "mit freundlichen gruessen", "mit freundlichem gruss", "mit besten grussen", "mit besten gruessen", "freundliche grusse", "freundliche gruesse",
        "viele grusse", "viele gruesse", "beste grusse", "beste gruesse", "liebe grusse", "liebe gruesse", "herzliche grusse", "schone grusse",
        "hochachtungsvoll", "mfg", "vg", "lg", "gruss", "grusse", "mit herzlichen grussen",
        "cordialement", "bien cordialement", "tres cordialement", "bien a vous", "cdlt", "salutations", "sinceres salutations",
        "meilleures salutations", "salutations distinguees", "respectueusement", "amicalement", "bonne journee", "bonne reception",
        "un saludo", "saludos", "saludos cordiales", "un cordial saludo", "un saludo cordial", "cordialmente", "atentamente", "atte",
        "muchas gracias y un saludo", "reciba un cordial saludo",
        "cordiali saluti", "distinti saluti", "un saluto", "saluti", "cordialita",
        "met vriendelijke groet", "met vriendelijke groeten", "vriendelijke groet", "vriendelijke groeten", "hartelijke groet", "groet", "groeten", "mvg",
        "atenciosamente", "cumprimentos", "com os melhores cumprimentos", "melhores cumprimentos", "abracos");

    /// <summary>Words that may end a letter, or begin a message: they need a name below them.</summary>
    private static readonly FrozenSet<string> WeakClosings = Set(
        "thanks", "thank you", "many thanks", "thanks a lot", "thanks in advance", "thank you in advance", "thank you very much", "best", "cheers", "thx", "warmly",
        "danke", "vielen dank", "vielen dank im voraus", "besten dank", "danke im voraus", "merci", "merci d'avance", "merci beaucoup",
        "gracias", "muchas gracias", "gracias de antemano", "grazie", "grazie mille", "dank", "bedankt", "bij voorbaat dank", "alvast bedankt",
        "obrigado", "obrigada", "muito obrigado", "muito obrigada");

    private static readonly string[] DeviceLines =
    [
        "sent from my ", "sent from mobile", "sent from outlook", "sent from yahoo", "sent from mail for", "sent via ", "get outlook for ",
        "von meinem ", "gesendet von ", "gesendet mit ", "envoye de mon ", "envoye depuis ", "enviado desde ", "enviado do meu ", "enviado a partir ",
        "inviato da ", "verzonden vanaf ", "verstuurd vanaf ", "scanned by ", "virus free", "this email has been scanned",
    ];

    /// <summary>Words that sentences have and name blocks do not.</summary>
    private static readonly FrozenSet<string> SentenceWords = Set(
        "i", "we", "you", "our", "your", "us", "me", "please", "is", "are", "was", "need", "want", "would", "could", "can", "will", "have", "has", "do", "does", "let", "it", "this", "if", "looking", "interested",
        "wir", "ich", "sie", "ihr", "unser", "unsere", "uns", "bitte", "ist", "sind", "haben", "mochten", "brauchen", "konnen", "wenn",
        "nous", "vous", "je", "notre", "nos", "est", "sont", "avons", "souhaitons", "merci", "pouvez", "pourriez",
        "nosotros", "nuestro", "nuestra", "queremos", "necesitamos", "estamos", "es", "quiero", "puede", "podria",
        "noi", "vorremmo", "siamo", "abbiamo", "potete", "wij", "willen", "kunnen", "hebben", "onze", "jullie", "precisamos", "gostaria", "nossa");

    private static readonly string[] NoticeMail =
    [
        "this e mail", "this email", "this message", "this communication", "confidentiality notice", "information contained in", "diese e mail", "dieser e mail",
        "diese nachricht", "dieser nachricht", "ce message", "ce courriel", "cet e mail", "este correo", "este mensaje", "questo messaggio", "questa e mail", "dit bericht",
        "deze e mail", "esta mensagem", "este e mail",
    ];

    private static readonly string[] NoticeSecret = ["confidential", "vertraulich", "confidentiel", "confidencial", "riservat", "vertrouwelijk", "privileged"];

    private static readonly string[] NoticeReader =
        ["intended", "addressee", "bestimmt", "empfanger", "destinataire", "destinatari", "destinado", "geadresseerde", "disclos", "unauthori", "irrtumlich", "disclaimer", "delete", "loschen"];

    /// <summary>"Sent from my iPhone" and its like.</summary>
    public static bool IsDeviceLine(string line)
    {
        if (line.Length is 0 or > 90)
            return false;
        var folded = TextFold.Fold(line);
        if (folded.Count(c => c == ' ') > 8 || !DeviceLines.Any(start => folded.StartsWith(start, StringComparison.Ordinal)))
            return false;

        // "Sent from my colleague: we need …" and "Von meinem Chef …" are messages.
        return folded.StartsWith("sent from m", StringComparison.Ordinal) || folded.StartsWith("von meinem ", StringComparison.Ordinal)
            || folded.StartsWith("sent via ", StringComparison.Ordinal) || folded.StartsWith("gesendet ", StringComparison.Ordinal)
            ? Devices.Any(device => folded.Contains(device, StringComparison.Ordinal))
            : !TextFold.Words(folded).Any(SentenceWords.Contains) || folded.StartsWith("this email", StringComparison.Ordinal);
    }

    private static readonly string[] Devices =
    [
        "iphone", "ipad", "android", "mobile", "phone", "handy", "smartphone", "blackberry", "samsung", "galaxy", "huawei", "outlook", "mail", "mac", "telekom", "tablet", "pixel", "gmx", "web.de", "device", "gerat",
    ];

    public static void Remove(List<string> lines)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            if (IsDeviceLine(lines[i]))
                lines[i] = "";
        }

        var first = FirstWords(lines);
        RemoveNotices(lines, first);
        for (var i = first + 1; i < lines.Count; i++)
        {
            var line = lines[i];
            if (line.Length is 0 or > 60)
                continue;
            if (line is "--" or "—" or "–" ? !SignatureEnd(lines, i + 1).SentenceFollows : IsClosing(lines, i))
            {
                RemoveBlock(lines, i);
                return;
            }
        }
    }

    /// <summary>A formula below the message, alone on its line or with the writer's name.</summary>
    private static bool IsClosing(List<string> lines, int at)
    {
        var comma = lines[at].IndexOf(',', StringComparison.Ordinal);
        var folded = TextFold.Fold(lines[at]).TrimEnd('.', ',', '!', ';', ':', ' ');
        if (comma > 0 && !Closings.Contains(folded) && !WeakClosings.Contains(folded))
        {
            // "Best regards, Anna" on one line.
            if (!IsName(lines[at][(comma + 1)..]))
                return false;
            folded = TextFold.Fold(lines[at][..comma]);
            return Closings.Contains(folded) || (WeakClosings.Contains(folded) && !SignatureEnd(lines, at + 1).SentenceFollows);
        }

        if (Closings.Contains(folded))
            return true;
        if (!WeakClosings.Contains(folded))
            return false;

        var next = at + 1;
        while (next < lines.Count && lines[next].Length == 0)
            next++;
        return next == lines.Count || (IsName(lines[next]) && !SignatureEnd(lines, next).SentenceFollows);
    }

    private static void RemoveBlock(List<string> lines, int at)
    {
        var end = SignatureEnd(lines, at + 1).End;
        for (var i = at; i < end; i++)
            lines[i] = "";
    }

    /// <summary>Where the name block ends: at a sentence, a postscript, or after as many lines as such blocks have.</summary>
    private static (int End, bool SentenceFollows) SignatureEnd(List<string> lines, int start)
    {
        var filled = 0;
        var end = start;
        for (; end < lines.Count; end++)
        {
            if (lines[end].Length == 0)
                continue;
            if (IsSentence(lines[end]))
                return (end, !IsPostscript(lines[end]));
            if (++filled > MostSignatureLines)
                return (end, true);
        }

        return (end, false);
    }

    private static bool IsPostscript(string line) =>
        line.StartsWith("PS", StringComparison.OrdinalIgnoreCase) || line.StartsWith("P.S", StringComparison.OrdinalIgnoreCase)
        || line.StartsWith("P. S", StringComparison.OrdinalIgnoreCase);

    private static bool IsSentence(string line)
    {
        if (IsPostscript(line) && line.Length > 4 && !char.IsLetter(line[2]))
            return true;
        if (line.Contains('?', StringComparison.Ordinal))
            return !line.Contains("://", StringComparison.Ordinal);
        if (line.Count(c => c == ' ') < 3)
            return false;
        var words = TextFold.Words(TextFold.Fold(line));
        return words.Count >= 4 && (words.Any(SentenceWords.Contains) || (words.Count >= 7 && line[^1] is '.' or '!'));
    }

    /// <summary>One to four words, each with a capital, without digits: a person's name.</summary>
    private static bool IsName(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length is >= 1 and <= 4 && text.Length <= 50
            && words.Count(w => char.IsUpper(w[0])) >= (words.Length + 1) / 2
            && char.IsUpper(words[0][0]) && !text.Any(char.IsDigit) && text.IndexOfAny(['?', ':', '@']) < 0;
    }

    /// <summary>The first line of the message proper: whatever rule applies, it stays.</summary>
    private static int FirstWords(List<string> lines)
    {
        var first = lines.FindIndex(line => line.Length > 0 && !IsGreeting(line) && line.Any(char.IsLetterOrDigit));
        return first < 0 ? lines.Count : first;
    }

    private static bool IsGreeting(string line) =>
        line.Length <= 40 && line[^1] is ',' or '!' or ':' && line.Count(c => c == ' ') <= 3;

    private static void RemoveNotices(List<string> lines, int first)
    {
        for (var start = first + 1; start < lines.Count;)
        {
            var end = start;
            while (end < lines.Count && lines[end].Length > 0)
                end++;
            if (end > start && IsNotice(lines, start, end))
            {
                for (var i = start; i < end; i++)
                    lines[i] = "";
            }

            start = end + 1;
        }
    }

    private static bool IsNotice(List<string> lines, int start, int end)
    {
        var folded = TextFold.Fold(string.Join(' ', lines.Skip(start).Take(end - start)));
        if (folded.Contains("before printing this", StringComparison.Ordinal))
            return true;
        return Has(folded, NoticeSecret) && Has(folded, NoticeMail) && Has(folded, NoticeReader);
    }

    private static bool Has(string text, string[] words) => words.Any(word => text.Contains(word, StringComparison.Ordinal));

    private static FrozenSet<string> Set(params string[] words) => words.ToFrozenSet(StringComparer.Ordinal);
}
