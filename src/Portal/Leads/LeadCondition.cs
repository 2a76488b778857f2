namespace LeadGen.Portal.Leads;

/// <summary>One condition of a list on one field, as a chip shows it and the address keeps it.</summary>
/// <param name="Field">Name of a <see cref="ListField"/>, or <c>custom.NAME</c>.</param>
/// <param name="Values">For <see cref="ConditionKind.Is"/> any of them; for ranges lowest and highest, either may be empty; for within the days.</param>
public sealed record LeadCondition(string Field, ConditionKind Kind, IReadOnlyList<string> Values)
{
    private const int Most = 40;
    private const int LongestValue = 200;

    /// <summary>Fields that have a word of their own in addresses: <c>grade=A</c>.</summary>
    public static readonly IReadOnlyList<string> Plain = ["grade", "intent", "source", "country"];

    /// <summary>As in the address: <c>jobTitle:has:head</c>; one text for each value.</summary>
    public IEnumerable<(string Name, string Value)> Parts() => Plain.Contains(Field) && Kind == ConditionKind.Is
        ? Values.Select(v => (Field, v))
        : Kind is ConditionKind.Range
            ? [("f", $"{Uri.EscapeDataString(Field)}:range:{string.Join("..", Values)}")]
            : Values.DefaultIfEmpty("").Select(v => ("f", $"{Uri.EscapeDataString(Field)}:{Kind.ToString().ToLowerInvariant()}:{v}"));

    /// <summary>Reads the address's texts; those that are none of ours are left out: addresses are typed by people.</summary>
    public static IReadOnlyList<LeadCondition> Read(IEnumerable<string?> texts)
    {
        var found = new List<LeadCondition>();
        foreach (var text in texts.Take(Most))
        {
            var parts = (text ?? "").Split(':', 3);
            if (parts.Length < 3 || !Enum.TryParse<ConditionKind>(parts[1], ignoreCase: true, out var kind) || !Enum.IsDefined(kind)
                || parts[2].Length > LongestValue || ListFields.Find(Uri.UnescapeDataString(parts[0])) is not { } field || !field.Allows(kind))
            {
                continue;
            }

            IReadOnlyList<string> values = kind switch
            {
                ConditionKind.Range => parts[2].Split("..") is [var low, var high] ? [low, high] : [],
                ConditionKind.Empty or ConditionKind.Set => [""],
                _ => parts[2].Length == 0 ? [] : [parts[2]],
            };
            var before = found.FindIndex(c => c.Field == field.Name && c.Kind == kind && kind == ConditionKind.Is);
            if (before >= 0)
            {
                found[before] = found[before] with { Values = [.. found[before].Values, .. values] };
            }
            else if (values.Count > 0)
            {
                found.Add(new LeadCondition(field.Name, kind, values));
            }
        }

        return found;
    }
}

public enum ConditionKind
{
    /// <summary>One of the values.</summary>
    Is,

    /// <summary>The text stands in it, in any case.</summary>
    Has,
    Empty,
    Set,

    /// <summary>Lowest and highest number or day, both included.</summary>
    Range,

    /// <summary>The last days.</summary>
    Within,
}
