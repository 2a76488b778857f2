using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using LeadGen.Portal.Shell;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Tests.Architecture;

/// <summary>The tenant is carried by its scope alone, and a context lives for one operation.</summary>
public sealed class TenancyRuleTests
{
    private const BindingFlags Fields = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void No_ambient_state_carries_tenant_or_person()
    {
        // A comment may explain why it is not used.
        var used = SourceTree.Code("src").SelectMany(f => f.Lines.Select((text, i) => (f.Path, Number: i + 1, Text: text)))
            .Where(l => Regex.IsMatch(l.Text, @"\bAsyncLocal<|\bIHttpContextAccessor\b|\[ThreadStatic\]") && !l.Text.TrimStart().StartsWith("//", StringComparison.Ordinal));

        used.Select(l => $"{l.Path}:{l.Number}").ShouldBeEmpty();
    }

    [Fact]
    public void No_class_of_the_portal_keeps_a_database_context()
    {
        // State machines and closures are how the compiler keeps locals of one operation.
        var kept = typeof(PortalHost).Assembly.GetTypes()
            .Where(t => t.GetCustomAttribute<CompilerGeneratedAttribute>() is null && !t.IsAssignableTo(typeof(IAsyncStateMachine)))
            .SelectMany(t => t.GetFields(Fields))
            .Where(f => typeof(DbContext).IsAssignableFrom(f.FieldType));

        kept.Select(f => $"{f.DeclaringType!.FullName}.{f.Name}").ShouldBeEmpty();
    }
}
