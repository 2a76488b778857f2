using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Intent;

namespace LeadGen.Portal.Leads;

/// <summary>A tab of the list: one of ours, or a saved one.</summary>
/// <param name="Key">As in the address; null for all leads.</param>
/// <param name="Content">Filter and order, as <see cref="LeadListAddress.Content"/>.</param>
/// <param name="Saved">Null for ours.</param>
public sealed record ListView(string? Key, string Name, string Content, IReadOnlyList<string> Columns, SavedView? Saved = null)
{
    /// <summary>The address of the tab as it was saved.</summary>
    public LeadListAddress Address => LeadListAddress.Parse(Content) with { View = Key };

    /// <summary>Whether what is shown is not what the tab keeps.</summary>
    public bool IsChanged(LeadListAddress shown) => shown.Content != LeadListAddress.Parse(Content).Content
        || (Saved is not null && shown.Columns.Count > 0 && !shown.Columns.SequenceEqual(Columns));
}

/// <summary>The tabs that every list has, and the columns it begins with.</summary>
public static class ListViews
{
    public static readonly IReadOnlyList<string> UsualColumns = ["score", "lead", "companyName", "intent", "source", "country", "owner", "createdAt"];

    /// <summary>Columns that the narrow row has; others need the whole lead.</summary>
    private static readonly HashSet<string> Narrow =
    [
        "score", "lead", "companyName", "intent", "source", "country", "owner", "createdAt", "outcome", "stage", "fit", "intentStrength", "email", "jobTitle", "fullName",
    ];

    public static bool NeedWhole(IEnumerable<string> columns) => columns.Any(c => !Narrow.Contains(c));

    /// <param name="me">The member who looks.</param>
    /// <param name="columns">Their own columns of built-in views.</param>
    public static IReadOnlyList<ListView> BuiltIn(Guid me, IReadOnlyDictionary<string, IReadOnlyList<string>> columns)
    {
        return
        [
            Of(null, "All", new LeadListAddress()),
            Of("hot", "Hot: A and B", new LeadListAddress { Conditions = [Is("grade", "A", "B")] }),
            Of("wants", "Wants something now", new LeadListAddress
            {
                Conditions =
                [
                    Is("intent", [.. new[] { IntentKind.PurchaseReady, IntentKind.DemoRequest, IntentKind.PricingInquiry, IntentKind.Evaluation, IntentKind.TechnicalQuestion }.Select(k => k.ToString())]),
                ],
            }),
            Of("new", "New this week", new LeadListAddress { Conditions = [new LeadCondition("createdAt", ConditionKind.Within, ["7"])], Sort = LeadSort.CreatedDown }),
            Of("mine", "Mine", new LeadListAddress { Conditions = [Is("owner", me.ToString())] }),
        ];

        ListView Of(string? key, string name, LeadListAddress address) => new(key, name, address.Content, columns.GetValueOrDefault(key ?? "all") ?? UsualColumns);
    }

    public static ListView Of(SavedView view) => new(view.Id.ToString(), view.Name, view.Query, view.Columns.Count == 0 ? UsualColumns : view.Columns, view);

    private static LeadCondition Is(string field, params string[] values) => new(field, ConditionKind.Is, values);
}
