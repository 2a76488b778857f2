using System.Security.Cryptography;
using LeadGen.Infrastructure.Encoders;
using LeadGen.Pipeline.Embedding;

namespace LeadGen.Infrastructure.Tests.Encoders;

public sealed class EncoderDownloadTests : IAsyncLifetime
{
    private readonly byte[] content = RandomNumberGenerator.GetBytes(3_000_000);
    private readonly string dataPath = Directory.CreateTempSubdirectory("data-").FullName;
    private readonly HttpClient http = new();
    private FileServer server = null!;

    private string Target => Path.Combine(dataPath, "encoders", "all-MiniLM-L6-v2", "file.bin");

    private string Part => Target + ".part";

    public async ValueTask InitializeAsync() => server = await FileServer.StartAsync(content);

    [Fact]
    public async Task Fetches_a_file_and_reports_progress()
    {
        var reports = new Reports();
        var folder = await PullAsync(progress: reports);
        folder.ShouldBe(Path.GetDirectoryName(Target));
        (await File.ReadAllBytesAsync(Target)).ShouldBe(content);
        File.Exists(Part).ShouldBeFalse();
        reports.All.Count.ShouldBeGreaterThan(1);
        reports.All.Select(report => report.Done).ShouldBeInOrder(SortDirection.Ascending);
        reports.All[^1].ShouldBe(new DownloadProgress("file.bin", content.Length, content.Length));
    }

    [Fact]
    public async Task A_file_that_is_there_is_not_fetched_again()
    {
        await PullAsync();
        await PullAsync();
        server.Ranges.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_file_that_is_there_but_wrong_is_replaced()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        await File.WriteAllTextAsync(Target, "something else");
        await PullAsync();
        (await File.ReadAllBytesAsync(Target)).ShouldBe(content);
    }

    [Fact]
    public async Task Goes_on_where_a_cut_connection_stopped()
    {
        server.CutAfter = 1_000_000;
        var error = await Should.ThrowAsync<EncoderDownloadException>(PullAsync());
        error.Message.ShouldContain("try again");
        var kept = new FileInfo(Part).Length;
        kept.ShouldBeInRange(1, 1_000_000);
        File.Exists(Target).ShouldBeFalse();

        var reports = new Reports();
        await PullAsync(progress: reports);

        server.Ranges.ShouldBe([null, $"bytes={kept}-"]);
        reports.All[0].Done.ShouldBeGreaterThan(kept);
        (await File.ReadAllBytesAsync(Target)).ShouldBe(content);
    }

    [Fact]
    public async Task Starts_over_when_the_server_knows_no_ranges()
    {
        server.CutAfter = 1_000_000;
        server.KnowsRanges = false;
        await Should.ThrowAsync<EncoderDownloadException>(PullAsync());
        await PullAsync();
        server.Ranges[1].ShouldNotBeNull();
        (await File.ReadAllBytesAsync(Target)).ShouldBe(content);
    }

    [Fact]
    public async Task Deletes_a_file_that_is_not_the_expected_one()
    {
        var error = await Should.ThrowAsync<EncoderDownloadException>(PullAsync(file => file with { Sha256 = new string('0', 64) }));
        error.Message.ShouldContain(new string('0', 64));
        error.Message.ShouldContain(Convert.ToHexStringLower(SHA256.HashData(content)));
        File.Exists(Part).ShouldBeFalse();
        File.Exists(Target).ShouldBeFalse();
    }

    [Fact]
    public async Task A_part_of_another_file_is_not_taken_for_ours()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        await File.WriteAllBytesAsync(Part, new byte[500]);
        await Should.ThrowAsync<EncoderDownloadException>(PullAsync());
        await PullAsync();
        (await File.ReadAllBytesAsync(Target)).ShouldBe(content);
    }

    [Fact]
    public async Task A_whole_part_needs_no_request()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        await File.WriteAllBytesAsync(Part, content);
        await PullAsync();
        server.Ranges.ShouldBeEmpty();
        File.Exists(Target).ShouldBeTrue();
    }

    [Fact]
    public async Task Stops_when_more_comes_than_the_file_has()
    {
        var error = await Should.ThrowAsync<EncoderDownloadException>(PullAsync(file => file with { Bytes = 1000 }));
        error.Message.ShouldContain("more than the 1000 bytes");
        new FileInfo(Part).Length.ShouldBe(0);
    }

    [Fact]
    public async Task Says_when_there_is_no_such_file()
    {
        var error = await Should.ThrowAsync<EncoderDownloadException>(PullAsync(file => file with { Address = new Uri(server.Address, "/gone.bin") }));
        error.Message.ShouldContain("/gone.bin answered 404");
        File.Exists(Target).ShouldBeFalse();
    }

    [Fact]
    public async Task Says_when_nobody_answers()
    {
        await server.DisposeAsync();
        var error = await Should.ThrowAsync<EncoderDownloadException>(PullAsync());
        error.Message.ShouldContain("127.0.0.1 cannot be reached");
    }

    [Fact]
    public async Task Says_when_the_disk_refuses()
    {
        await File.WriteAllTextAsync(Path.Combine(dataPath, "encoders"), "a file where the folder should be");
        var error = await Should.ThrowAsync<EncoderDownloadException>(PullAsync());
        error.Message.ShouldContain("could not be written");
    }

    [Fact]
    public async Task Keeps_what_has_come_when_the_person_gives_up()
    {
        using var cancel = new CancellationTokenSource();
        var reports = new Reports { OnReport = cancel.Cancel };
        await Should.ThrowAsync<OperationCanceledException>(PullAsync(progress: reports, cancellationToken: cancel.Token));
        new FileInfo(Part).Length.ShouldBeGreaterThan(0);
        await PullAsync();
        (await File.ReadAllBytesAsync(Target)).ShouldBe(content);
    }

    [Fact]
    public void The_known_download_is_pinned_to_content()
    {
        var encoder = EncoderCatalog.Find("all-minilm-l6-v2")!;
        encoder.Files.Select(file => file.Name).ShouldBe(["vocab.txt", "model.onnx"]);
        encoder.Files.ShouldAllBe(file => file.Sha256.Length == 64 && file.Bytes > 0 && file.Address.Scheme == Uri.UriSchemeHttps);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await server.DisposeAsync();
        Directory.Delete(dataPath, recursive: true);
    }

    private Task<string> PullAsync(
        Func<EncoderFile, EncoderFile>? change = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var file = new EncoderFile("file.bin", server.Address, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));
        var encoder = new KnownEncoder(EncoderSpec.AllMiniLmL6V2, [change?.Invoke(file) ?? file]);
        return new EncoderDownload(http).PullAsync(encoder, dataPath, progress, cancellationToken);
    }

    private sealed class Reports : IProgress<DownloadProgress>
    {
        public List<DownloadProgress> All { get; } = [];

        public Action? OnReport { get; init; }

        public void Report(DownloadProgress value)
        {
            All.Add(value);
            OnReport?.Invoke();
        }
    }
}
