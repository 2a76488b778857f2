using System.Globalization;

namespace LeadGen.Pipeline.Scoring.Training;

/// <summary>Recognises fields that must not be learned from: identifiers, prose, and what was written down after the outcome.</summary>
internal static class FieldSuspicion
{
    /// <summary>A field that alone puts nearly every won lead above every lost one knows the outcome.</summary>
    public const double TooGood = 0.995;

    private const int FewestToJudge = 100;
    private const int FewestFilled = 50;
    private const double ByChance = 1e-9;

    /// <summary>Why a tenant's column cannot be a feature, or null.</summary>
    public static string? Identifier(FieldValues field)
    {
        var present = field.Present;
        if (present < 20)
            return null;
        var words = field.Words();
        var numbers = field.Numbers();
        if (numbers.Length >= 0.95 * present)
        {
            var whole = Array.TrueForAll(numbers, x => x == Math.Floor(x));
            var distinct = numbers.Distinct().Count();
            var running = numbers[^1] - numbers[0] < 4.0 * numbers.Length;
            var long9 = numbers[0] >= 1e8;
            return whole && distinct >= 0.98 * numbers.Length && distinct > 100 && (running || long9)
                ? $"{Shown(field.Name)} numbers the leads and was left out." : null;
        }

        if (words.Count > 0.5 * present)
            return $"{Shown(field.Name)} holds a different text for nearly every lead and was left out.";
        return words.Average(word => word.Word.Length) > 50 ? $"{Shown(field.Name)} holds prose and was left out." : null;
    }

    /// <summary>Why a field looks as if it was filled in after the outcome, or null.</summary>
    public static string? Leak(FieldShape shape, FieldValues values, bool[] won)
    {
        if (values.Present < FewestToJudge && values.Present < FewestFilled)
            return null;
        if (values.Values.Length >= FewestToJudge && AucAlone(shape, values, won) is var auc && auc > TooGood)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{Shown(shape.Name)} alone tells won from lost (AUC {auc:0.000}): it was probably filled in afterwards, and was left out.");
        }

        return shape.Name.StartsWith(FeatureNames.CustomPrefix, StringComparison.OrdinalIgnoreCase) ? OneSided(shape, values, won) : null;
    }

    private static string? OneSided(FieldShape shape, FieldValues values, bool[] won)
    {
        int filled = 0, filledWon = 0;
        for (var i = 0; i < won.Length; i++)
        {
            filled += values.Values[i] is null ? 0 : 1;
            filledWon += values.Values[i] is not null && won[i] ? 1 : 0;
        }

        if (filled < FewestFilled || (filledWon != 0 && filledWon != filled))
            return null;
        var rate = (double)won.AsSpan().Count(true) / won.Length;
        return Math.Pow(filledWon == 0 ? 1 - rate : rate, filled) < ByChance
            ? $"{Shown(shape.Name)} is filled in only for {(filledWon == 0 ? "lost" : "won")} leads: it was probably written afterwards, and was left out."
            : null;
    }

    /// <summary>AUC of the share of won leads in the field's ranges or words; of the plain number too.</summary>
    private static double AucAlone(FieldShape shape, FieldValues values, bool[] won)
    {
        var columns = new int[won.Length];
        var sums = new double[shape.Count + 1];
        var counts = new double[shape.Count + 1];
        var numbers = new double[won.Length];
        var cells = new List<(int Column, double Value)>(2);
        for (var i = 0; i < won.Length; i++)
        {
            cells.Clear();
            columns[i] = shape.Encode(values.Values[i], cells) ? cells[^1].Column : shape.Count;
            sums[columns[i]] += won[i] ? 1 : 0;
            counts[columns[i]]++;
            numbers[i] = values.Values[i]?.Number ?? double.MinValue;
        }

        var byColumn = new Ranking(Array.ConvertAll(columns, c => sums[c] / counts[c]), won).Auc();
        if (shape.Field is not NumericField)
            return byColumn;
        var byNumber = new Ranking(numbers, won).Auc();
        return Math.Max(byColumn, Math.Max(byNumber, 1 - byNumber));
    }

    private static string Shown(string name) => $"“{ReasonWords.NameOf(name)}”";
}
