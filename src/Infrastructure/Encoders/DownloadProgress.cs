namespace LeadGen.Infrastructure.Encoders;

/// <summary>How far a download is.</summary>
/// <param name="File">The file under way.</param>
/// <param name="Done">Bytes that are on the disk, those of an earlier try included.</param>
/// <param name="Total">Bytes of the whole file.</param>
public readonly record struct DownloadProgress(string File, long Done, long Total);
