using LeadGen.Pipeline.Leads;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>Two leads that turn out to be one: which value of each field is kept, proposed by the rules of <see cref="LeadMerge"/>.</summary>
/// <remarks>
/// The first keeps its identity: its e-mail address stays when it has one, and the second's is remembered in <see cref="OtherEmail"/>. Of two
/// values the one edited by hand is proposed, else that of the lead that was changed last; lists are united and notes put one behind the
/// other; the earliest time of creation stays.
/// </remarks>
public static class LeadJoin
{
    /// <summary>Field that remembers the address which the joined lead no longer goes by.</summary>
    public const string OtherEmail = LeadFields.CustomPrefix + "otherEmail";

    private static readonly string[] _names = ["firstName", "lastName", "fullName"];

    /// <summary>All fields that one of the two has, in the order in which they are shown. Names go together, as the full name.</summary>
    public static IReadOnlyList<JoinLine> Propose(Lead first, Lead second)
    {
        var secondIsNewer = second.UpdatedAt > first.UpdatedAt;
        var united = Copy(first);
        LeadMerge.Apply(united, Copy(second), MergeMode.Update, second.UpdatedAt, "", null);
        var merged = Copy(first);
        LeadMerge.Apply(merged, Copy(second), secondIsNewer ? MergeMode.Update : MergeMode.FillEmpty, second.UpdatedAt, "", null);
        var names = LeadFields.All.Select(f => f.Name).Where(n => n is not ("firstName" or "lastName"))
            .Concat(LeadFields.CustomNames(first).Concat(LeadFields.CustomNames(second)).Distinct(StringComparer.OrdinalIgnoreCase));
        var lines = new List<JoinLine>();
        foreach (var field in names.Select(LeadFields.Find).OfType<LeadField>())
        {
            var (a, b) = (field.Get(first), field.Get(second));
            if (a is null && b is null)
                continue;
            var isBoth = a is not null && b is not null && a != b && (field.Kind == FieldKind.List || field.Name == "notes");
            var both = isBoth ? field.Get(united) : null;
            var choice = field.Name switch
            {
                _ when a == b || b is null => JoinChoice.First,
                _ when a is null => JoinChoice.Second,
                "email" => JoinChoice.First,
                "createdAt" => second.CreatedAt < first.CreatedAt ? JoinChoice.Second : JoinChoice.First,
                _ when isBoth => JoinChoice.Both,
                _ when IsEdited(first, field.Name) != IsEdited(second, field.Name) => IsEdited(second, field.Name) ? JoinChoice.Second : JoinChoice.First,
                _ => field.Get(merged) == a ? JoinChoice.First : JoinChoice.Second,
            };
            lines.Add(new JoinLine(field.Name, a, b, both, choice) { IsFixed = field.Name == "email" && a is not null });
        }

        return lines;
    }

    /// <summary>Changes the first lead into what the two are together; keys and stages are the caller's.</summary>
    /// <param name="choices">By field; fields not named as proposed. <see cref="JoinChoice.Both"/> where there is no both counts as the first.</param>
    /// <returns>What changed on the first, as field, text before and text after.</returns>
    public static IReadOnlyList<(string Field, string? Old, string? New)> Apply(Lead first, Lead second, IReadOnlyDictionary<string, JoinChoice> choices)
    {
        var changes = new List<(string Field, string? Old, string? New)>();
        var kept = first.EditedFields.Union(second.EditedFields, StringComparer.OrdinalIgnoreCase).ToList();
        foreach (var line in Propose(first, second))
        {
            var choice = line.IsFixed || !choices.TryGetValue(line.Field, out var chosen) ? line.Proposed : chosen;
            if (choice != line.Proposed)
                kept = [.. kept.Union([line.Field], StringComparer.OrdinalIgnoreCase)];
            foreach (var name in line.Field == "fullName" ? _names : [line.Field])
            {
                var field = LeadFields.Find(name)!;
                var value = line.Field == name ? line.Value(choice) : field.Get(choice == JoinChoice.Second ? second : first);
                Set(field, value);
            }

            if (line.Field == "jobTitle" && choice == JoinChoice.Second)
                first.Department = second.Department;
        }

        if (second.Email is { } other && other != first.Email)
        {
            var field = LeadFields.Find(OtherEmail)!;
            var known = field.Get(first);
            Set(field, known is null || known.Split("; ").Contains(other) ? known ?? other : $"{known}; {other}");
        }

        first.EditedFields = kept;
        return changes;

        void Set(LeadField field, string? value)
        {
            var old = field.Get(first);
            var isFull = old is null && field.Name.StartsWith(LeadFields.CustomPrefix, StringComparison.Ordinal) && first.Custom.Count >= LeadFields.MaxCustom;
            if (value == old || isFull)
                return;
            field.Set(first, value);
            changes.Add((field.Name, old, value));
        }
    }

    private static bool IsEdited(Lead lead, string field) => lead.EditedFields.Contains(field, StringComparer.OrdinalIgnoreCase);

    private static Lead Copy(Lead lead)
    {
        var copy = new Lead { Id = lead.Id, IdentityKey = lead.IdentityKey, CreatedAt = lead.CreatedAt, UpdatedAt = lead.UpdatedAt };
        foreach (var field in LeadFields.All.Select(f => f.Name).Concat(LeadFields.CustomNames(lead)).Select(LeadFields.Find).OfType<LeadField>())
            field.Set(copy, field.Get(lead));
        return copy;
    }
}

/// <summary>A field of two leads that are becoming one.</summary>
/// <param name="Field">As in <see cref="LeadFields"/>; <c>fullName</c> stands for all names.</param>
/// <param name="Both">The two united; null where that makes no sense.</param>
/// <param name="Proposed">By the rules.</param>
public sealed record JoinLine(string Field, string? First, string? Second, string? Both, JoinChoice Proposed)
{
    /// <summary>Not to be chosen: it is who the lead is.</summary>
    public bool IsFixed { get; init; }

    public string? Value(JoinChoice choice) => choice switch
    {
        JoinChoice.Second => Second,
        JoinChoice.Both when Both is not null => Both,
        _ => First,
    };
}

/// <summary>Whose value is kept.</summary>
public enum JoinChoice
{
    First,
    Second,
    Both,
}
