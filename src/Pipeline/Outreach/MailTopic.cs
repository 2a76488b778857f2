namespace LeadGen.Pipeline.Outreach;

/// <summary>What mails are about, in a tenant's own words: “Product news”, “Invitations”. Sequences carry one, and receivers choose among them.</summary>
/// <param name="Id">Stays when the name changes.</param>
/// <param name="Name">Receivers see it.</param>
public sealed record MailTopic(Guid Id, string Name)
{
    /// <summary>Most topics of a tenant.</summary>
    public const int Most = 20;

    public const int LongestName = 60;

    /// <summary>What is wrong with a list of topics, in plain words; null when nothing is.</summary>
    public static string? Problem(IReadOnlyList<MailTopic> topics) =>
        topics.Count > Most ? $"At most {Most} topics can be kept. Remove some."
        : topics.Any(t => string.IsNullOrWhiteSpace(t.Name) || t.Name.Length > LongestName) ? $"Each topic needs a name of at most {LongestName} characters."
        : topics.Select(t => t.Name.Trim()).Distinct(StringComparer.OrdinalIgnoreCase).Count() < topics.Count ? "Two topics have the same name. Rename one."
        : topics.Select(t => t.Id).Distinct().Count() < topics.Count ? "A topic is in the list twice."
        : null;
}

/// <summary>Somebody wants no mail of a topic. Kept by keyed hash like a <see cref="Suppression"/>, so that it outlives the erasure of a person.</summary>
public sealed class TopicRefusal
{
    /// <summary>Keyed hash of the canonical address.</summary>
    public required byte[] Hash { get; init; }

    public required Guid TopicId { get; init; }
    public required DateTime At { get; init; }
}
