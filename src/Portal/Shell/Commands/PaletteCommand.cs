using LeadGen.Infrastructure.Access;

namespace LeadGen.Portal.Shell.Commands;

/// <summary>A line of the command palette that is no lead.</summary>
/// <param name="Href">Where it leads to; null when it changes the colours.</param>
/// <param name="Theme">The colours it chooses: light, dark, or empty for the system's.</param>
/// <param name="Words">Other words under which people look for it.</param>
/// <param name="Leaves">Whether it leads out of the workspace.</param>
public sealed record PaletteCommand(
    string Text, string Icon, string? Href, MemberRole Least = MemberRole.Viewer, string Words = "", string? Theme = null, bool Leaves = false)
{
    public static readonly IReadOnlyList<PaletteCommand> Pages =
        [.. RailEntry.All.Select(e => new PaletteCommand(e.Text, e.Icon, e.Href, e.Least, e.Words))];

    public static readonly IReadOnlyList<PaletteCommand> Actions =
    [
        new("Import a file", "imports", "imports#new", MemberRole.Editor, "upload csv excel bring leads"),
        new("Invite a colleague", "members", "members#invite", MemberRole.Admin, "member add person team"),
        new("New API key", "key", "developers#make", MemberRole.Admin, "make developer token"),
        new("Light colours", "sun", null, Words: "theme switch bright", Theme: "light"),
        new("Dark colours", "moon", null, Words: "theme switch night", Theme: "dark"),
        new("Colours as the system has them", "system", null, Words: "theme switch automatic", Theme: ""),
        new("Your account", "person", "/account", Words: "password name sessions sign out profile", Leaves: true),
        new("All workspaces", "building", "/account/workspaces", Words: "switch tenant change company", Leaves: true),
    ];

    /// <summary>Each of the words begins a word of the text, or of what else it is known as.</summary>
    public bool Fits(IReadOnlyList<string> asked)
    {
        var own = $"{Text} {Words}".Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return asked.All(a => own.Any(o => o.StartsWith(a, StringComparison.OrdinalIgnoreCase)));
    }
}
