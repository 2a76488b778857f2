namespace LeadGen.Benchmarks;

/// <summary>Something whose speed we promise.</summary>
internal interface IBenchmark
{
    /// <summary>By which it is asked for on the command line.</summary>
    string Name { get; }

    /// <summary>Measures, warmed up, for some seconds.</summary>
    Task<IReadOnlyList<Figure>> RunAsync();
}
