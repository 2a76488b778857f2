using System.Text;
using LeadGen.Pipeline.Ingestion;

namespace LeadGen.Portal.Importing;

/// <summary>A table writer over a stream that only takes asynchronous writes: rows gather as text and are sent in portions.</summary>
internal sealed class StringWriterOver : IAsyncDisposable
{
    private const int Portion = 1 << 15;

    private readonly Stream stream;
    private readonly StringWriter text = new(System.Globalization.CultureInfo.InvariantCulture);

    public StringWriterOver(Stream stream)
    {
        this.stream = stream;
        Table = new TableWriter(text);
    }

    public TableWriter Table { get; }

    /// <summary>Sends what has gathered, once it is worth it.</summary>
    public ValueTask FlushAsync(CancellationToken cancellationToken) =>
        text.GetStringBuilder().Length < Portion ? ValueTask.CompletedTask : SendAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await SendAsync(CancellationToken.None);
        await stream.FlushAsync();
        await text.DisposeAsync();
    }

    private async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        var gathered = text.GetStringBuilder();
        var bytes = Encoding.UTF8.GetBytes(gathered.ToString());
        gathered.Clear();
        await stream.WriteAsync(bytes, cancellationToken);
    }
}
