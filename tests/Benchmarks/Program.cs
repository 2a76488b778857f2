using LeadGen.Benchmarks;
using LeadGen.Benchmarks.Embedding;
using LeadGen.Benchmarks.Leads;
using LeadGen.Benchmarks.Outbox;
using LeadGen.Benchmarks.Outreach;
using LeadGen.Benchmarks.Running;
using LeadGen.Benchmarks.Vectors;

IBenchmark[] benchmarks =
[
    new EncoderBenchmark(),
    new VectorSearchBenchmark(),
    new ImportBenchmark(),
    new PipelineBenchmark(),
    new StageBenchmark(),
    new LeadListBenchmark(),
    new OneLeadBenchmark(),
    new PostLeadsBenchmark(),
    new BatchLeadsBenchmark(),
    new StartBenchmark(),
    new WebhookBenchmark(),
    new RenderBenchmark(),
    new SendBenchmark(),
    new EnrollmentBenchmark(),
    new AnswerBenchmark(),
];

var unknown = args.Except(benchmarks.Select(benchmark => benchmark.Name)).ToArray();
if (unknown.Length > 0)
{
    Console.Error.WriteLine(
        $"No benchmark is named {string.Join(" or ", unknown)}. There are: {string.Join(", ", benchmarks.Select(benchmark => benchmark.Name))}.");
    return 2;
}

foreach (var benchmark in benchmarks.Where(benchmark => args.Length == 0 || args.Contains(benchmark.Name)))
{
    foreach (var figure in await benchmark.RunAsync())
    {
        Console.WriteLine(figure);
    }
}

return 0;
