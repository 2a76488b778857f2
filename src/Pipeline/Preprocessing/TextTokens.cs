namespace LeadGen.Pipeline.Preprocessing;

internal enum TokenKind
{
    /// <summary>Digits, with single separators between them: <c>1.234,56</c>, <c>12.05.2026</c>.</summary>
    Number,

    /// <summary>Letters.</summary>
    Word,

    /// <summary>Any other character, or an address (e-mail, link) as a whole.</summary>
    Symbol,
}

internal readonly record struct TextToken(TokenKind Kind, int Start, int Length)
{
    public int End => Start + Length;
}

/// <summary>A text cut into numbers, words and signs, once, for all that read mentions in it.</summary>
internal sealed class TextTokens
{
    private readonly List<TextToken> tokens = [];
    private readonly bool[] claimed;

    public TextTokens(string text)
    {
        Text = text;
        for (var i = 0; i < text.Length;)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                i++;
                continue;
            }

            var end = i;
            while (end < text.Length && !char.IsWhiteSpace(text[end]))
                end++;
            if (IsAddress(text.AsSpan(i, end - i)))
                tokens.Add(new(TokenKind.Symbol, i, end - i));
            else
                Cut(i, end);
            i = end;
        }

        claimed = new bool[tokens.Count];
    }

    public string Text { get; }
    public int Count => tokens.Count;
    public TextToken this[int index] => tokens[index];

    public ReadOnlySpan<char> Span(int index) =>
        index >= 0 && index < tokens.Count ? Text.AsSpan(tokens[index].Start, tokens[index].Length) : default;

    public bool IsNumber(int index) => index >= 0 && index < tokens.Count && tokens[index].Kind == TokenKind.Number;

    public bool IsWord(int index) => index >= 0 && index < tokens.Count && tokens[index].Kind == TokenKind.Word;

    public bool Is(int index, char sign) => Span(index) is [var c] && c == sign;

    public bool Is(int index, string word) => Span(index).Equals(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether nothing stands between a token and the one before it.</summary>
    public bool Touches(int index) => index > 0 && index < tokens.Count && tokens[index - 1].End == tokens[index].Start;

    public bool IsFree(int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            if (claimed[i])
                return false;
        }

        return true;
    }

    public bool IsClaimed(int index) => claimed[index];

    /// <summary>Tokens of <paramref name="from"/> up to, not including, <paramref name="to"/> become a mention.</summary>
    public TextEntity Claim(TextEntityKind kind, string value, int from, int to)
    {
        for (var i = from; i < to; i++)
            claimed[i] = true;
        var start = tokens[from].Start;
        return new TextEntity(kind, Text[start..tokens[to - 1].End], value, start);
    }

    private static bool IsAddress(ReadOnlySpan<char> chunk) =>
        chunk.Contains('@') || chunk.Contains("://", StringComparison.Ordinal) || chunk.StartsWith("www.", StringComparison.OrdinalIgnoreCase);

    private void Cut(int start, int end)
    {
        for (var i = start; i < end;)
        {
            var from = i;
            if (char.IsAsciiDigit(Text[i]))
            {
                while (i < end && (char.IsAsciiDigit(Text[i])
                    || (Text[i] is '.' or ',' or '\'' or '\u2019' && i + 1 < end && char.IsAsciiDigit(Text[i + 1]))))
                    i++;
                tokens.Add(new(TokenKind.Number, from, i - from));
            }
            else if (char.IsLetter(Text[i]))
            {
                while (i < end && char.IsLetter(Text[i]))
                    i++;
                tokens.Add(new(TokenKind.Word, from, i - from));
            }
            else
            {
                i++;
                tokens.Add(new(TokenKind.Symbol, from, 1));
            }
        }
    }
}
