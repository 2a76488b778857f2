namespace LeadGen.Pipeline.Embedding;

/// <summary>A stretch of a text's token ids that goes through the model as one row.</summary>
/// <param name="Text">Which text.</param>
/// <param name="Start">First id of the stretch.</param>
/// <param name="Length">Ids in the stretch, special tokens not counted.</param>
internal readonly record struct EncoderRow(int Text, int Start, int Length);

/// <summary>Rows that go through the model together.</summary>
/// <param name="Rows">Indexes into the plan's rows.</param>
/// <param name="Width">Tokens of every row after padding: a multiple of 8, so that few shapes occur.</param>
internal sealed record EncoderBatch(IReadOnlyList<int> Rows, int Width);

/// <summary>Cuts texts into rows and rows into batches of like length and bounded size.</summary>
internal static class EncoderBatches
{
    private const int WidthStep = 8;

    /// <summary>
    /// Rows of at most <paramref name="longest"/> ids, in the order of texts. A longer text is cut into rows of equal length
    /// (to within one) rather than full ones and a stump: a vector of three left-over words says little.
    /// </summary>
    public static List<EncoderRow> Cut(IReadOnlyList<int[]> texts, int longest)
    {
        var rows = new List<EncoderRow>(texts.Count);
        for (var text = 0; text < texts.Count; text++)
        {
            var length = texts[text].Length;
            var parts = (length + longest - 1) / longest;
            for (var part = 0; part < parts; part++)
            {
                var start = (int)((long)length * part / parts);
                var end = (int)((long)length * (part + 1) / parts);
                rows.Add(new EncoderRow(text, start, end - start));
            }
        }

        return rows;
    }

    /// <summary>Longest rows first: the last batches are then the cheap ones, and no core ends long after the other.</summary>
    public static List<EncoderBatch> Plan(IReadOnlyList<EncoderRow> rows, int specialTokens, int tokensPerBatch)
    {
        var order = Enumerable.Range(0, rows.Count).OrderByDescending(row => rows[row].Length).ThenBy(row => row).ToArray();
        var batches = new List<EncoderBatch>();
        for (var first = 0; first < order.Length;)
        {
            var width = RoundUp(rows[order[first]].Length + specialTokens);
            var size = Math.Clamp(tokensPerBatch / width, 1, order.Length - first);
            batches.Add(new EncoderBatch(new ArraySegment<int>(order, first, size), width));
            first += size;
        }

        return batches;
    }

    private static int RoundUp(int tokens) => (tokens + WidthStep - 1) / WidthStep * WidthStep;
}
