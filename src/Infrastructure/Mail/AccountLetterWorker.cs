using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LeadGen.Infrastructure.Mail;

/// <summary>Looks every second whether a letter about an account is due. Several processes may do so: each letter is claimed first.</summary>
public sealed partial class AccountLetterWorker(AccountLetters letters, TimeProvider time, ILogger<AccountLetterWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await NextAsync(timer, stoppingToken))
        {
            try
            {
                await letters.SendDueAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The catalog is away: try again, never die.
                Failed(logger, e);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(602, LogLevel.Error, "Letters about accounts could not be looked for")]
    private static partial void Failed(ILogger logger, Exception exception);
}
