using System.Reflection;
using LeadGen.Infrastructure;
using LeadGen.Pipeline;
using LeadGen.Portal.Shell;
using NetArchTest.Rules;

namespace LeadGen.Portal.Tests.Architecture;

/// <summary>Portal knows Infrastructure knows Pipeline, and no library shows where it does not belong.</summary>
public sealed class LayerTests
{
    private static readonly Assembly Pipeline = typeof(LeadAnalyzer).Assembly;
    private static readonly Assembly Infrastructure = typeof(InfrastructureServices).Assembly;
    private static readonly Assembly Portal = typeof(PortalHost).Assembly;

    [Fact]
    public void Pipeline_knows_no_database_no_web_and_no_layer_above() => ShouldNotKnow(
        Pipeline, "Microsoft.EntityFrameworkCore", "Microsoft.Data.Sqlite", "Npgsql", "Microsoft.AspNetCore", "System.Net.Http", "Quartz",
        "MudBlazor", "LeadGen.Infrastructure", "LeadGen.Portal");

    [Fact]
    public void Infrastructure_knows_no_screen() => ShouldNotKnow(
        Infrastructure, "MudBlazor", "Microsoft.AspNetCore.Components", "Spectre.Console", "System.CommandLine", "LeadGen.Portal");

    [Fact]
    public void Portal_touches_no_scheduler_driver_or_model_runtime() => ShouldNotKnow(
        Portal, "Quartz", "Npgsql", "Microsoft.Data.Sqlite", "StackExchange.Redis", "Qdrant", "Microsoft.SemanticKernel",
        "Microsoft.ML", "Microsoft.ML.OnnxRuntime");

    [Fact]
    public void Pipeline_has_no_notion_of_a_tenant()
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var names = Pipeline.GetTypes().SelectMany(t => t.GetMembers(All)
            .SelectMany(m => m is MethodBase method ? method.GetParameters().Select(p => p.Name!).Append(m.Name) : [m.Name])
            .Append(t.Name)
            .Select(name => $"{t.FullName}: {name}"));

        names.Where(n => n.Contains("tenant", StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
    }

    private static void ShouldNotKnow(Assembly assembly, params string[] names)
    {
        var result = Types.InAssembly(assembly).ShouldNot().HaveDependencyOnAny(names).GetResult();

        (result.FailingTypeNames ?? []).ShouldBeEmpty();
    }
}
