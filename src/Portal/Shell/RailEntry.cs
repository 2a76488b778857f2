using LeadGen.Infrastructure.Access;

namespace LeadGen.Portal.Shell;

/// <summary>A page that the rail, the bar of phones and the command palette lead to.</summary>
/// <param name="Group">Heading above it; empty for those at the foot of the rail.</param>
/// <param name="Href">Inside of the workspace, without a slash before it.</param>
/// <param name="Least">Who lacks this role is not shown the way.</param>
/// <param name="Words">Other words under which people look for it.</param>
public sealed record RailEntry(string Group, string Href, string Icon, string Text, MemberRole Least = MemberRole.Viewer, string Words = "")
{
    /// <summary>All of them, in their order. Only what exists stands here.</summary>
    public static readonly IReadOnlyList<RailEntry> All =
    [
        new("Work", "dashboard", "dashboard", "Dashboard", Words: "start overview numbers"),
        new("Work", "leads", "leads", "Leads", Words: "list people companies"),
        new("Work", "imports", "imports", "Imports", Words: "files csv excel"),
        new("Work", "outreach", "send", "Outreach", Words: "sequences templates designer mails drafts approve outbox senders suppressions unsubscribe answers inbox replies bounces mailboxes"),
        new("Understand", "icp", "icp", "ICP", Words: "ideal customer profile"),
        new("Understand", "knowledge", "file", "Knowledge", Words: "documents facts upload pdf word sources citations"),
        new("Connect", "integrations", "link", "Integrations", Words: "crm hubspot salesforce pipedrive webhook sync"),
        new("Connect", "forms", "forms", "Forms", Words: "web form website embed submissions"),
        new("Connect", "deliveries", "outbox", "Deliveries", Words: "webhooks outbox events sent failed replay"),
        new("Connect", "mail", "mail", "Mail", MemberRole.Admin, "letters e-mail confirmations invitations"),
        new("Connect", "developers", "developers", "Developers", MemberRole.Admin, "api keys webhooks events subscriptions"),
        new("", "members", "members", "Members", Words: "team people colleagues roles"),
        new("", "settings", "settings", "Settings", MemberRole.Admin, "name logo colour time zone grades"),
    ];
}
