using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Secrets;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Ai;

/// <summary>The model that writes for a tenant now.</summary>
public sealed record WritingModel(
    Uri Endpoint, string? Key, string Model, double Temperature, decimal InputPrice, decimal OutputPrice, long DailyTokens, decimal DailyCost)
{
    /// <summary>Millionths of the currency.</summary>
    public long MicroCost(long input, long output) => (long)Math.Ceiling(((input * InputPrice) + (output * OutputPrice)) * 1_000);
}

/// <summary>Says which model writes for the current tenant: its own, the installation's, or none.</summary>
public sealed class WritingModels(IOptionsMonitor<AiOptions> options, TenantSecrets secrets)
{
    public WritingModel? Of(TenantSettings settings)
    {
        var all = options.CurrentValue;
        if (all.Off || settings.Writing?.Off == true)
        {
            return null;
        }

        if (settings.Writing is { Endpoint.Length: > 0 } own && Uri.TryCreate(own.Endpoint, UriKind.Absolute, out var address))
        {
            return new WritingModel(
                address, own.Key is null ? null : secrets.Open(own.Key), own.Model, own.Temperature, own.InputPrice, own.OutputPrice, own.DailyTokens, own.DailyCost);
        }

        return Uri.TryCreate(all.Endpoint, UriKind.Absolute, out var shared) && all.Model.Length > 0
            ? new WritingModel(
                shared, all.Key.Length > 0 ? all.Key : null, all.Model, all.Temperature, all.InputPrice, all.OutputPrice,
                Math.Min(all.DailyTokens, settings.Writing?.DailyTokens ?? long.MaxValue), Math.Min(all.DailyCost, settings.Writing?.DailyCost ?? decimal.MaxValue))
            : null;
    }
}
