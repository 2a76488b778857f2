namespace LeadGen.Pipeline.Intent;

/// <summary>How a text becomes the numbers that the classifier weighs. A trained model holds the one it was trained with.</summary>
/// <param name="Dimensions">Numbers in a sentence vector.</param>
/// <param name="WordBuckets">Buckets into which words and pairs of words are hashed.</param>
/// <param name="LetterBuckets">Buckets into which runs of 3 to 5 letters are hashed.</param>
/// <param name="VectorScale">Length of the vector part.</param>
/// <param name="CueScale">Length of the part of cues, per found cue.</param>
/// <param name="WordScale">Length of the part of words.</param>
/// <param name="LetterScale">Length of the part of letters.</param>
public sealed record IntentFeatureSpace(
    int Dimensions,
    int WordBuckets = 1 << 13,
    int LetterBuckets = 1 << 13,
    float VectorScale = 3f,
    float CueScale = 1f,
    float WordScale = 1.5f,
    float LetterScale = 1.5f);

/// <summary>Weighs cues, words, letters and length of a text: the part of the features that needs no encoder.</summary>
internal static class IntentFeatures
{
    private const int MaxWord = 24;

    /// <summary>Word counts at which a text passes into the next length class.</summary>
    private static readonly int[] Lengths = [1, 4, 12, 35, 80];

    /// <summary>Number of all features: vector, cues, length classes, words, letters.</summary>
    public static int Count(IntentFeatureSpace space, IntentCues cues) =>
        CuesAt(space) + cues.Groups.Count + Lengths.Length + 1 + space.WordBuckets + space.LetterBuckets;

    public static int CuesAt(IntentFeatureSpace space) => space.Dimensions;

    /// <summary>Adds the features of cues and length.</summary>
    public static void AddCues(
        List<IntentWord> words, List<IntentCueMatch> matches, IntentFeatureSpace space, IntentCues cues, SortedList<int, float> features)
    {
        var at = CuesAt(space);
        foreach (var match in matches)
        {
            features[at + match.Group] = space.CueScale;
        }

        features[at + cues.Groups.Count + LengthClass(words.Count)] = space.CueScale;
    }

    /// <summary>Adds the features of words <paramref name="from"/> up to <paramref name="to"/>.</summary>
    public static void AddWords(
        List<IntentWord> words, int from, int to, IntentFeatureSpace space, IntentCues cues, SortedList<int, float> features)
    {
        var wordsAt = CuesAt(space) + cues.Groups.Count + Lengths.Length + 1;
        var found = new HashSet<int>();
        var before = Hash("^", 0);
        for (var i = from; i < to; i++)
        {
            var hash = Hash(words[i].Text, 0);
            found.Add(wordsAt + (int)(hash % (uint)space.WordBuckets));
            found.Add(wordsAt + (int)(Mix(before, hash) % (uint)space.WordBuckets));
            before = hash;
        }

        Add(found, space.WordScale, features);
        found.Clear();
        var lettersAt = wordsAt + space.WordBuckets;
        Span<char> buffer = stackalloc char[MaxWord + 2];
        for (var i = from; i < to; i++)
        {
            var word = words[i].Text.AsSpan(0, Math.Min(words[i].Text.Length, MaxWord));
            buffer[0] = ' ';
            word.CopyTo(buffer[1..]);
            buffer[word.Length + 1] = ' ';
            var padded = buffer[..(word.Length + 2)];
            for (var size = 3; size <= 5; size++)
            {
                for (var at = 0; at + size <= padded.Length; at++)
                {
                    found.Add(lettersAt + (int)(Hash(padded.Slice(at, size), 1) % (uint)space.LetterBuckets));
                }
            }
        }

        Add(found, space.LetterScale, features);
    }

    private static int LengthClass(int words)
    {
        var length = 0;
        while (length < Lengths.Length && words > Lengths[length])
        {
            length++;
        }

        return length;
    }

    /// <summary>Each found feature counts once, and all together have the same length whatever the text's.</summary>
    private static void Add(HashSet<int> found, float scale, SortedList<int, float> features)
    {
        if (found.Count > 0)
        {
            var value = scale / MathF.Sqrt(found.Count);
            foreach (var feature in found)
            {
                features[feature] = value;
            }
        }
    }

    /// <summary>FNV-1a over UTF-16 units: the same on every machine and in every version, unlike <see cref="string.GetHashCode()"/>.</summary>
    private static uint Hash(ReadOnlySpan<char> text, uint seed)
    {
        var hash = 2166136261u ^ (seed * 0x9E3779B9u);
        foreach (var c in text)
        {
            hash = (hash ^ c) * 16777619u;
        }

        return Finish(hash);
    }

    private static uint Mix(uint one, uint other) => Finish((one * 31u) ^ (other + 0x9E3779B9u));

    private static uint Finish(uint hash)
    {
        hash ^= hash >> 15;
        hash *= 0x85EBCA6Bu;
        return hash ^ (hash >> 13);
    }
}
