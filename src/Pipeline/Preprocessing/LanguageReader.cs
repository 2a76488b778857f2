using System.Collections.Frozen;
using Lingua;

namespace LeadGen.Pipeline.Preprocessing;

/// <summary>
/// Tells en, de, fr, es, it, nl and pt apart. Small words decide where they are clear (most mails; some microseconds);
/// otherwise letter trigrams do. Texts of fewer than three words, and letters that none of the seven uses, give null.
/// </summary>
internal static class LanguageReader
{
    private const int MostCharacters = 300;
    private const int FewestWords = 3;

    private static readonly string[] Codes = ["en", "de", "fr", "es", "it", "nl", "pt"];

    // A word that two of the languages share counts for both.
    private static readonly FrozenDictionary<string, int> SmallWords = Table(
        "the and you we our your is are was for with this that would could please have has can of to it be from need how what when looking they which their not on at by us if do does any there will about like i'm we're i",
        "der die das und ist wir sie ich nicht mit für von zu den dem ein eine einen wie wann bitte haben sind auf im unser unsere können möchten würden uns auch noch bei oder es ihr ihre ihnen zum zur aus nach kein keine gerne als wenn dass",
        "le la les et est nous vous je pour avec dans des du une un notre votre nos vos avez avons pouvez sont sur pas que qui au aux ce cette souhaitons bonjour merci d'un d'une quel combien mais être êtes par plus",
        "el la los las y es nos para con en una un nuestro nuestra por que su se lo del al como cuánto cuando estamos tenemos queremos gracias hola podría pueden más está son necesitamos quisiera pero también sobre",
        "il la lo gli i e è per con un una di che non sono siamo della del nostro nostra vostro abbiamo vorremmo potete grazie quanto nel alla anche più come questo questa buongiorno si ci dei delle",
        "de het een en is wij we van voor met niet zijn op te dat die ons onze jullie graag kunnen willen hebben hoe wat wanneer bij aan ook naar er als maar om dit deze bedankt u uw ik",
        "o a os as e é para com em uma um nosso nossa por que do da dos das não se como quanto gostaríamos gostaria temos estamos obrigado olá mais são você vocês nos na no ao pelo também seu");

    private static readonly Language[] Languages =
        [Language.English, Language.German, Language.French, Language.Spanish, Language.Italian, Language.Dutch, Language.Portuguese];

    // The models take a moment to load, so they wait for the first text that needs them.
    private static readonly Lazy<LanguageDetector> Trigrams = new(() =>
        LanguageDetectorBuilder.FromLanguages(Languages).WithLowAccuracyMode().Build());

    /// <summary>ISO 639-1 code of a clean text, or null.</summary>
    public static string? Read(string text)
    {
        var part = text.Length <= MostCharacters ? text : text[..MostCharacters];
        Span<int> hits = stackalloc int[Codes.Length];
        hits.Clear();
        var words = 0;
        var strange = 0;
        var lookup = SmallWords.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> lower = stackalloc char[16];
        for (var i = 0; i < part.Length;)
        {
            if (!char.IsLetter(part[i]))
            {
                i++;
                continue;
            }

            var start = i;
            while (i < part.Length && (char.IsLetter(part[i]) || part[i] is '\'' or '\u2019'))
            {
                if (part[i] > '\u00FF' && part[i] is not ('œ' or 'Œ' or '\u2019' or 'ĳ' or 'ẞ'))
                    strange++;
                else if (part[i] is 'å' or 'Å' or 'ø' or 'Ø' or 'ð' or 'þ' or 'ý')
                    strange++;
                i++;
            }

            words++;
            if (i - start > lower.Length)
                continue;
            var length = part.AsSpan(start, i - start).ToLowerInvariant(lower);
            lower[..length].Replace('\u2019', '\'');
            if (lookup.TryGetValue(lower[..length], out var languages))
            {
                for (var k = 0; k < hits.Length; k++)
                    hits[k] += (languages >> k) & 1;
            }
        }

        if (words < FewestWords || strange >= Math.Max(3, words / 3))
            return null;

        return Clearest(hits, words) is >= 0 and var clear ? Codes[clear] : FromTrigrams(part);
    }

    private static int Clearest(ReadOnlySpan<int> hits, int words)
    {
        var best = 0;
        var second = -1;
        for (var k = 1; k < hits.Length; k++)
        {
            if (hits[k] > hits[best])
                (second, best) = (best, k);
            else if (second < 0 || hits[k] > hits[second])
                second = k;
        }

        return hits[best] >= 3 && hits[best] >= 2 * hits[second] && hits[best] * 6 >= words ? best : -1;
    }

    private static string? FromTrigrams(string text)
    {
        var index = Array.IndexOf(Languages, Trigrams.Value.DetectLanguageOf(text));
        return index < 0 ? null : Codes[index];
    }

    private static FrozenDictionary<string, int> Table(params string[] words)
    {
        var table = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var k = 0; k < words.Length; k++)
        {
            foreach (var word in words[k].Split(' '))
                table[word] = table.GetValueOrDefault(word) | (1 << k);
        }

        return table.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
