using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace LeadGen.Infrastructure.Encoders;

/// <summary>
/// Fetches the files of an encoder. A file grows as <c>.part</c>, is checked against its SHA-256 and only then gets its name, so a
/// file that bears its name is whole. What a broken connection left is taken up again by the next try.
/// </summary>
/// <param name="http">Given by the caller, who decides which addresses may be reached.</param>
public sealed class EncoderDownload(HttpClient http)
{
    private const int BufferBytes = 1 << 17;
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    /// <summary>Brings all files of the encoder into its folder under <paramref name="dataPath"/>; whole ones are left alone.</summary>
    /// <returns>The folder.</returns>
    /// <exception cref="EncoderDownloadException">Not found, not reachable, cut off, not what it should be, or no room on the disk.</exception>
    public async Task<string> PullAsync(
        KnownEncoder encoder, string dataPath, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var folder = EncoderCatalog.FolderOf(encoder.Spec, dataPath);
        foreach (var file in encoder.Files)
        {
            try
            {
                Directory.CreateDirectory(folder);
                await PullAsync(file, Path.Combine(folder, file.Name), progress, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new EncoderDownloadException($"{file.Name} could not be written to {folder}: {error.Message}", error);
            }
        }

        return folder;
    }

    private async Task PullAsync(EncoderFile file, string target, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        if (File.Exists(target) && await HashAsync(target, cancellationToken).ConfigureAwait(false) == file.Sha256)
        {
            progress?.Report(new DownloadProgress(file.Name, file.Bytes, file.Bytes));
            return;
        }

        var part = target + ".part";
        await using (var stream = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None))
        {
            stream.Position = stream.Length > file.Bytes ? 0 : stream.Length;
            if (stream.Position < file.Bytes || file.Bytes == 0)
            {
                await FetchAsync(file, stream, progress, cancellationToken).ConfigureAwait(false);
            }

            stream.Flush(flushToDisk: true);
        }

        var hash = await HashAsync(part, cancellationToken).ConfigureAwait(false);
        if (hash != file.Sha256)
        {
            File.Delete(part);
            throw new EncoderDownloadException(
                $"{file.Name} is not the file it should be (SHA-256 {hash}, expected {file.Sha256}); it was deleted. Try again; " +
                $"should it happen again, something between here and {file.Address.Host} changes files.");
        }

        File.Move(part, target, overwrite: true);
    }

    private async Task FetchAsync(EncoderFile file, FileStream part, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        using var response = await AskAsync(file, part.Position, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From != part.Position)
        {
            throw new EncoderDownloadException($"{file.Address.Host} sent another piece of {file.Name} than was asked for.");
        }

        if (response.StatusCode == HttpStatusCode.OK)
        {
            part.Position = 0; // the server knows no ranges: from the start
        }
        else if (response.StatusCode != HttpStatusCode.PartialContent)
        {
            throw new EncoderDownloadException(string.Create(
                CultureInfo.InvariantCulture,
                $"{file.Address} answered {(int)response.StatusCode} {response.ReasonPhrase}; {file.Name} cannot be downloaded from there now."));
        }

        part.SetLength(part.Position);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[BufferBytes];
        while (await ReadAsync(file, body, buffer, part.Position, cancellationToken).ConfigureAwait(false) is var read and > 0)
        {
            if (part.Position + read > file.Bytes)
            {
                part.SetLength(0);
                throw new EncoderDownloadException($"{file.Address.Host} sent more than the {file.Bytes} bytes of {file.Name}; nothing was kept.");
            }

            await part.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            progress?.Report(new DownloadProgress(file.Name, part.Position, file.Bytes));
        }

        if (part.Position < file.Bytes)
        {
            throw Cut(file, part.Position);
        }
    }

    private async Task<HttpResponseMessage> AskAsync(EncoderFile file, long from, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, file.Address);
        request.Headers.Range = from > 0 ? new RangeHeaderValue(from, null) : null;
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException error)
        {
            throw new EncoderDownloadException($"{file.Address.Host} cannot be reached: {error.Message}", error);
        }
        catch (TaskCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EncoderDownloadException($"{file.Address.Host} did not answer in time.", error);
        }
    }

    private static async Task<int> ReadAsync(EncoderFile file, Stream body, byte[] buffer, long done, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(LongestSilence);
        try
        {
            return await body.ReadAsync(buffer, silence.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            throw Cut(file, done, error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw Cut(file, done, error);
        }
    }

    private static EncoderDownloadException Cut(EncoderFile file, long done, Exception? error = null) => new(
        $"The connection to {file.Address.Host} broke after {done} of the {file.Bytes} bytes of {file.Name}. What has come is kept: try again to go on from there.",
        error);

    private static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));
    }
}
