using System.Collections.Frozen;

namespace LeadGen.Pipeline.Preprocessing;

/// <summary>Finds the mail that a mail answers, in the shapes that mail programs write in seven languages.</summary>
internal static class QuotedMail
{
    private const int LongestAttribution = 400;
    private const int MostHeaderLines = 8;

    private static readonly FrozenSet<string> Separators = Set(
        "original message", "original appointment", "ursprungliche nachricht", "original nachricht", "originalnachricht",
        "message d'origine", "message original", "mensaje original", "messaggio originale", "oorspronkelijk bericht",
        "mensagem original", "reply message", "antwort nachricht");

    private static readonly FrozenSet<string> Forwards = Set(
        "forwarded message", "begin forwarded message", "weitergeleitete nachricht", "anfang der weitergeleiteten nachricht",
        "message transfere", "debut du message transfere", "debut du message reexpedie", "mensaje reenviado",
        "inicio del mensaje reenviado", "messaggio inoltrato", "inizio messaggio inoltrato", "doorgestuurd bericht",
        "begin doorgestuurd bericht", "mensagem encaminhada", "inicio da mensagem encaminhada");

    private static readonly string[] Openings = ["on ", "am ", "le ", "el ", "il ", "il giorno ", "op ", "em ", "a "];

    private static readonly string[] Verbs =
        ["wrote", "schrieb", "a ecrit", "escribio", "ha scritto", "schreef", "escreveu", "het volgende geschreven", "geschreven"];

    private static readonly FrozenSet<string> Senders = Set("from", "von", "de", "van", "da", "expediteur", "absender", "remitente", "mittente");

    private static readonly FrozenSet<string> Further = Set(
        "sent", "date", "subject", "gesendet", "datum", "betreff", "envoye", "objet", "enviado", "enviado el", "fecha", "asunto",
        "inviato", "data", "oggetto", "verzonden", "onderwerp", "enviada em", "assunto");

    private static readonly FrozenSet<string> Other = Set("to", "cc", "bcc", "an", "a", "para", "aan", "reply to", "antwort an", "kopie", "importance", "wichtigkeit", "prioridad");

    /// <summary>A line marked with <c>&gt;</c>; <c>&gt; 100 employees</c> compares and is none.</summary>
    public static bool IsQuotedLine(string line)
    {
        if (line.Length == 0 || line[0] != '>')
            return false;
        var rest = line.AsSpan(1).TrimStart(" =€$£");
        return rest.Length == 0 || !char.IsAsciiDigit(rest[0]);
    }

    public static void Remove(List<string> lines)
    {
        var hasWords = false;
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            if (line.Length == 0)
                continue;

            if (IsSeparator(line, out var forwarded))
            {
                if (!forwarded || hasWords)
                {
                    Cut(lines, i);
                    return;
                }

                // Forwarded without a comment: the words below are all there is.
                lines[i] = "";
                continue;
            }

            if (HeaderLines(lines, i) is > 0 and var headers)
            {
                if (hasWords)
                {
                    Cut(lines, i);
                    return;
                }

                for (var k = i; k < i + headers; k++)
                    lines[k] = "";
                i += headers - 1;
                continue;
            }

            var attribution = AttributionLines(lines, i);
            if (attribution == 0)
            {
                hasWords |= line[0] != '>' && line.Any(char.IsLetterOrDigit);
                continue;
            }

            var next = i + attribution;
            while (next < lines.Count && lines[next].Length == 0)
                next++;
            if (next < lines.Count && lines[next][0] == '>')
            {
                // Answers may stand between the marked lines.
                for (var k = i; k < i + attribution; k++)
                    lines[k] = "";
                i += attribution - 1;
                continue;
            }

            Cut(lines, i);
            return;
        }

        RemoveMarked(lines);
    }

    private static void RemoveMarked(List<string> lines)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Length == 0 || lines[i][0] != '>')
                continue;
            var neighbour = (i > 0 && lines[i - 1].StartsWith('>')) || (i + 1 < lines.Count && lines[i + 1].StartsWith('>'));
            if (!neighbour && !IsQuotedLine(lines[i]))
                continue;

            // The run goes at once, so that its last line still has its neighbour.
            var end = i;
            while (end < lines.Count && lines[end].StartsWith('>'))
                lines[end++] = "";
            i = end - 1;
        }
    }

    private static void Cut(List<string> lines, int at)
    {
        lines.RemoveRange(at, lines.Count - at);
        while (lines.Count > 0 && (lines[^1].Length == 0 || lines[^1].All(c => c is '_' or '-' or '*')))
            lines.RemoveAt(lines.Count - 1);
        RemoveMarked(lines);
    }

    private static bool IsSeparator(string line, out bool forwarded)
    {
        forwarded = false;
        if (line.Length > 80 || !(line[0] is '-' or '_' or '*' or '=' || line[^1] == ':'))
            return false;
        var words = TextFold.Fold(line.Trim('-', '_', '*', '=', ' ', ':'));
        forwarded = Forwards.Contains(words);
        return forwarded || (line[0] is '-' or '_' or '*' or '=' && Separators.Contains(words));
    }

    /// <summary>How many lines "From: … Sent: … Subject: …" takes, or 0.</summary>
    private static int HeaderLines(List<string> lines, int at)
    {
        if (HeaderName(lines[at]) is not { } first || !Senders.Contains(first))
            return 0;

        var further = false;
        var last = at;
        for (var i = at + 1; i < lines.Count && i < at + MostHeaderLines; i++)
        {
            if (HeaderName(lines[i]) is not { } name)
            {
                // Long lists of addressees run over several lines; an empty line ends the block.
                if (lines[i].Length == 0)
                    break;
                continue;
            }

            if (Further.Contains(name))
                further = true;
            else if (!Other.Contains(name) && !Senders.Contains(name))
                continue;
            last = i;
        }

        return further ? last - at + 1 : 0;
    }

    private static string? HeaderName(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon is > 0 and <= 20 ? TextFold.Fold(line[..colon].Trim('*', ' ')) : null;
    }

    /// <summary>How many lines "On … wrote:" takes (mail programs wrap it), or 0.</summary>
    private static int AttributionLines(List<string> lines, int at)
    {
        var first = lines[at];
        if (first.Length > LongestAttribution || !MayBeginAttribution(first))
            return 0;

        var joined = "";
        for (var count = 1; count <= 3 && at + count <= lines.Count; count++)
        {
            var line = lines[at + count - 1];
            if (line.Length == 0 || line.Length + joined.Length > LongestAttribution)
                return 0;
            joined = joined.Length == 0 ? line : joined + " " + line;
            if (joined.EndsWith(':') && IsAttribution(joined))
                return count;
        }

        return 0;
    }

    private static bool MayBeginAttribution(string line)
    {
        foreach (var opening in Openings)
        {
            if (line.StartsWith(opening, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return line.Contains('@', StringComparison.Ordinal) || line.Contains(" schrieb am ", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsAttribution(string line)
    {
        var folded = TextFold.Fold(line);
        var verb = Verbs.Any(v => TextFold.HasPhrase(folded, v));
        var address = folded.Contains('@', StringComparison.Ordinal);
        var year = folded.Contains("20", StringComparison.Ordinal) && folded.Count(char.IsAsciiDigit) >= 5;
        return verb ? address || year : address && year && char.IsAsciiDigit(folded[0]);
    }

    private static FrozenSet<string> Set(params string[] words) => words.ToFrozenSet(StringComparer.Ordinal);
}
