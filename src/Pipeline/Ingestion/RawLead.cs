namespace LeadGen.Pipeline.Ingestion;

/// <summary>A lead as a source gives it: texts by field name, before anything is understood.</summary>
/// <param name="Values">
/// By API field name (<c>email</c>, <c>employeeCount</c>, <c>consent.basis</c>, <c>custom.plan</c>); lists as text separated by <c>;</c>.
/// </param>
public sealed record RawLead(IReadOnlyDictionary<string, string> Values);

/// <summary>Why a value cannot be taken.</summary>
/// <param name="Field">The field as the source named it.</param>
/// <param name="Reason">A sentence with the remedy.</param>
/// <param name="Value">The text as given, at most 200 characters.</param>
public sealed record FieldProblem(string Field, string Reason, string? Value = null)
{
    public ProblemSeverity Severity { get; init; }
}

/// <summary>How far a problem reaches. The API refuses both kinds; a file's row is only lost to the first.</summary>
public enum ProblemSeverity
{
    /// <summary>Without this value, or with it, there is no lead.</summary>
    Lead,

    /// <summary>The lead stands without this value; its text is kept in <c>custom.FIELD</c>.</summary>
    Value,
}
