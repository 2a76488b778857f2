namespace LeadGen.Pipeline.Ingestion;

/// <summary>One file on its way in. In every end state <c>Created + Merged + Rejected + Duplicates = Rows</c>.</summary>
public sealed class Import
{
    public required Guid Id { get; init; }

    /// <summary>Name that the sender gave; shown, never used as a path.</summary>
    public required string FileName { get; init; }

    public long FileBytes { get; set; }

    /// <summary>SHA-256 of the file, hex.</summary>
    public string? FileHash { get; set; }

    public ImportState State { get; set; }
    public ImportSettings Settings { get; set; } = new();

    /// <summary>Rows accounted for so far, which is also the checkpoint to resume at.</summary>
    public long Rows { get; set; }

    public long Created { get; set; }

    /// <summary>Rows that changed an existing lead.</summary>
    public long Merged { get; set; }

    public long Rejected { get; set; }

    /// <summary>Rows that brought nothing new.</summary>
    public long Duplicates { get; set; }

    /// <summary>Why the whole import failed, for people.</summary>
    public string? Problem { get; set; }

    public required string Actor { get; init; }
    public required DateTime CreatedAt { get; init; }

    /// <summary>When every row was stored; scoring goes on until <see cref="FinishedAt"/>.</summary>
    public DateTime? StoredAt { get; set; }

    public DateTime? FinishedAt { get; set; }

    public Guid? ClaimToken { get; set; }
    public DateTime? ClaimedUntil { get; set; }
}

public enum ImportState
{
    Queued,
    Running,
    Paused,
    Done,
    Failed,
    Cancelled,
    Reverted,

    /// <summary>Uploaded and being looked at; nothing is taken from it until somebody starts it.</summary>
    Draft,
}

/// <summary>How to read the file: what was found, or what a person chose instead.</summary>
public sealed record ImportSettings
{
    /// <summary>IANA name (<c>utf-8</c>, <c>utf-16</c>, <c>windows-1252</c>); null = detect.</summary>
    public string? Encoding { get; init; }

    /// <summary>One of <c>, ; TAB |</c>; null = detect.</summary>
    public char? Delimiter { get; init; }

    /// <summary>XLSX sheet; null = first.</summary>
    public string? Sheet { get; init; }

    /// <summary>The first row names the columns; null = detect (it does, unless an e-mail address stands in it).</summary>
    public bool? Header { get; init; }

    /// <summary>Column name → field name, or <c>""</c> to leave the column out; columns not named are mapped automatically.</summary>
    public IReadOnlyDictionary<string, string> Mapping { get; init; } = new Dictionary<string, string>();

    /// <summary>What a row that meets an existing lead does.</summary>
    public MergeMode Merge { get; init; } = MergeMode.Update;

    /// <summary>By what a row finds the lead that it is about.</summary>
    public MatchKey Match { get; init; }

    /// <summary>Ends the import before anything is stored when more than <see cref="MostBad"/> of the first rows cannot be taken.</summary>
    public bool StopWhenBad { get; init; }

    /// <summary>Data rows of the file, once somebody counted them: tells how far an import is, never how the file is read.</summary>
    public long? RowCount { get; init; }

    /// <summary>Rows that <see cref="StopWhenBad"/> looks at.</summary>
    public const int FirstRows = 1_000;

    /// <summary>Share of rows that cannot be taken above which a file was most likely misunderstood.</summary>
    public const double MostBad = 0.2;

    /// <summary>Whether so many bad rows among the first ones end the import.</summary>
    public bool Stops(long bad, long rows) => StopWhenBad && bad > MostBad * rows;
}

/// <summary>By what an incoming lead finds the stored one.</summary>
public enum MatchKey
{
    /// <summary>The e-mail address, else name and company: the rules of <see cref="LeadIdentity"/>.</summary>
    EmailOrPerson,

    /// <summary>A record with an address only meets that address; one without still meets its like, since two leads cannot share a key.</summary>
    EmailOnly,

    /// <summary>The number that the source gives its records, else as <see cref="EmailOrPerson"/>.</summary>
    ExternalId,
}

public enum MergeMode
{
    /// <summary>Newer values replace older ones, except a person's edits.</summary>
    Update,

    /// <summary>Only empty fields are filled.</summary>
    FillEmpty,

    /// <summary>The existing lead stays as it is.</summary>
    Skip,
}

/// <summary>A row that could not be taken, for the error file.</summary>
public sealed class ImportError
{
    public long Id { get; init; }
    public required Guid ImportId { get; init; }

    /// <summary>Data row, counted from 1 below the header.</summary>
    public required long Row { get; init; }

    public string? Column { get; init; }
    public required string Reason { get; init; }

    /// <summary>The row's text as it stood, at most 2,000 characters.</summary>
    public string? Original { get; init; }
}
