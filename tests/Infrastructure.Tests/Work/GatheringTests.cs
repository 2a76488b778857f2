using LeadGen.Infrastructure.Work;

namespace LeadGen.Infrastructure.Tests.Work;

public sealed class GatheringTests
{
    [Fact]
    public async Task What_comes_while_a_run_is_under_way_goes_into_the_next_together()
    {
        var (runs, gate) = (new List<int[]>(), new TaskCompletionSource());
        var gathering = new Gathering<int, int>(
            async items =>
            {
                runs.Add([.. items.Select(i => i.Item)]);
                await gate.Task;
                items.ToList().ForEach(i => i.Complete(-i.Item));
            },
            most: 5);
        var first = gathering.AddAsync(0);
        while (runs.Count == 0)
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        var others = Enumerable.Range(1, 7).Select(gathering.AddAsync).ToList();
        first.IsCompleted.ShouldBeFalse();
        gate.SetResult();
        (await first).ShouldBe(0);
        (await Task.WhenAll(others)).ShouldBe([-1, -2, -3, -4, -5, -6, -7]);
        runs.ShouldBe([[0], [1, 2, 3, 4, 5], [6, 7]]);
        (await gathering.AddAsync(8)).ShouldBe(-8, "begins anew after a rest");
    }

    [Fact]
    public async Task A_failure_ends_with_its_run_and_nobody_waits_for_ever()
    {
        var gathering = new Gathering<string, int>(
            items =>
            {
                var item = items[0];
                if (item.Item == "ends")
                {
                    item.Complete(1);
                }

                return item.Item == "forgotten" ? Task.CompletedTask : Task.FromException(new InvalidOperationException("away"));
            },
            most: 1);
        (await Should.ThrowAsync<InvalidOperationException>(() => gathering.AddAsync("fails"))).Message.ShouldBe("away");
        (await gathering.AddAsync("ends")).ShouldBe(1, "what was ended before stays so");
        (await Should.ThrowAsync<InvalidOperationException>(() => gathering.AddAsync("forgotten"))).Message.ShouldContain("without a result");
    }
}
