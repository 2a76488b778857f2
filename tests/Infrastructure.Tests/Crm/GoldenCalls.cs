using System.Runtime.CompilerServices;
using System.Text;
using LeadGen.Fakes;

namespace LeadGen.Infrastructure.Tests.Crm;

/// <summary>Compares what was sent with what is written down, byte by byte.</summary>
internal static class GoldenCalls
{
    /// <param name="calls">As they came in.</param>
    /// <param name="name">File beside the test in Fixtures.</param>
    /// <param name="secrets">What differs from run to run, by what stands for it.</param>
    /// <param name="source">Of the test.</param>
    public static void ShouldBe(IEnumerable<FakeCall> calls, string name, IReadOnlyDictionary<string, string>? secrets = null, [CallerFilePath] string source = "")
    {
        var text = new StringBuilder();
        foreach (var call in calls)
        {
            text.Append(call.Method).Append(' ').Append(call.Path).Append('\n');
            foreach (var header in new[] { "Accept", "Authorization", "x-api-token", "Content-Type" })
            {
                if (call.Headers.FirstOrDefault(h => h.Key.Equals(header, StringComparison.OrdinalIgnoreCase)).Value is { } value)
                {
                    text.Append(header).Append(": ").Append(value).Append('\n');
                }
            }

            text.Append('\n').Append(call.Body).Append(call.Body.Length > 0 && !call.Body.EndsWith('\n') ? "\n\n" : "\n");
        }

        foreach (var (word, stand) in secrets ?? new Dictionary<string, string>())
        {
            text.Replace(word, stand);
        }

        var folder = Path.GetRelativePath(Path.GetDirectoryName(source)!, Path.GetDirectoryName(source)!);
        var area = Path.GetFileName(Path.GetDirectoryName(source));
        var file = Path.Combine(AppContext.BaseDirectory, "Crm", area!, folder, "Fixtures", name);
        if (Environment.GetEnvironmentVariable("LEADGEN_WRITE_GOLDEN") is { Length: > 0 })
        {
            var target = Path.Combine(Path.GetDirectoryName(source)!, "Fixtures", name);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllText(target, text.ToString());
            return;
        }

        text.ToString().ShouldBe(File.ReadAllText(file));
    }
}
