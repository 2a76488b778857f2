using System.Text;

namespace LeadGen.Pipeline.Embedding;

/// <summary>
/// Text that Unicode normalisation accepts. Half a surrogate pair (a message cut in the middle of an emoji)
/// and U+FFFE make <see cref="string.Normalize()"/> throw; both become U+FFFD, the sign for "was not readable".
/// </summary>
internal static class WellFormedText
{
    private const char Replacement = '\uFFFD';
    private const char NotACharacter = '\uFFFE';

    public static string Of(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') >= 0)
        {
            text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        }

        return text.Replace(NotACharacter, Replacement);
    }
}
