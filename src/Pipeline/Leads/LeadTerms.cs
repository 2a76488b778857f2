namespace LeadGen.Pipeline.Leads;

/// <summary>Where a lead stands in the pipeline.</summary>
public enum LeadStage
{
    /// <summary>Stored, waiting for analysis (new, or its fields changed).</summary>
    Received,

    /// <summary>Analysed and scored as it stands.</summary>
    Scored,

    /// <summary>The analysis failed three times; shown to a person, retried on the next change.</summary>
    Failed,
}

/// <summary>How a deal ended.</summary>
public enum Outcome
{
    Lost,
    Won,
}

/// <summary>Level of a job, ascending; <see cref="Unknown"/> when the title does not tell.</summary>
public enum Seniority
{
    Unknown,
    Intern,
    Junior,
    Senior,
    Manager,
    Head,
    Director,
    VicePresident,
    CLevel,
    Owner,
}

/// <summary>What part of a company a job belongs to.</summary>
public enum Department
{
    Unknown,
    Management,
    Sales,
    Marketing,
    Product,
    Engineering,
    InformationTechnology,
    Security,
    Data,
    Operations,
    Logistics,
    Procurement,
    Finance,
    HumanResources,
    Legal,
    CustomerService,
    Research,
    Education,
    Health,
}

/// <summary>On what ground we may write to the person.</summary>
/// <param name="Basis">For example <c>consent</c>, <c>contract</c>, <c>legitimate interest</c>.</param>
/// <param name="At">When it was given, UTC.</param>
/// <param name="Text">The words that were agreed to.</param>
public sealed record Consent(string Basis, DateTime? At, string? Text);
