using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Leads;

/// <summary>Actions on many leads in words.</summary>
internal static class BulkWords
{
    public static string Doing(BulkChange change) => change switch
    {
        { Kind: BulkKind.Tag } => "Tagging",
        { Kind: BulkKind.Untag } => "Taking the tag away",
        { Kind: BulkKind.Own } => "Assigning",
        { Kind: BulkKind.Grade, Grade: null } => "Going back",
        { Kind: BulkKind.Grade } => "Grading",
        _ => "Deleting",
    };

    /// <summary>"2,400 leads tagged".</summary>
    public static string Ended(BulkAction action, Wording say, MemberNames names)
    {
        var past = $"{say.Count(action.Done, "lead")} {Past(action.Change, names)}";
        return action.State == BulkState.Stopped ? $"Stopped. {past} before that." : past;
    }

    private static string Past(BulkChange change, MemberNames names) => change switch
    {
        { Kind: BulkKind.Tag } => "tagged",
        { Kind: BulkKind.Untag } => "freed of the tag",
        { Kind: BulkKind.Own, Owner: { } owner } => $"assigned to {names.Of(owner.ToString())}",
        { Kind: BulkKind.Own } => "left to nobody",
        { Kind: BulkKind.Grade, Grade: { } grade } => $"graded {grade}",
        { Kind: BulkKind.Grade } => "back at the computed score",
        _ => "deleted",
    };
}
