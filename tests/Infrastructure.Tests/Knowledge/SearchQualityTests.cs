using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Knowledge;
using LeadGen.Infrastructure.Tests.Installations;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Knowledge;

/// <summary>
/// Questions that leads could ask about the documents of the demo, and the pieces that answer them: 53 in English, 13 in German and French, 16 that
/// the documents do not answer. What is measured here stands in docs/outreach.md.
/// </summary>
public sealed class SearchQualityTests(PostgresServer postgres)
{
    private const string None = "-";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Questions_find_their_answers_and_what_the_documents_do_not_say_stays_below_the_floor()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var tenant = await installation.TenantAsync();
        var asked = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Knowledge", "questions.tsv")).Where(l => !l.StartsWith('#')).Select(l => l.Split('\t'))
            .Select(p => new Asked(p[0], p[1], p[2].Split('|'))).ToList();
        await installation.InAsync(tenant, async s =>
        {
            foreach (var path in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Samples", "knowledge")))
            {
                await using var file = File.OpenRead(path);
                (await s.GetRequiredService<KnowledgeBase>().AddAsync(file, Path.GetFileName(path), null, "member:1", Ct)).Problem.ShouldBeNull();
            }

            foreach (var question in asked)
            {
                question.Hits = await s.GetRequiredService<KnowledgeSearch>().SearchAsync(question.Words, 100, Ct);
            }
        });

        var (answered, foreign) = (asked.Where(a => !a.IsForeign).ToList(), asked.Where(a => a.IsForeign).ToList());
        asked.SelectMany(a => a.Answers).Except([None]).Except(asked[0].Hits.Select(h => Asked.Last(h.Piece.Heading))).ShouldBeEmpty("each answer is the heading of a piece");
        Recall(answered).ShouldBeGreaterThanOrEqualTo(0.87);
        Recall([.. answered.Where(a => a.Language == "en")]).ShouldBeGreaterThanOrEqualTo(0.92);
        answered.Average(a => 1.0 / a.Rank).ShouldBeGreaterThanOrEqualTo(0.85);
        Share(answered, a => a.Hits[a.Rank - 1].Relevance >= KnowledgeSearch.Floor).ShouldBeGreaterThanOrEqualTo(0.74);
        Share(foreign, a => a.Hits[0].Relevance < KnowledgeSearch.Floor).ShouldBeGreaterThanOrEqualTo(0.8);
        answered.Single(a => a.Words == "How long until go-live?").Rank.ShouldBe(1);
    }

    private static double Recall(IReadOnlyList<Asked> questions) => Share(questions, a => a.Rank <= 3);

    private static double Share(IReadOnlyList<Asked> questions, Func<Asked, bool> which) => questions.Count(which) / (double)questions.Count;

    private sealed record Asked(string Language, string Words, IReadOnlyList<string> Answers)
    {
        public IReadOnlyList<KnowledgeHit> Hits { get; set; } = [];

        public bool IsForeign => Answers[0] == None;

        /// <summary>Of the first piece that answers, from 1.</summary>
        public int Rank => 1 + Hits.TakeWhile(h => !Answers.Contains(Last(h.Piece.Heading))).Count();

        public static string Last(string heading) => heading.Split(" › ")[^1];
    }
}
