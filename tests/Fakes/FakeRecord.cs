namespace LeadGen.Fakes;

/// <summary>A record as the page lists it.</summary>
/// <param name="Kind">As in the vendor's API: <c>contacts</c>, <c>deals</c> …</param>
/// <param name="Stage">The property that holds its stage, or null.</param>
public sealed record FakeRecord(string Kind, string Id, IReadOnlyDictionary<string, string> Values, string? Stage = null)
{
    /// <summary>What the stage may be; empty for anything.</summary>
    public IReadOnlyList<string> Stages { get; init; } = [];
}

/// <summary>Where the vendor's hooks go and what signs them.</summary>
public sealed record HookTarget(string Address, string Secret);

/// <summary>A call as it came in.</summary>
public sealed record FakeCall(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body);
