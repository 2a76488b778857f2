using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Outreach.Grounding;

/// <summary>A piece of knowledge that may give a fact.</summary>
/// <param name="Id">Of the piece.</param>
/// <param name="Title">Of its document, with its heading.</param>
/// <param name="Relevance">For what the lead and the template are about; larger fits better.</param>
public sealed record FactSource(string Id, string Title, string Text, double Relevance);

/// <summary>Picks the sentences that fit a mail best, without a model: from the nearest pieces, those that stand alone and share most with what is asked.</summary>
public static class FactChooser
{
    private const int FewestWords = 6;
    private const int MostWords = 45;

    // A sentence that points back says nothing where its sentence before is missing.
    private static readonly HashSet<string> PointsBack = new(StringComparer.OrdinalIgnoreCase)
    {
        "it", "its", "this", "that", "these", "those", "they", "their", "he", "she", "however", "but", "therefore", "thus", "also", "then", "so", "and", "or", "such",
        "instead", "otherwise", "here", "there", "both", "each", "if", "see", "click", "note", "for", "again", "another", "others",
    };

    /// <param name="sources">Nearest first.</param>
    /// <param name="asked">Words of the lead and of the template's goal.</param>
    /// <param name="count">How many facts at most.</param>
    /// <returns>Best first, each from another sentence, at most two of one piece.</returns>
    public static IReadOnlyList<MailFact> Choose(IReadOnlyList<FactSource> sources, string asked, int count)
    {
        if (count == 0 || sources.Count == 0)
            return [];
        var wanted = WordForms.Content(asked).ToHashSet();
        var candidates = sources.SelectMany(source => SentenceSplitter.Split(source.Text).Where(StandsAlone).Select(sentence => (source, sentence, Weight: Weight(source, sentence, wanted))))
            .OrderByDescending(c => c.Weight).ThenBy(c => c.source.Id, StringComparer.Ordinal).ThenBy(c => c.sentence, StringComparer.Ordinal);
        var chosen = new List<MailFact>();
        foreach (var (source, sentence, _) in candidates)
        {
            if (chosen.Count == count)
                break;
            if (chosen.Count(c => c.Source.Id == source.Id) < 2 && chosen.All(c => c.Text != sentence))
                chosen.Add(new MailFact(sentence, new SentenceSource(SourceKind.Knowledge, source.Id, source.Title, sentence)));
        }

        return chosen;
    }

    /// <summary>Whether a reader who knows nothing else understands the sentence, and a company may say it to a stranger.</summary>
    public static bool StandsAlone(string sentence)
    {
        var words = sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length is >= FewestWords and <= MostWords && sentence[^1] is '.' && char.IsUpper(sentence[0])
            && !PointsBack.Contains(words[0].Trim(',', ':')) && !sentence.Contains(" above", StringComparison.Ordinal) && !sentence.Contains(" below", StringComparison.Ordinal)
            && !Injections.Suspicious(sentence) && !Injections.Confidential(sentence);
    }

    // The piece's nearness counts most; words in common choose among its sentences; a figure makes a fact of a claim.
    private static double Weight(FactSource source, string sentence, HashSet<string> wanted)
    {
        var content = WordForms.Content(sentence).ToHashSet();
        var shared = content.Count(wanted.Contains);
        return source.Relevance + (0.08 * Math.Min(shared, 5)) + (sentence.Any(char.IsAsciiDigit) ? 0.05 : 0);
    }
}
