namespace LeadGen.Pipeline.Scoring.Training;

/// <summary>Decides, from the training part alone, which fields are used, what kind each has and which columns.</summary>
internal sealed class FieldChooser
{
    private const int MostWords = 50;
    private const int MostColumns = 1000;

    private static readonly HashSet<string> LogFields = new(StringComparer.OrdinalIgnoreCase)
    {
        FeatureNames.EmployeeCount, FeatureNames.AnnualRevenue, FeatureNames.MessageLength, FeatureNames.Visits,
        FeatureNames.Forms, FeatureNames.Clicks, FeatureNames.Replies, FeatureNames.Meetings,
    };

    private readonly IReadOnlyList<LabelledLead> _leads;
    private readonly bool[] _won;
    private readonly Dictionary<string, List<FeatureValue>> _prior;
    private readonly int _least;
    private readonly List<string> _notes = [];

    public FieldChooser(IReadOnlyList<LabelledLead> leads, IReadOnlyList<PriorExample> prior)
    {
        _leads = leads;
        _won = [.. leads.Select(lead => lead.Won)];
        _prior = new(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in prior.SelectMany(example => example.Values))
        {
            if (!_prior.TryGetValue(name, out var values))
                _prior[name] = values = [];
            values.Add(value);
        }

        // A column that fewer leads have would be learned from chance.
        _least = Math.Max(8, leads.Count / 500);
    }

    /// <summary>What was left out and why, in sentences.</summary>
    public IReadOnlyList<string> Notes => _notes;

    public IReadOnlyList<FieldShape> Choose()
    {
        var usable = FieldValues.Of(_leads).Where(IsUsable).ToList();
        var won = _won.AsSpan().Count(true);
        var ranges = Math.Min(32, Math.Min(won, _won.Length - won) / 10);
        while (true)
        {
            var shapes = Shapes(usable, ranges < 4 ? 0 : ranges);
            if (ranges < 4 || shapes.Sum(shape => shape.Count) <= MostColumns)
                return Placed(WithoutLeaks(shapes, usable));
            ranges /= 2;
        }
    }

    private List<FieldShape> Shapes(List<FieldValues> usable, int ranges)
    {
        var shapes = new List<FieldShape>();
        foreach (var field in usable)
        {
            if (ShapeOf(field, ranges) is { } shape)
                shapes.Add(new FieldShape(shape, 0, Informed: true));
        }

        var taken = shapes.Select(shape => shape.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        shapes.AddRange(_prior.Where(field => !taken.Contains(field.Key)).Select(field => new FieldShape(PriorShapeOf(field.Key), 0, Informed: false)));
        return shapes;
    }

    private bool IsUsable(FieldValues field)
    {
        if (!field.IsCustom)
            return true;
        var reason = FieldSuspicion.Identifier(field);
        if (reason is not null)
            _notes.Add(reason);
        return reason is null;
    }

    private List<FieldShape> WithoutLeaks(List<FieldShape> shapes, List<FieldValues> fields)
    {
        var byName = fields.ToDictionary(field => field.Name, StringComparer.OrdinalIgnoreCase);
        var kept = new List<FieldShape>();
        foreach (var shape in shapes)
        {
            var reason = shape.Informed ? FieldSuspicion.Leak(shape, byName[shape.Name], _won) : null;
            if (reason is null)
                kept.Add(shape);
            else
                _notes.Add(reason);
        }

        return kept;
    }

    private static List<FieldShape> Placed(List<FieldShape> shapes)
    {
        var first = 0;
        var placed = new List<FieldShape>(shapes.Count);
        foreach (var shape in shapes)
        {
            placed.Add(shape with { First = first });
            first += shape.Count;
        }

        return placed;
    }

    /// <summary>Null when the history says nothing about the field.</summary>
    private ModelField? ShapeOf(FieldValues field, int ranges)
    {
        var present = field.Present;
        var absent = field.Values.Length - present;
        ModelColumn? missing = absent >= _least && present >= _least ? new ModelColumn() : null;
        var numbers = field.Numbers();
        if (numbers.Length >= 0.95 * present)
        {
            var varies = numbers.Length > 0 && numbers.Length - MostFrequent(numbers) >= _least;
            if (!varies && (missing is null || numbers.Length == 0))
                return null;
            var prior = _prior.GetValueOrDefault(field.Name, []).Select(value => value.Number).OfType<double>();
            return NumberShape(field.Name, numbers, prior, ranges, missing);
        }

        var words = field.Words().Where(word => word.Count >= _least).Take(MostWords).Select(word => word.Word).ToList();
        if (words.Count == 0 || (words.Count == 1 && missing is null && field.Words()[0].Count > present - _least))
            return null;
        var known = _prior.GetValueOrDefault(field.Name, []).Select(value => value.Word).OfType<string>();
        return WordShape(field.Name, words.Union(known, StringComparer.OrdinalIgnoreCase), missing);
    }

    private ModelField PriorShapeOf(string name)
    {
        var values = _prior[name];
        var numbers = values.Select(value => value.Number).OfType<double>().Order().ToArray();
        return numbers.Length > 0
            ? NumberShape(name, numbers, [], 0, null)
            : WordShape(name, values.Select(value => value.Word!).Distinct(StringComparer.OrdinalIgnoreCase), null);
    }

    private static CategoricalField WordShape(string name, IEnumerable<string> words, ModelColumn? missing) =>
        new(name, [.. words.Select(word => new WordColumn(word, default))], default, missing);

    private static NumericField NumberShape(string name, double[] sorted, IEnumerable<double> more, int ranges, ModelColumn? missing)
    {
        double low = sorted[0], high = sorted[^1];
        foreach (var number in more)
            (low, high) = (Math.Min(low, number), Math.Max(high, number));

        // A long tail, as sums of money and counts have it.
        var log = LogFields.Contains(name) || (low >= 0 && high > 20 * (sorted[sorted.Length / 2] + 1));
        var edges = Edges(sorted, ranges);
        var field = new NumericField(
            name, log ? NumericTransform.Log : NumericTransform.Linear, low, high, 0, 1, default, edges,
            new ModelColumn[edges.Count == 0 ? 0 : edges.Count + 1], missing);
        var transformed = Array.ConvertAll(sorted, field.Standardise);
        var centre = transformed.Average();
        var spread = Math.Sqrt(transformed.Average(x => (x - centre) * (x - centre)));

        // A value that is nearly always 0 has a tiny spread; without a floor one rare lead would count for dozens.
        var floor = (field.Standardise(high) - field.Standardise(low)) / 8;
        return field with { Centre = centre, Scale = Math.Max(spread, floor) is var scale && scale > 0 ? scale : 1 };
    }

    /// <summary>Borders between quantiles; where values are few, between values. Nothing for a yes-or-no.</summary>
    private static List<double> Edges(double[] sorted, int ranges)
    {
        var edges = new List<double>();
        for (var i = 1; i < ranges; i++)
        {
            var edge = sorted[(int)((long)i * (sorted.Length - 1) / ranges)];
            if (edge < sorted[^1] && (edges.Count == 0 || edge > edges[^1]))
                edges.Add(edge);
        }

        var yesOrNo = Array.TrueForAll(sorted, x => x == sorted[0] || x == sorted[^1]);
        return yesOrNo ? [] : edges;
    }

    private static int MostFrequent(double[] sorted)
    {
        int most = 0, run = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            run = i > 0 && sorted[i] == sorted[i - 1] ? run + 1 : 1;
            most = Math.Max(most, run);
        }

        return most;
    }
}
