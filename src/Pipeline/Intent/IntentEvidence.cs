namespace LeadGen.Pipeline.Intent;

/// <summary>Finds the words of a text on which a kind rests.</summary>
internal static class IntentEvidence
{
    /// <summary>Longest quotation, in UTF-16 units.</summary>
    public const int Longest = 160;

    /// <summary>
    /// The sentence of the found phrase that speaks most for the kind; where none does, the sentence whose words do. Verbatim.
    /// </summary>
    public static string Find(string text, List<IntentWord> words, List<IntentCueMatch> matches, IntentKind kind, IntentModel model)
    {
        var cues = IntentCues.Default;
        var (best, bestWeight) = (default(IntentCueMatch), 0f);
        foreach (var match in matches)
        {
            var weight = model.Weight(IntentFeatures.CuesAt(model.Space) + match.Group, kind);
            if (cues.Groups[match.Group].Kind == kind && weight > bestWeight)
            {
                (best, bestWeight) = (match, weight);
            }
        }

        var sentences = Sentences(words);
        if (bestWeight > 0)
        {
            var (from, to) = sentences.Find(sentence => words[sentence.To - 1].End >= best.End);
            return Quote(text, words[from].Start, words[to - 1].End, best.Start, best.End);
        }

        if (sentences.Count == 0)
        {
            return Quote(text, 0, text.Length, 0, 0);
        }

        var strongest = sentences.Count == 1 ? sentences[0] : sentences.MaxBy(sentence => Contribution(words, sentence.From, sentence.To, kind, model));
        return Quote(text, words[strongest.From].Start, words[strongest.To - 1].End, words[strongest.From].Start, words[strongest.From].End);
    }

    private static List<(int From, int To)> Sentences(List<IntentWord> words)
    {
        var sentences = new List<(int From, int To)>();
        var from = 0;
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i].EndsSentence || i == words.Count - 1)
            {
                sentences.Add((from, i + 1));
                from = i + 1;
            }
        }

        return sentences;
    }

    private static float Contribution(List<IntentWord> words, int from, int to, IntentKind kind, IntentModel model)
    {
        var features = new SortedList<int, float>();
        IntentFeatures.AddWords(words, from, to, model.Space, IntentCues.Default, features);
        return features.Sum(feature => feature.Value * model.Weight(feature.Key, kind));
    }

    /// <summary>The sentence; of one that is too long, whole words around the part that matters.</summary>
    private static string Quote(string text, int start, int end, int coreStart, int coreEnd)
    {
        var quote = text.AsSpan(start, end - start).Trim();
        if (quote.Length <= Longest)
        {
            return quote.ToString();
        }

        // As much after the phrase as before it, but nothing beyond the sentence.
        var room = Math.Max(0, Longest - (coreEnd - coreStart));
        var from = Math.Max(start, coreStart - (room / 2));
        var to = Math.Min(end, from + Longest);
        from = Math.Max(start, to - Longest);
        while (from > start && from < coreStart && !char.IsWhiteSpace(text[from - 1]))
        {
            from++;
        }

        var whole = to;
        while (whole < end && whole > coreEnd && !char.IsWhiteSpace(text[whole]))
        {
            whole--;
        }

        to = whole > from ? whole : to;
        if (to > from && to < text.Length && char.IsLowSurrogate(text[to]))
        {
            to--;
        }

        return text.AsSpan(from, to - from).Trim().ToString();
    }
}
