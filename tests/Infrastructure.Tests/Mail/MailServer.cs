using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LeadGen.Infrastructure.Tests.Mail;

/// <summary>A small mail server on a free port: keeps every line that came, and misbehaves where a test says so.</summary>
public sealed class MailServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource over = new();
    private readonly List<Task> talks = [];
    private readonly Task running;

    public MailServer()
    {
        listener.Start();
        running = RunAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>How many came in.</summary>
    public int Connections { get; private set; }

    /// <summary>Commands as they came, without the text of letters.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    /// <summary>Letters that were accepted, as they came over the line.</summary>
    public ConcurrentQueue<string> Letters { get; } = new();

    /// <summary>Answer to a command instead of the usual one; null = the usual. An empty answer cuts the line.</summary>
    public Func<string, string?> Says { get; set; } = _ => null;

    /// <summary>Answer to a letter's text; an empty one cuts the line.</summary>
    public string AfterText { get; set; } = "250 taken";

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        listener.Stop();
        await running;
        await Task.WhenAll(talks);
        over.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                talks.Add(TalkAsync(await listener.AcceptTcpClientAsync(over.Token)));
                Connections++;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException || over.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private async Task TalkAsync(TcpClient taken)
    {
        using var client = taken;
        try
        {
            await TalkToAsync(client);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The other side, or the test, is gone.
        }
    }

    private async Task TalkToAsync(TcpClient client)
    {
        var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.Latin1);
        await using var writer = new StreamWriter(stream, Encoding.Latin1) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 here");
        while (await reader.ReadLineAsync(over.Token) is { } line)
        {
            Commands.Enqueue(line);
            var answer = Says(line) ?? (line.StartsWith("EHLO", StringComparison.Ordinal) ? "250 hello"
                : line == "DATA" ? "354 go on"
                : line == "QUIT" ? "221 bye"
                : "250 fine");
            if (answer.Length == 0)
            {
                return;
            }

            await writer.WriteLineAsync(answer);
            if (line == "DATA" && answer.StartsWith('3'))
            {
                var text = await TextAsync(reader);
                if (AfterText.Length == 0)
                {
                    return;
                }

                if (AfterText.StartsWith('2'))
                {
                    Letters.Enqueue(text);
                }

                await writer.WriteLineAsync(AfterText);
            }

            if (line == "QUIT")
            {
                return;
            }
        }
    }

    private async Task<string> TextAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync(over.Token) is { } line && line != ".")
        {
            text.Append(line).Append("\r\n");
        }

        return text.ToString();
    }
}
