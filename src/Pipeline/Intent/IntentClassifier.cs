namespace LeadGen.Pipeline.Intent;

/// <summary>
/// Reads what the writers of messages want. Thread-safe; without the encoder's part a text of a few sentences takes well under
/// a fifth of a millisecond.
/// </summary>
public sealed class IntentClassifier(IntentModel model)
{
    /// <summary>
    /// From this probability on a kind is worth showing: twice the 1/14 of a blind guess, and low enough that a second wish in
    /// one message ("a demo, and what does it cost?") is not lost.
    /// </summary>
    public const double Shown = 0.15;

    private static readonly IntentReading Blank = new(
        IntentKind.Other,
        Enum.GetValues<IntentKind>().ToDictionary(kind => kind, kind => kind == IntentKind.Other ? 1.0 : 0.0),
        new Dictionary<IntentKind, string>());

    private readonly IntentCues cues = IntentCues.Default;

    public IntentModel Model => model;

    /// <summary>
    /// A reading of each text, in their order. A blank text is <see cref="IntentKind.Other"/> for certain. A text without vector
    /// (length 0) is read by its words alone.
    /// </summary>
    /// <exception cref="ArgumentException">A vector has another number of dimensions than the model's encoder gives.</exception>
    public IReadOnlyList<IntentReading> Read(IReadOnlyList<IntentText> texts)
    {
        var readings = new IntentReading[texts.Count];
        for (var i = 0; i < readings.Length; i++)
        {
            readings[i] = Read(texts[i]);
        }

        return readings;
    }

    internal static double[] Softmax(double[] logOdds, double temperature)
    {
        var highest = logOdds.Max();
        var probabilities = logOdds.Select(value => Math.Exp((value - highest) / temperature)).ToArray();
        var sum = probabilities.Sum();
        for (var i = 0; i < probabilities.Length; i++)
        {
            probabilities[i] /= sum;
        }

        return probabilities;
    }

    internal double[] LogOdds(string text, ReadOnlyMemory<float> vector)
    {
        var words = IntentWords.Split(text);
        return LogOdds(words, cues.Find(words), vector);
    }

    private IntentReading Read(IntentText text)
    {
        if (string.IsNullOrWhiteSpace(text.Text))
        {
            return Blank;
        }

        var words = IntentWords.Split(text.Text);
        var matches = cues.Find(words);
        var probabilities = Softmax(LogOdds(words, matches, text.Vector), model.Temperature);
        var kind = (IntentKind)Array.IndexOf(probabilities, probabilities.Max());
        var evidence = new Dictionary<IntentKind, string>();
        for (var i = 0; i < probabilities.Length; i++)
        {
            if (probabilities[i] >= Shown || i == (int)kind)
            {
                evidence.Add((IntentKind)i, IntentEvidence.Find(text.Text, words, matches, (IntentKind)i, model));
            }
        }

        return new IntentReading(kind, Named(probabilities), evidence);
    }

    private static Dictionary<IntentKind, double> Named(double[] probabilities)
    {
        var named = new Dictionary<IntentKind, double>(probabilities.Length);
        for (var i = 0; i < probabilities.Length; i++)
        {
            named.Add((IntentKind)i, probabilities[i]);
        }

        return named;
    }

    private double[] LogOdds(List<IntentWord> words, List<IntentCueMatch> matches, ReadOnlyMemory<float> vector)
    {
        if (vector.Length != 0 && vector.Length != model.Space.Dimensions)
        {
            throw new ArgumentException(
                $"The vector has {vector.Length} dimensions; those of {model.EncoderId} have {model.Space.Dimensions}.", nameof(vector));
        }

        var features = new SortedList<int, float>();
        IntentFeatures.AddCues(words, matches, model.Space, cues, features);
        IntentFeatures.AddWords(words, 0, words.Count, model.Space, cues, features);
        Span<float> sums = stackalloc float[model.Bias.Length];
        model.Bias.CopyTo(sums);
        for (var i = 0; i < vector.Length; i++)
        {
            model.AddRow(i, vector.Span[i] * model.Space.VectorScale, sums);
        }

        for (var i = 0; i < features.Count; i++)
        {
            model.AddRow(features.GetKeyAtIndex(i), features.GetValueAtIndex(i), sums);
        }

        var logOdds = new double[sums.Length];
        for (var i = 0; i < logOdds.Length; i++)
        {
            logOdds[i] = sums[i];
        }

        return logOdds;
    }
}
