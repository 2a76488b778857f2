using System.Diagnostics;

namespace LeadGen.Infrastructure.Tests.Installations;

/// <summary>Waits for what others bring about.</summary>
public static class Eventually
{
    public static async Task IsAsync(Func<Task<bool>> condition, int seconds = 30, Func<string>? otherwise = null)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed.TotalSeconds > seconds)
            {
                Assert.Fail(otherwise?.Invoke() ?? $"It did not happen in {seconds} s.");
            }

            await Task.Delay(50);
        }
    }
}
