using LeadGen.Pipeline.Ingestion;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Ingestion;

/// <summary>Memory is the process's, so nothing may run beside it.</summary>
[CollectionDefinition("Measures memory", DisableParallelization = true)]
public class MeasuresMemory;

[Collection("Measures memory")]
public class ConstantMemoryTests
{
    [Fact]
    public void Two_million_rows_are_read_in_constant_memory()
    {
        using var reader = TableFile.Open(new RepeatedRows(2_000_000), "big.csv", new ImportSettings { Encoding = "utf-8" }, CancellationToken.None);
        long rows = 0;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        while (reader.Read(CancellationToken.None) is not null)
            rows++;
        rows.ShouldBe(2_000_000);
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(1 << 20);
    }

    /// <summary>A seekable file of a header and equal rows that is never held anywhere.</summary>
    private sealed class RepeatedRows(long rows) : Stream
    {
        private static readonly byte[] _header = "a,b\n"u8.ToArray();
        private static readonly byte[] _row = "12,\"34\"\n"u8.ToArray();

        public override bool CanRead => true;
        public override bool CanSeek => true;
        public override bool CanWrite => false;
        public override long Length => _header.Length + (rows * _row.Length);
        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = 0;
            for (; read < count && Position < Length; read++, Position++)
                buffer[offset + read] = Position < _header.Length ? _header[Position] : _row[(Position - _header.Length) % _row.Length];
            return read;
        }

        public override long Seek(long offset, SeekOrigin origin) => Position = offset;
        public override void Flush() { }
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
