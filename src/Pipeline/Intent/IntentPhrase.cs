namespace LeadGen.Pipeline.Intent;

/// <summary>A line of the cue lexicon: a small pattern over words. The notation stands at the top of <c>cues.txt</c>.</summary>
internal sealed class IntentPhrase
{
    private const int LongestGap = 4;

    private readonly Step[] steps;
    private readonly bool atStart;
    private readonly bool atEnd;

    private IntentPhrase(Step[] steps, bool atStart, bool atEnd)
    {
        this.steps = steps;
        this.atStart = atStart;
        this.atEnd = atEnd;
    }

    private enum StepKind
    {
        Words,
        Gap,
    }

    /// <summary>Words with which a match can begin; a prefix ends in '*'.</summary>
    public IEnumerable<string> Beginnings
    {
        get
        {
            foreach (var step in steps)
            {
                foreach (var choice in step.Choices)
                {
                    yield return choice[0];
                }

                if (!step.Optional)
                {
                    yield break;
                }
            }
        }
    }

    /// <exception cref="FormatException">The line is not in the notation.</exception>
    public static IntentPhrase Parse(string line)
    {
        var steps = new List<Step>();
        var (atStart, atEnd) = (false, false);
        foreach (var part in Parts(line))
        {
            switch (part)
            {
                case "^":
                    atStart = true;
                    break;
                case "$":
                    atEnd = true;
                    break;
                case "..":
                    steps.Add(new Step(StepKind.Gap, [], false));
                    break;
                default:
                    steps.Add(Choice(part));
                    break;
            }
        }

        if (steps.TrueForAll(step => step.Optional || step.Kind == StepKind.Gap) || steps[0].Kind == StepKind.Gap)
        {
            throw new FormatException($"'{line}' would be found anywhere.");
        }

        return new IntentPhrase([.. steps], atStart, atEnd);
    }

    /// <summary>The position behind a match that begins at word <paramref name="at"/>, or -1.</summary>
    public int Match(List<IntentWord> words, int at) => atStart && at > 0 ? -1 : Match(words, at, 0);

    private static Step Choice(string part)
    {
        var optional = part.Length > 1 && part[^1] == '?';
        var body = optional ? part[..^1] : part;
        if (body[0] == '(' && body[^1] == ')')
        {
            body = body[1..^1];
        }

        if (body.Contains('(', StringComparison.Ordinal) || body.Contains(')', StringComparison.Ordinal))
        {
            throw new FormatException($"'{part}' has a bracket within a word or a bracket.");
        }

        return new Step(
            StepKind.Words,
            [.. body.Split('|').Select(choice => choice.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(choice => choice.Length > 0)],
            optional);
    }

    /// <summary>Cuts at spaces outside brackets.</summary>
    private static IEnumerable<string> Parts(string line)
    {
        var (start, depth) = (0, 0);
        for (var i = 0; i <= line.Length; i++)
        {
            if (i == line.Length || (line[i] == ' ' && depth == 0))
            {
                if (i > start)
                {
                    yield return line[start..i];
                }

                start = i + 1;
            }
            else
            {
                depth += line[i] switch { '(' => 1, ')' => -1, _ => 0 };
            }
        }

        if (depth != 0)
        {
            throw new FormatException($"'{line}' has an open bracket.");
        }
    }

    private static int MatchWords(string[] choice, List<IntentWord> words, int at)
    {
        foreach (var wanted in choice)
        {
            if (at >= words.Count || !IsWord(wanted, words[at].Text))
            {
                return -1;
            }

            at++;
        }

        return at;
    }

    private static bool IsWord(string wanted, string word) =>
        wanted[^1] == '*' ? word.AsSpan().StartsWith(wanted.AsSpan(0, wanted.Length - 1), StringComparison.Ordinal) : wanted == word;

    private int Match(List<IntentWord> words, int at, int stepAt)
    {
        if (stepAt == steps.Length)
        {
            return !atEnd || IsEnd(words, at) ? at : -1;
        }

        var step = steps[stepAt];
        if (step.Kind == StepKind.Gap)
        {
            for (var skipped = 0; skipped <= LongestGap; skipped++)
            {
                if (Match(words, at + skipped, stepAt + 1) is var end && end >= 0)
                {
                    return end;
                }

                if (at + skipped >= words.Count || words[at + skipped].EndsSentence)
                {
                    return -1;
                }
            }

            return -1;
        }

        foreach (var choice in step.Choices)
        {
            if (MatchWords(choice, words, at) is var next && next >= 0 && Match(words, next, stepAt + 1) is var end && end >= 0)
            {
                return end;
            }
        }

        return step.Optional ? Match(words, at, stepAt + 1) : -1;
    }

    private static bool IsEnd(List<IntentWord> words, int at)
    {
        for (; at < words.Count; at++)
        {
            if (words[at].Text != IntentWords.Stop)
            {
                return false;
            }
        }

        return true;
    }

    private sealed record Step(StepKind Kind, string[][] Choices, bool Optional);
}
