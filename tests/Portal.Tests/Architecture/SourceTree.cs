namespace LeadGen.Portal.Tests.Architecture;

/// <summary>The repository's own files, as they lie around the built tests.</summary>
internal static class SourceTree
{
    private static readonly string[] NotOurs = ["bin", "obj", ".git", ".vs", ".idea", "node_modules", "TestResults", "artifacts", "data"];

    public static string Root { get; } = FindRoot();

    /// <summary>C# and Razor files below a folder; generated migrations apart.</summary>
    public static IEnumerable<SourceFile> Code(string folder) => Files(Path.Combine(Root, folder))
        .Where(f => Path.GetExtension(f) is ".cs" or ".razor" && !f.Contains("/Migrations/", StringComparison.Ordinal))
        .Select(Read);

    /// <summary>Every text of the repository that people wrote.</summary>
    public static IEnumerable<SourceFile> Texts() => Files(Root)
        .Where(f => Path.GetExtension(f) is ".cs" or ".razor" or ".md" or ".yml" or ".yaml" or ".json" or ".csproj" or ".props" or ".targets"
            or ".sh" or ".css" or ".js" or ".sln" or ".config" or ""
            && !f.Contains("/Fixtures/", StringComparison.Ordinal))
        .Select(Read);

    private static SourceFile Read(string path) => new(Path.GetRelativePath(Root, path).Replace('\\', '/'), File.ReadAllLines(path));

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder)
        .Where(f => Path.GetFileName(f) != ".git").Select(f => f.Replace('\\', '/'))
        .Concat(Directory.EnumerateDirectories(folder).Where(d => !NotOurs.Contains(Path.GetFileName(d))).SelectMany(Files));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "LeadGen.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests do not lie in the repository.");
    }
}

internal sealed record SourceFile(string Path, IReadOnlyList<string> Lines);
