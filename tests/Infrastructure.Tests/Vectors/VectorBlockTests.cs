using LeadGen.Infrastructure.Vectors;

namespace LeadGen.Infrastructure.Tests.Vectors;

public class VectorBlockTests
{
    // So wide that a chunk holds four rows: the tests cross chunks with few vectors.
    private const int Wide = 8 << 20 >> 4;

    [Fact]
    public void Keeps_replaces_and_removes_vectors_across_chunks()
    {
        using var block = new VectorBlock(Wide);
        var random = new Random(1);
        var expected = new Dictionary<Guid, float>();
        var ids = Enumerable.Range(0, 11).Select(_ => Guid.NewGuid()).ToArray();
        for (var step = 0; step < 300; step++)
        {
            var id = ids[random.Next(ids.Length)];
            if (random.Next(3) == 0)
            {
                block.Remove(id).ShouldBe(expected.Remove(id));
            }
            else
            {
                expected[id] = step;
                block.Set(id, Filled(step));
            }

            block.Count.ShouldBe(expected.Count);
            block.Ids().ShouldBe(expected.Keys, ignoreOrder: true);
            var hits = ExactSearch.Search(block, Unit(0), ids.Length);
            hits.ToDictionary(hit => hit.Id, hit => hit.Score).ShouldBe(expected, ignoreOrder: true);
        }

        block.Find(Guid.NewGuid()).ShouldBeNull();
        var kept = expected.Keys.First();
        block.Find(kept)!.ShouldAllBe(number => number == expected[kept]);
    }

    [Fact]
    public void Gives_memory_back_chunk_by_chunk()
    {
        using var block = new VectorBlock(Wide);
        block.Bytes.ShouldBe(0);
        var ids = Enumerable.Range(0, 5).Select(_ => Guid.NewGuid()).ToArray();
        Array.ForEach(ids, id => block.Set(id, Filled(1)));
        block.Bytes.ShouldBe(16 << 20);
        block.Remove(ids[0]);
        block.Bytes.ShouldBe(8 << 20);
        Array.ForEach(ids[1..], id => block.Remove(id).ShouldBeTrue());
        block.Bytes.ShouldBe(0);
        block.Set(ids[0], Filled(2));
        block.Count.ShouldBe(1);
    }

    [Fact]
    public void Refuses_vectors_of_another_encoder()
    {
        using var block = new VectorBlock(512);
        Should.Throw<ArgumentException>(() => block.Set(Guid.NewGuid(), new float[384]));
        Should.Throw<ArgumentException>(() => ExactSearch.Search(block, new float[384], 1));
        Should.Throw<ArgumentOutOfRangeException>(() => new VectorBlock(0));
    }

    [Fact]
    public async Task Searches_see_whole_vectors_while_others_change_them()
    {
        using var block = new VectorBlock(1024);
        var ids = Enumerable.Range(0, 50).Select(_ => Guid.NewGuid()).ToArray();
        Array.ForEach(ids, id => block.Set(id, Enumerable.Repeat(1f, 1024).ToArray()));
        var ones = Enumerable.Repeat(1f, 1024).ToArray();
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                block.Set(ids[i % 50], Enumerable.Repeat(i % 2 == 0 ? 1f : 2f, 1024).ToArray());
                block.Remove(ids[(i + 7) % 50]);
            }
        });
        for (var search = 0; search < 300; search++)
        {
            ExactSearch.Search(block, ones, 50).ShouldAllBe(hit => hit.Score == 1024f || hit.Score == 2048f);
        }

        await stop.CancelAsync();
        await writer;
    }

    private static float[] Filled(float value)
    {
        var vector = new float[Wide];
        Array.Fill(vector, value);
        return vector;
    }

    private static float[] Unit(int axis)
    {
        var vector = new float[Wide];
        vector[axis] = 1;
        return vector;
    }
}
