namespace LeadGen.Infrastructure.Data.Tenants;

/// <summary>A CRM that this tenant is connected with.</summary>
public sealed class Integration
{
    public required Guid Id { get; init; }
    public required CrmKind Kind { get; init; }
    public required string Name { get; set; }

    /// <summary>Random part of the address that the CRM calls: <c>/hooks/{tenant}/{key}</c>.</summary>
    public required string HookKey { get; init; }

    public IntegrationState State { get; set; } = IntegrationState.Connecting;

    /// <summary>Address, account and the like; nothing secret.</summary>
    public CrmSettings Settings { get; set; } = new();

    /// <summary>Tokens and keys as JSON, protected for this tenant.</summary>
    public required string Secrets { get; set; }

    /// <summary>Which field goes where.</summary>
    public List<CrmFieldMapping> Mapping { get; set; } = [];

    /// <summary>Which leads are pushed.</summary>
    public CrmRules Rules { get; set; } = new();

    /// <summary>How far changes there were read, in the CRM's own terms.</summary>
    public string? Cursor { get; set; }

    public CrmBackfill? Backfill { get; set; }

    /// <summary>Since when nothing gets through; null while it works.</summary>
    public DateTime? FailingSince { get; set; }

    /// <summary>Why it is not active, in plain words.</summary>
    public string? StateReason { get; set; }

    /// <summary>The CRM asked us to wait until then.</summary>
    public DateTime? HoldUntil { get; set; }

    public required DateTime CreatedAt { get; init; }
    public required string CreatedBy { get; init; }
    public int Revision { get; set; } = 1;
}

public enum CrmKind
{
    HubSpot,
    Salesforce,
    Pipedrive,
    Webhook,
}

public enum IntegrationState
{
    /// <summary>Its steps are not finished: nothing is sent.</summary>
    Connecting,
    Active,
    Paused,

    /// <summary>The CRM refuses us (token withdrawn, rights missing): a person must act.</summary>
    Broken,
}

/// <summary>What is known of the account, not secret.</summary>
public sealed record CrmSettings
{
    /// <summary>Base address of the API; the vendor's own when null.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>How the account is named there, shown to people and used in links.</summary>
    public string? Account { get; init; }

    /// <summary>Id of the account there (HubSpot portal, Salesforce organisation, Pipedrive company).</summary>
    public string? AccountId { get; init; }

    public string? ClientId { get; init; }
    public string? UserName { get; init; }

    /// <summary>Somebody signed in at the vendor's own page and let the app with <see cref="ClientId"/> in; else credentials were entered.</summary>
    public bool ByConsent { get; init; }

    /// <summary>What leads become there, where the CRM knows several: <c>Lead</c> (default) or <c>Contact</c> in Salesforce, <c>Lead</c> (default) or <c>Person</c> in Pipedrive.</summary>
    public string? Entity { get; init; }

    /// <summary>Stage names there, by the outcome that they mean here (<c>Won</c>, <c>Lost</c>, <c>MeetingBooked</c>).</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Stages { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}

/// <summary>One field here and its fellow there.</summary>
/// <param name="Field">As in LeadFields, or <c>score.value</c>, <c>score.grade</c>, <c>score.probability</c>, <c>intent</c>, <c>fit</c>.</param>
/// <param name="Remote">The CRM's name of the property.</param>
/// <param name="Direction">Which way values go.</param>
/// <param name="Wins">Who wins when both changed since the last sync.</param>
/// <param name="Transform">None, <c>upper</c>, <c>lower</c>, <c>first</c> (first of a list), <c>map:a=b;c=d</c>.</param>
public sealed record CrmFieldMapping(string Field, string Remote, CrmDirection Direction, CrmSide Wins, string? Transform = null)
{
    /// <summary>On the company's record there; such fields are only pushed.</summary>
    public bool OfCompany { get; init; }
}

public enum CrmDirection
{
    Push,
    Pull,
    Both,
}

public enum CrmSide
{
    Ours,
    Theirs,
}

/// <summary>Which leads are pushed; all conditions must hold, empty ones do.</summary>
public sealed record CrmRules
{
    /// <summary>Lowest grade that goes (A is the best); null for all.</summary>
    public string? MinGrade { get; init; }

    public IReadOnlyList<string> Intents { get; init; } = [];
    public IReadOnlyList<string> Tags { get; init; } = [];
    public bool OnlyWithConsent { get; init; }

    /// <summary>The other way: people of the CRM that LeadGen does not have yet become leads when their records change.</summary>
    public bool BringIn { get; init; }
}

/// <summary>A push of all leads that the rules let through; goes on where it stopped.</summary>
public sealed record CrmBackfill(DateTime StartedAt, int Total, int Queued, Guid? After, DateTime? DoneAt)
{
    /// <summary>The portion that goes by jobs of the CRM at the moment: the leads after <see cref="After"/>.</summary>
    public CrmBackfillJobs? Jobs { get; init; }
}

/// <param name="Last">The portion's last lead.</param>
/// <param name="Count">How many leads it has.</param>
/// <param name="Ids">Jobs there, stored before anything was sent to them.</param>
/// <param name="Submitted">All was handed over.</param>
/// <param name="Token">Who is at it.</param>
/// <param name="Until">UTC: until then it belongs to <paramref name="Token"/>; afterwards somebody looks again.</param>
/// <param name="Since">UTC, when this try began.</param>
/// <param name="Tries">Tries before this one that ended without a result.</param>
public sealed record CrmBackfillJobs(
    Guid Last, int Count, IReadOnlyList<string> Ids, bool Submitted, Guid Token, DateTime Until, DateTime Since, int Tries);

/// <summary>Somebody was sent to a vendor's page and is expected back; good for one return.</summary>
public sealed class CrmConsent
{
    /// <summary>SHA-256 of the random part of <c>state</c>, as hex.</summary>
    public required string Hash { get; init; }

    /// <summary>Who was sent there: nobody else may come back with it.</summary>
    public required Guid UserId { get; init; }

    public required CrmKind Kind { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime Until { get; init; }

    /// <summary>What was asked for, as JSON, protected for this tenant: the verifier and perhaps an app's secret are in it.</summary>
    public required string Wish { get; init; }
}

/// <summary>A lead and its record in a CRM.</summary>
public sealed class CrmLink
{
    public required Guid IntegrationId { get; init; }
    public required Guid LeadId { get; init; }
    public required string RemoteId { get; set; }

    /// <summary>Id of the company's record there, where there is one.</summary>
    public string? RemoteCompanyId { get; set; }

    /// <summary>Where a person sees the record.</summary>
    public string? Url { get; set; }

    public DateTime? SyncedAt { get; set; }

    /// <summary>Version of the lead that was pushed last.</summary>
    public int SyncedVersion { get; set; }

    /// <summary>What was pushed or pulled last, by remote property: tells our own change coming back from theirs, and what is new to send.</summary>
    public Dictionary<string, string> Shared { get; set; } = [];

    /// <summary>When the record there last changed, as far as we saw.</summary>
    public DateTime? RemoteAt { get; set; }

    public string? Stage { get; set; }
    public bool Deleted { get; set; }
    public string? LastError { get; set; }
}
