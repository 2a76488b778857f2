using System.Buffers.Binary;

namespace LeadGen.Infrastructure.Outbox;

/// <summary>
/// Ids of messages: version 7 with a running number where others have chance, so that ids made in this process sort as they were made, also
/// within a millisecond. The order of ids is the order of a lead's messages.
/// </summary>
public static class OutboxIds
{
    private const int CounterBits = 12;

    private static long last;

    /// <param name="now">UTC.</param>
    public static Guid Next(DateTime now)
    {
        var floor = (new DateTimeOffset(now).ToUnixTimeMilliseconds() - 1) << CounterBits;
        long mine, seen;
        do
        {
            seen = Interlocked.Read(ref last);

            // A clock that stands or steps back a little does not bring the order down; a test's clock of another year does start anew.
            mine = seen >= floor && seen - floor < 1L << (CounterBits + 16) ? seen + 1 : floor + (1 << CounterBits);
        }
        while (Interlocked.CompareExchange(ref last, mine, seen) != seen);

        Span<byte> bytes = stackalloc byte[16];
        Guid.NewGuid().TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(bytes, ((mine >> CounterBits) << 16) | 0x7000 | (mine & ((1 << CounterBits) - 1)));
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>Sorts before every id made at that time or later.</summary>
    /// <param name="time">UTC.</param>
    public static Guid FirstOf(DateTime time)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        BinaryPrimitives.WriteInt64BigEndian(bytes, (new DateTimeOffset(time).ToUnixTimeMilliseconds() << 16) | 0x7000);
        return new Guid(bytes, bigEndian: true);
    }
}
