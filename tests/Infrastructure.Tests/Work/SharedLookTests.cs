using LeadGen.Infrastructure.Work;

namespace LeadGen.Infrastructure.Tests.Work;

public sealed class SharedLookTests
{
    [Fact]
    public async Task Who_comes_while_a_run_is_under_way_shares_the_next_and_a_failure_ends_with_its_run()
    {
        var look = new SharedLook();
        var (runs, gate) = (0, new TaskCompletionSource());
        async Task WorkAsync()
        {
            Interlocked.Increment(ref runs);
            await gate.Task;
        }

        var first = look.RunAsync(WorkAsync);
        var later = Enumerable.Range(0, 50).Select(_ => look.RunAsync(WorkAsync)).ToList();
        first.IsCompleted.ShouldBeFalse();
        gate.SetException(new InvalidOperationException("away"));
        await Should.ThrowAsync<InvalidOperationException>(first);
        foreach (var task in later)
        {
            await Should.ThrowAsync<InvalidOperationException>(task);
        }

        runs.ShouldBe(2);
        gate = new TaskCompletionSource();
        gate.SetResult();
        await look.RunAsync(WorkAsync);
        runs.ShouldBe(3);
    }
}
