namespace LeadGen.Pipeline.Scoring.Training;

/// <summary>All that the training leads hold in one field.</summary>
internal sealed class FieldValues(string name, int leads)
{
    public string Name { get; } = name;

    /// <summary>One for every training lead, null where unknown.</summary>
    public FeatureValue?[] Values { get; } = new FeatureValue?[leads];

    public bool IsCustom => Name.StartsWith(FeatureNames.CustomPrefix, StringComparison.OrdinalIgnoreCase);

    public int Present => Values.Count(value => value is not null);

    /// <summary>The finite numbers, ascending.</summary>
    public double[] Numbers()
    {
        double[] numbers = [.. Values.Where(value => value?.Number is { } x && double.IsFinite(x)).Select(value => value!.Value.Number!.Value)];
        Array.Sort(numbers);
        return numbers;
    }

    /// <summary>Words and how often each stands there, the most frequent first.</summary>
    public List<(string Word, int Count)> Words() =>
    [
        .. Values.Select(CategoricalScorer.WordOf).OfType<string>()
            .GroupBy(word => word, StringComparer.OrdinalIgnoreCase)
            .Select(group => (group.Key, group.Count()))
            .OrderByDescending(word => word.Item2).ThenBy(word => word.Key, StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>Collects every field of every lead, by name.</summary>
    public static IReadOnlyList<FieldValues> Of(IReadOnlyList<LabelledLead> leads)
    {
        var fields = new SortedDictionary<string, FieldValues>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < leads.Count; i++)
        {
            foreach (var (name, value) in leads[i].Features.Values)
            {
                if (value.Number is null && value.Word is null)
                    continue;
                if (!fields.TryGetValue(name, out var field))
                    fields[name] = field = new FieldValues(name, leads.Count);
                field.Values[i] = value;
            }
        }

        return [.. fields.Values];
    }
}
