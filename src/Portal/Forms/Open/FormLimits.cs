using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using LeadGen.Infrastructure.Forms;
using Microsoft.Extensions.Options;

namespace LeadGen.Portal.Forms.Open;

/// <summary>Counts sendings of each form, and of each form and address, minute by minute, in this process. Addresses are forgotten with the minute.</summary>
internal sealed class FormLimits(IOptions<FormOptions> options, TimeProvider time)
{
    private const int Window = 60;
    private const int MostCounters = 50_000;

    private readonly Lock sync = new();
    private readonly ConcurrentDictionary<(Guid Form, string Address), int> counts = new();
    private long minute;

    /// <returns>Null when it may pass, else the seconds to wait.</returns>
    public int? Take(Guid form, IPAddress? address)
    {
        var seconds = time.GetUtcNow().ToUnixTimeSeconds();
        lock (sync)
        {
            if (minute != seconds / Window || counts.Count > MostCounters)
            {
                minute = seconds / Window;
                counts.Clear();
            }
        }

        // Whoever is over their own share does not use up everybody's.
        var over = Next(form, NetworkOf(address)) > options.Value.PerMinuteAndAddress || (form != Guid.Empty && Next(form, "") > options.Value.PerMinute);
        return over ? (int)(Window - (seconds % Window)) : null;
    }

    private int Next(Guid form, string address) => counts.AddOrUpdate((form, address), 1, (_, n) => n + 1);

    /// <summary>Of IPv6 a household or server has 64 bits to itself.</summary>
    private static string NetworkOf(IPAddress? address)
    {
        if (address is null)
        {
            return "unknown";
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(plain.GetAddressBytes().AsSpan(0, 8)) : plain.ToString();
    }
}
