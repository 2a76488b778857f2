namespace LeadGen.Pipeline.Matching;

/// <summary>An ideal customer profile as published or drafted: immutable, versioned.</summary>
public sealed record Icp
{
    public required Guid Id { get; init; }
    public required string Name { get; init; }

    /// <summary>Rises with every publication; 0 for a draft that never was live.</summary>
    public int Version { get; init; }

    /// <summary>Plain words about the ideal customer, compared with every lead's vector; may be empty.</summary>
    public string Description { get; init; } = "";

    public IReadOnlyList<IcpCriterion> Criteria { get; init; } = [];
}

/// <summary>One thing an ideal customer has, or must not have.</summary>
public sealed record IcpCriterion
{
    /// <summary>Shown to people; made from kind and values when empty.</summary>
    public string Name { get; init; } = "";

    public required CriterionKind Kind { get; init; }
    public CriterionRequirement Requirement { get; init; } = CriterionRequirement.Should;

    /// <summary>Share among the Should criteria, 0-100; ignored for Must and MustNot.</summary>
    public double Weight { get; init; } = 10;

    /// <summary>
    /// Any of these (industries, countries and groups such as <c>DACH</c>, titles, seniorities, departments, technologies,
    /// keywords, tags); for <see cref="CriterionKind.Known"/> all of these.
    /// </summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Lowest employee count (EmployeeCount) or lowest level (Seniority as number); null = open.</summary>
    public double? Min { get; init; }

    public double? Max { get; init; }
}

public enum CriterionKind
{
    Industry,
    EmployeeCount,
    Country,
    JobTitle,
    Seniority,
    Department,
    Technology,
    Keyword,
    Tag,

    /// <summary>The lead's words against <see cref="Icp.Description"/>.</summary>
    Description,

    /// <summary>The fields named in Values are filled: <c>company</c> (name or domain), or a field name of the API.</summary>
    Known,
}

public enum CriterionRequirement
{
    Must,
    Should,
    MustNot,
}
