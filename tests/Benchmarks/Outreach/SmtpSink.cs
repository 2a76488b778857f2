using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LeadGen.Benchmarks.Outreach;

/// <summary>Takes mails on this machine over any number of connections, and counts them.</summary>
internal sealed class SmtpSink : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource over = new();
    private readonly Task running;
    private int mails;
    private int connections;

    public SmtpSink()
    {
        listener.Start();
        running = RunAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public int Mails => Volatile.Read(ref mails);

    public int Connections => Volatile.Read(ref connections);

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        listener.Stop();
        await running;
        over.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                _ = TalkAsync(await listener.AcceptTcpClientAsync(over.Token));
                Interlocked.Increment(ref connections);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    private async Task TalkAsync(TcpClient taken)
    {
        using var client = taken;
        client.NoDelay = true;
        var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.Latin1);
        try
        {
            await SayAsync("220 here");
            while (await reader.ReadLineAsync(over.Token) is { } line)
            {
                await SayAsync(line.StartsWith("EHLO", StringComparison.Ordinal) ? "250 hello" : line == "DATA" ? "354 go on" : line == "QUIT" ? "221 bye" : "250 fine");
                if (line == "DATA")
                {
                    while (await reader.ReadLineAsync(over.Token) is { } text && text != ".")
                    {
                    }

                    Interlocked.Increment(ref mails);
                    await SayAsync("250 taken");
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The other side, or the measurement, is gone.
        }

        ValueTask SayAsync(string line) => stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), over.Token);
    }
}
