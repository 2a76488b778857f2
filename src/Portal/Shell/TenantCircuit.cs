using LeadGen.Infrastructure.Tenancy;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace LeadGen.Portal.Shell;

/// <summary>
/// The door of a circuit. Its tenant is what the browser says is the base of its addresses, so membership is asked for that tenant when
/// the circuit opens, and again every half minute as long as it lives. A circuit whose person is out draws nothing and hears nothing.
/// </summary>
public sealed partial class TenantCircuit(
    NavigationManager navigation,
    AuthenticationStateProvider authentication,
    TenantStore tenants,
    CurrentTenant tenant,
    MembershipCheck membership,
    CircuitCount count,
    TimeProvider time,
    ILogger<TenantCircuit> logger) : CircuitHandler, IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource ended = new();
    private DateTimeOffset checkedAt;
    private string? counted;

    /// <summary>False from the moment that the person is no member (any more).</summary>
    public bool IsIn { get; private set; } = true;

    /// <summary>The person was put out; raised once, off the circuit's own thread.</summary>
    public event Action? PutOut;

    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        // Until it is known.
        IsIn = false;
        try
        {
            var found = TenantPath.SlugOf(new Uri(navigation.BaseUri).AbsolutePath) is { } slug
                ? await tenants.FindAsync(slug, cancellationToken)
                : null;
            if (found is not { State: TenantState.Active })
            {
                return;
            }

            tenant.Set(found);
            IsIn = await CheckAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The browser went before it was let in.
            return;
        }

        if (IsIn)
        {
            _ = WatchAsync();
        }
    }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Whatever the browser sends to a circuit whose person is out is dropped.</summary>
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) =>
        context => IsIn ? next(context) : Task.CompletedTask;

    public void Dispose()
    {
        if (counted is not null)
        {
            count.Leave(counted);
            counted = null;
            ended.Cancel();
            ended.Dispose();
        }
    }

    private async Task<bool> CheckAsync(CancellationToken cancellationToken)
    {
        var person = (await authentication.GetAuthenticationStateAsync()).User;
        checkedAt = time.GetUtcNow();
        if (person.Identity?.IsAuthenticated != true || !await membership.RefreshAsync(person, cancellationToken))
        {
            return false;
        }

        if (counted is null)
        {
            counted = person.Identity.Name ?? "";
            return count.Enter(counted);
        }

        return true;
    }

    private async Task WatchAsync()
    {
        var token = ended.Token;
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(token))
            {
                if (!await TryCheckAsync(token))
                {
                    IsIn = false;
                    PutOut?.Invoke();
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The circuit has ended.
        }
    }

    /// <summary>While the catalog does not answer, people stay in for at most a minute.</summary>
    private async Task<bool> TryCheckAsync(CancellationToken cancellationToken)
    {
        var last = checkedAt;
        try
        {
            return await CheckAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            CheckFailed(logger, e);
            checkedAt = last;
            return time.GetUtcNow() - last < 2 * Interval;
        }
    }

    [LoggerMessage(201, LogLevel.Error, "Membership of a circuit could not be checked")]
    private static partial void CheckFailed(ILogger logger, Exception exception);
}
