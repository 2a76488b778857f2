using LeadGen.Infrastructure.Vectors;

namespace LeadGen.Infrastructure.Tests.Vectors;

public class ExactSearchTests
{
    private const int Dimensions = 512;

    private static readonly (Guid Id, float[] Vector)[] Rows = Random(9_000);

    [Fact]
    public void Finds_exactly_what_a_plain_double_loop_finds()
    {
        using var block = Block(Rows);
        foreach (var (_, query) in Random(25, seed: 2))
        {
            var hits = ExactSearch.Search(block, query, 10);
            hits.Select(hit => hit.Id).ShouldBe(Naive(query, 10));
            foreach (var hit in hits)
            {
                Rows[hit.Row].Id.ShouldBe(hit.Id);
                ((double)hit.Score).ShouldBe(Dot(query, Rows[hit.Row].Vector), 1e-5);
            }
        }
    }

    [Fact]
    public void Counts_only_what_the_filter_lets_through()
    {
        using var block = Block(Rows);
        var allowed = Rows.Where((_, row) => row % 100 == 3).Select(row => row.Id).ToHashSet();
        var query = Random(1, seed: 3)[0].Vector;
        ExactSearch.Search(block, query, 20, allowed.Contains).Select(hit => hit.Id).ShouldBe(Naive(query, 20, allowed.Contains));
        ExactSearch.Search(block, query, 20, _ => false).ShouldBeEmpty();
    }

    [Fact]
    public async Task Blocks_one_after_the_other_give_the_same_as_all_at_once()
    {
        using var block = Block(Rows);
        foreach (var (_, query) in Random(10, seed: 4))
        {
            var expected = ExactSearch.Search(block, query, 7);
            ExactSearch.SearchBlocks(Pieces(), query, 7).ShouldBe(expected);
            (await ExactSearch.SearchBlocksAsync(Pieces().ToAsyncEnumerable(), query, 7)).ShouldBe(expected);
        }
    }

    [Fact]
    public void Equal_scores_are_ordered_by_id_wherever_they_stand()
    {
        var same = Rows[0].Vector;
        var rows = Enumerable.Range(0, 6_000).Select(_ => (Guid.NewGuid(), same)).ToArray();
        var first = rows.Select(row => row.Item1).Order().Take(15).ToList();
        for (var again = 0; again < 20; again++)
        {
            using var block = Block(rows);
            ExactSearch.Search(block, same, 15).Select(hit => hit.Id).ShouldBe(first);
            System.Random.Shared.Shuffle(rows);
        }
    }

    [Fact]
    public void What_is_no_number_is_never_found()
    {
        using var block = new VectorBlock(2);
        var good = Guid.NewGuid();
        block.Set(Guid.NewGuid(), [float.NaN, 1]);
        block.Set(good, [-1, 0]);
        ExactSearch.Search(block, new float[] { 1, 0 }, 5).Single().Id.ShouldBe(good);
    }

    [Fact]
    public void An_empty_block_and_a_count_of_nought_give_nothing()
    {
        using var empty = new VectorBlock(Dimensions);
        ExactSearch.Search(empty, new float[Dimensions], 10).ShouldBeEmpty();
        using var block = Block(Rows[..10]);
        ExactSearch.Search(block, Rows[0].Vector, 0).ShouldBeEmpty();
        ExactSearch.Search(block, Rows[0].Vector, 50).Count.ShouldBe(10);
    }

    [Fact]
    public void A_block_of_another_width_is_refused() => Should.Throw<ArgumentException>(
        () => ExactSearch.SearchBlocks([new VectorRows(new Guid[3], new float[3 * 384])], new float[512], 1));

    [Fact]
    public void Stops_when_cancelled()
    {
        using var block = Block(Rows);
        Should.Throw<OperationCanceledException>(
            () => ExactSearch.Search(block, Rows[0].Vector, 10, cancellationToken: new CancellationToken(canceled: true)));
    }

    private static IEnumerable<VectorRows> Pieces()
    {
        for (var first = 0; first < Rows.Length; first += 700)
        {
            var piece = Rows[first..Math.Min(first + 700, Rows.Length)];
            yield return new VectorRows(piece.Select(row => row.Id).ToArray(), piece.SelectMany(row => row.Vector).ToArray());
        }

        yield return new VectorRows(Array.Empty<Guid>(), Array.Empty<float>());
    }

    private static IEnumerable<Guid> Naive(float[] query, int count, Func<Guid, bool>? filter = null) => Rows
        .Where(row => filter?.Invoke(row.Id) ?? true)
        .OrderByDescending(row => Dot(query, row.Vector))
        .Take(count)
        .Select(row => row.Id);

    private static double Dot(float[] one, float[] other)
    {
        double sum = 0;
        for (var i = 0; i < one.Length; i++)
        {
            sum += (double)one[i] * other[i];
        }

        return sum;
    }

    private static VectorBlock Block((Guid Id, float[] Vector)[] rows)
    {
        var block = new VectorBlock(Dimensions);
        Array.ForEach(rows, row => block.Set(row.Id, row.Vector));
        return block;
    }

    private static (Guid Id, float[] Vector)[] Random(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var vector = new float[Dimensions];
            for (var i = 0; i < vector.Length; i++)
            {
                vector[i] = random.NextSingle() - 0.5f;
            }

            LeadGen.Pipeline.Embedding.UnitLength.Scale(vector);
            return (Guid.NewGuid(), vector);
        })];
    }
}
