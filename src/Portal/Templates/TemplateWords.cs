using LeadGen.Pipeline.Outreach;

namespace LeadGen.Portal.Templates;

/// <summary>Names of blocks for people.</summary>
internal static class TemplateWords
{
    public static readonly IReadOnlyList<BlockKind> Kinds =
        [BlockKind.Paragraph, BlockKind.Heading, BlockKind.List, BlockKind.Button, BlockKind.Divider, BlockKind.Fact];

    public static string Name(BlockKind kind) => kind switch
    {
        BlockKind.Heading => "Heading",
        BlockKind.List => "List",
        BlockKind.Button => "Button",
        BlockKind.Divider => "Line",
        BlockKind.Fact => "Fact",
        _ => "Paragraph",
    };

    public static string Hint(BlockKind kind) => kind switch
    {
        BlockKind.List => "Each line is a point.",
        BlockKind.Button => "What the button says.",
        BlockKind.Fact => "A fact from your knowledge that fits the lead comes here. These words stand in when none fits; empty leaves the place out.",
        _ => "**bold** and [words](https://…) work.",
    };
}
