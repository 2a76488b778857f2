using System.Text.RegularExpressions;

namespace LeadGen.Portal.Tests.Architecture;

public sealed partial class SourceRuleTests
{
    private const int LongestFile = 300;

    /// <summary>Files that may be longer, and why.</summary>
    private static readonly Dictionary<string, string> LongFiles = [];

    [Fact]
    public void No_source_file_is_longer_than_300_lines_without_a_reason()
    {
        var files = SourceTree.Code("src").Concat(SourceTree.Code("tests")).ToList();

        files.Count.ShouldBeGreaterThan(200);
        files.Where(f => f.Lines.Count > LongestFile && !LongFiles.ContainsKey(f.Path)).Select(f => $"{f.Path}: {f.Lines.Count}").ShouldBeEmpty();
        LongFiles.Keys.Where(path => files.All(f => f.Path != path || f.Lines.Count <= LongestFile)).ShouldBeEmpty("these need no exception any more");
    }

    [Fact]
    public void No_text_names_a_folder_of_somebodys_machine_or_a_package_registry()
    {
        var found = SourceTree.Texts()
            .SelectMany(f => f.Lines.Select((text, i) => (f.Path, Number: i + 1, Text: text)))
            .Where(l => MachinePath().IsMatch(l.Text) || Registry().IsMatch(l.Text))
            .Where(l => !l.Path.EndsWith("/SourceRuleTests.cs", StringComparison.Ordinal));

        found.Select(l => $"{l.Path}:{l.Number}: {l.Text.Trim()}").ShouldBeEmpty();
    }

    [GeneratedRegex(@"(?<![\w.}~-])/(work|home|root|Users|tmp)/\w|[A-Za-z]:\\Users\\")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"api\.nuget\.org|nuget\.org/v3|registry\.npmjs\.org|pypi\.org/simple")]
    private static partial Regex Registry();
}
