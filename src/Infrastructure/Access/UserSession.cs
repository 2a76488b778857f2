namespace LeadGen.Infrastructure.Access;

/// <summary>A browser in which a person is signed in. Its row is what makes the cookie count: without it the cookie opens nothing.</summary>
public sealed class UserSession
{
    public required Guid Id { get; init; }
    public required Guid UserId { get; init; }

    /// <summary>In plain words, "Firefox on Windows"; what the browser itself said is not kept.</summary>
    public required string Device { get; init; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>At most a minute older than the last request or the last half minute of an open page.</summary>
    public required DateTime LastSeenAt { get; set; }
}
