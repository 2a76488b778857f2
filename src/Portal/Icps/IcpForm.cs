using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Matching;

namespace LeadGen.Portal.Icps;

/// <summary>A profile while somebody edits it.</summary>
public sealed class IcpForm
{
    public string Name { get; set; } = "";
    public string Description { get; set; } = "";
    public List<CriterionForm> Criteria { get; } = [];

    public static IcpForm From(Icp icp)
    {
        var form = new IcpForm { Name = icp.Name, Description = icp.Description };
        form.Criteria.AddRange(icp.Criteria.Select(CriterionForm.From));
        return form;
    }

    public Icp To(Guid id) => new()
    {
        Id = id,
        Name = Name.Trim(),
        Description = Description.Trim(),
        Criteria = [.. Criteria.Select(c => c.To())],
    };

    /// <summary>How many things differ from a profile: for the bar that offers to save.</summary>
    public int ChangesFrom(Icp icp)
    {
        var now = To(icp.Id);
        var changes = (now.Name == icp.Name ? 0 : 1) + (now.Description == icp.Description ? 0 : 1);
        var (mine, theirs) = (now.Criteria.Select(Key).ToList(), icp.Criteria.Select(Key).ToList());
        return changes + new[] { mine.Except(theirs).Count(), theirs.Except(mine).Count(), Math.Abs(mine.Count - theirs.Count) }.Max();
    }

    /// <summary>Problems of one criterion, by the name of its field (<c>values</c>, <c>min</c>).</summary>
    public static IReadOnlyDictionary<string, string> Of(IReadOnlyList<FieldProblem> problems, int index)
    {
        var prefix = $"criteria[{index}].";
        return problems.Where(p => p.Field.StartsWith(prefix, StringComparison.Ordinal))
            .GroupBy(p => p.Field[prefix.Length..]).ToDictionary(g => g.Key, g => g.First().Reason);
    }

    private static string Key(IcpCriterion c) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{c.Name}|{c.Kind}|{c.Requirement}|{c.Weight}|{string.Join(';', c.Values)}|{c.Min}|{c.Max}");
}

/// <summary>A criterion while somebody edits it.</summary>
public sealed class CriterionForm
{
    /// <summary>Tells rows of the form apart while they come and go.</summary>
    public Guid Key { get; } = Guid.NewGuid();

    public string Name { get; set; } = "";
    public CriterionKind Kind { get; set; }
    public CriterionRequirement Requirement { get; set; } = CriterionRequirement.Should;
    public double Weight { get; set; } = 10;
    public List<string> Values { get; } = [];
    public double? Min { get; set; }
    public double? Max { get; set; }
    public bool IsOpen { get; set; }

    public bool HasRange => Kind is CriterionKind.EmployeeCount or CriterionKind.Seniority;

    public bool HasValues => Kind is not (CriterionKind.EmployeeCount or CriterionKind.Description);

    public static CriterionForm From(IcpCriterion criterion)
    {
        var form = new CriterionForm
        {
            Name = criterion.Name,
            Kind = criterion.Kind,
            Requirement = criterion.Requirement,
            Weight = criterion.Weight,
            Min = criterion.Min,
            Max = criterion.Max,
        };
        form.Values.AddRange(criterion.Values);
        return form;
    }

    /// <summary>What the kind does not have is left out, so that changing the kind leaves no remains.</summary>
    public IcpCriterion To() => new()
    {
        Name = Name.Trim(),
        Kind = Kind,
        Requirement = Requirement,
        Weight = Weight,
        Values = HasValues ? [.. Values] : [],
        Min = HasRange ? Min : null,
        Max = HasRange ? Max : null,
    };

    /// <summary>Adds what was typed: several values stand between commas, semicolons or lines.</summary>
    public void Add(string typed)
    {
        foreach (var value in typed.Split([',', ';', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!Values.Contains(value, StringComparer.OrdinalIgnoreCase))
            {
                Values.Add(value);
            }
        }
    }
}
