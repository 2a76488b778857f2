namespace LeadGen.Pipeline.Embedding;

/// <summary>Cuts a text into the token ids that one encoder was trained on.</summary>
public interface ITextTokenizer
{
    /// <summary>Fills the end of the shorter rows of a batch; masked, so its meaning is never read.</summary>
    int PadId { get; }

    /// <summary>Ids that the encoder expects before each text; none for most.</summary>
    IReadOnlyList<int> Before { get; }

    /// <summary>Ids that the encoder expects after each text; none for most.</summary>
    IReadOnlyList<int> After { get; }

    /// <summary>All ids of the text, without those of <see cref="Before"/> and <see cref="After"/>, however many they are.</summary>
    int[] Encode(string text);
}
