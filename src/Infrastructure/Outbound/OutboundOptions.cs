using System.Net;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Outbound;

/// <summary>Section <c>Outbound</c>: where requests to addresses that people typed may go.</summary>
public sealed class OutboundOptions
{
    public const string Section = "Outbound";

    /// <summary>
    /// Networks in CIDR form (<c>10.20.0.0/16</c>, <c>fd00::/8</c>) that are open although they are not public: an internal CRM, a sink of tests.
    /// A host whose addresses all lie in them may also be called by plain <c>http</c> and on any port.
    /// </summary>
    public string[] AllowedNetworks { get; set; } = [];

    internal IReadOnlyList<IPNetwork> Networks => [.. AllowedNetworks.Select(n => IPNetwork.Parse(n.Trim()))];
}

/// <summary>Says at start which entry is no network, not at the first delivery.</summary>
internal sealed class OutboundOptionsCheck : IValidateOptions<OutboundOptions>
{
    public ValidateOptionsResult Validate(string? name, OutboundOptions options)
    {
        var wrong = options.AllowedNetworks.Select((text, i) => (text, i)).Where(n => !IPNetwork.TryParse(n.text?.Trim(), out _)).ToList();
        return wrong.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(wrong.Select(n =>
                $"{OutboundOptions.Section}:{nameof(OutboundOptions.AllowedNetworks)}:{n.i} is '{n.text}', which is no network. Write it as 10.20.0.0/16 or fd00::/8."));
    }
}
