using LeadGen.Pipeline.Ingestion;

namespace LeadGen.Portal.Importing;

/// <summary>States of an import in words.</summary>
internal static class ImportWords
{
    public static string State(Import import) => import.State switch
    {
        ImportState.Queued => "Waiting",
        ImportState.Running when import.StoredAt is not null => "Scoring",
        ImportState.Running => "Reading",
        ImportState.Paused => "Paused",
        ImportState.Done => "Done",
        ImportState.Failed => "Failed",
        ImportState.Cancelled => "Cancelled",
        _ => "Taken back",
    };

    public static string? Tone(Import import) => import.State switch
    {
        ImportState.Failed => "red",
        ImportState.Paused => "warns",
        _ => IsUnderWay(import) ? "pine" : null,
    };

    public static string Dot(Import import) => import.State switch
    {
        ImportState.Failed => "red",
        ImportState.Cancelled or ImportState.Reverted or ImportState.Done => "grey",
        ImportState.Paused => "warns",
        _ => "",
    };

    /// <summary>What to call an import whose rows are all in.</summary>
    public static bool IsStored(Import import) => import.StoredAt is not null || !IsUnderWay(import);

    public static bool IsUnderWay(Import import) => import.State is ImportState.Queued or ImportState.Running or ImportState.Paused;
}
