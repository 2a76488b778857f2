using System.Collections.ObjectModel;
using LeadGen.Infrastructure.Crm.Consent;
using LeadGen.Infrastructure.Data.Tenants;

namespace LeadGen.Infrastructure.Crm;

/// <summary>What LeadGen needs of a CRM. One class for each vendor, stateless; whatever the vendor calls things, these words come out.</summary>
/// <remarks>Every call may throw <see cref="CrmException"/> and nothing else that the vendor could cause.</remarks>
public interface ICrmConnector
{
    CrmKind Kind { get; }

    /// <summary>Most records of one <see cref="PushAsync"/>.</summary>
    int Batch { get; }

    /// <summary>How people let LeadGen in at the vendor's own page; null where it has none.</summary>
    /// <param name="address">As in <see cref="CrmSettings.BaseUrl"/>.</param>
    ConsentTerms? Consent(string? address) => null;

    /// <summary>A real call with these credentials.</summary>
    /// <returns>Whose account it is, for people to recognise.</returns>
    Task<CrmAccount> TestAsync(CrmConnection connection, CancellationToken cancellationToken);

    /// <summary>The properties of a person's and a company's record there.</summary>
    Task<IReadOnlyList<CrmField>> FieldsAsync(CrmConnection connection, CancellationToken cancellationToken);

    /// <summary>Lays down properties of ours that are not there yet (score, grade, intent, fit). Repeating it changes nothing.</summary>
    Task CreateFieldsAsync(CrmConnection connection, IReadOnlyList<CrmField> fields, CancellationToken cancellationToken);

    /// <summary>The stages that a deal or lead passes there, to be given a meaning here.</summary>
    Task<IReadOnlyList<CrmStage>> StagesAsync(CrmConnection connection, CancellationToken cancellationToken);

    /// <summary>Creates or updates, found by remote id, else by e-mail; companies are found by domain, else by name, and tied to the person.</summary>
    /// <param name="connection">The account.</param>
    /// <param name="records">1 to <see cref="Batch"/>.</param>
    /// <param name="cancellationToken">Ends the call; repeating the push must be harmless.</param>
    /// <returns>One answer for each record, in order; a bad one rejects no other.</returns>
    Task<IReadOnlyList<CrmPushed>> PushAsync(CrmConnection connection, IReadOnlyList<CrmRecord> records, CancellationToken cancellationToken);

    /// <summary>A back-fill of more records than this goes by jobs that run there; null where the vendor has none.</summary>
    int? JobsAbove => null;

    /// <summary>Hands records over as jobs, which go on there by themselves. What a record's own trouble keeps out of them is left out.</summary>
    /// <param name="connection">The account.</param>
    /// <param name="records">Any number that fits into memory.</param>
    /// <param name="keep">Stores a job's id before anything is sent to it; false when nothing more is to be sent.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Whether everything was handed over.</returns>
    Task<bool> SubmitAsync(
        CrmConnection connection, IReadOnlyList<CrmRecord> records, Func<string, CancellationToken, Task<bool>> keep, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{Kind} has no jobs.");

    /// <summary>How jobs stand, in order. One that was never handed over as a whole is ended there.</summary>
    Task<IReadOnlyList<CrmJobState>> LookAsync(CrmConnection connection, IReadOnlyList<string> jobs, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{Kind} has no jobs.");

    /// <summary>Ends jobs that take too long.</summary>
    Task EndAsync(CrmConnection connection, IReadOnlyList<string> jobs, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{Kind} has no jobs.");

    /// <summary>What finished jobs saved.</summary>
    /// <param name="connection">The account.</param>
    /// <param name="jobs">Those that are done.</param>
    /// <param name="records">The leads with all values as they are by now.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The records that were saved, with <see cref="CrmPushed.Person"/> and <see cref="CrmPushed.Company"/>; no others.</returns>
    Task<IReadOnlyList<CrmPushed>> CollectAsync(
        CrmConnection connection, IReadOnlyList<string> jobs, IReadOnlyList<CrmRecord> records, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{Kind} has no jobs.");

    /// <summary>What changed there since the cursor, oldest first. For vendors without webhooks, and to catch up after missed ones.</summary>
    Task<CrmChanges> ChangesAsync(CrmConnection connection, string? cursor, CancellationToken cancellationToken);

    /// <summary>Proves that a call to our hook came from the vendor, and reads it. Nothing is looked up and nothing is changed.</summary>
    /// <returns>Null when the proof fails.</returns>
    IReadOnlyList<CrmEvent>? ReadHook(CrmConnection connection, CrmHook hook, DateTime now);

    /// <summary>Whether changes there must be asked for, since nothing tells of them.</summary>
    bool Polls(IReadOnlyDictionary<string, string> secrets) => !secrets.ContainsKey("hookSecret") && !secrets.ContainsKey("hookUser");

    /// <summary>Reads the records that events name, where the event itself does not carry the values. Missing ones come back as deleted.</summary>
    Task<IReadOnlyList<CrmRemote>> ReadAsync(CrmConnection connection, IReadOnlyList<string> remoteIds, CancellationToken cancellationToken);
}

/// <summary>An account and the means to reach it, for the length of one job.</summary>
/// <param name="IntegrationId">Whose.</param>
/// <param name="Settings">What is not secret.</param>
/// <param name="Secrets">By name: <c>token</c>, <c>refreshToken</c>, <c>clientSecret</c>, <c>appSecret</c>, <c>privateKey</c>, <c>hookSecret</c>, <c>hookUser</c> …</param>
/// <param name="Http">The guarded client.</param>
/// <param name="KeepAsync">Stores secrets that the vendor renewed.</param>
public sealed record CrmConnection(
    Guid IntegrationId,
    CrmSettings Settings,
    IReadOnlyDictionary<string, string> Secrets,
    HttpClient Http,
    Func<IReadOnlyDictionary<string, string>, CancellationToken, Task> KeepAsync)
{
    /// <summary>The secrets as they are stored by now; null when they were entered anew since, or the connection is gone.</summary>
    public Func<CancellationToken, Task<IReadOnlyDictionary<string, string>?>> StoredAsync { get; init; } = static _ => Task.FromResult<IReadOnlyDictionary<string, string>?>(null);

    /// <summary>Properties of the person's record whose values are asked for when records are read.</summary>
    public IReadOnlyList<string> Wanted { get; init; } = [];
}

/// <param name="Id">The account's id there.</param>
/// <param name="Name">Its name.</param>
/// <param name="Note">Something a person should know before going on (rights missing, few calls left), or null.</param>
public sealed record CrmAccount(string Id, string Name, string? Note = null);

/// <param name="Name">The vendor's name.</param>
/// <param name="Label">What people read there.</param>
/// <param name="Type"><c>text</c>, <c>number</c>, <c>date</c>, <c>bool</c>, <c>choice</c>, <c>list</c>.</param>
/// <param name="Writable">Can be pushed.</param>
/// <param name="OfCompany">On the company's record.</param>
public sealed record CrmField(string Name, string Label, string Type, bool Writable, bool OfCompany)
{
    public IReadOnlyList<string> Choices { get; init; } = [];
}

public sealed record CrmStage(string Id, string Label, bool IsWon, bool IsLost);

/// <summary>A lead as it is to stand there.</summary>
/// <param name="LeadId">Ours.</param>
/// <param name="RemoteId">Theirs, when known.</param>
/// <param name="RemoteCompanyId">Theirs, when known.</param>
/// <param name="Email">Canonical, when known.</param>
/// <param name="Person">Values by remote name.</param>
/// <param name="Company">Values by remote name; empty when the lead has none.</param>
public sealed record CrmRecord(
    Guid LeadId,
    string? RemoteId,
    string? RemoteCompanyId,
    string? Email,
    IReadOnlyDictionary<string, string> Person,
    IReadOnlyDictionary<string, string> Company)
{
    /// <summary>The same at every attempt.</summary>
    public Guid? MessageId { get; init; }
}

/// <param name="LeadId">Ours.</param>
/// <param name="RemoteId">Theirs; null when <paramref name="Error"/> says why it was refused.</param>
/// <param name="RemoteCompanyId">Theirs, where there is one.</param>
/// <param name="Url">Where a person sees it.</param>
/// <param name="Error">In plain words, with the field's name.</param>
public sealed record CrmPushed(Guid LeadId, string? RemoteId, string? RemoteCompanyId, string? Url, string? Error = null)
{
    /// <summary>The record was deleted there: it is not made anew.</summary>
    public bool Gone { get; init; }

    /// <summary>What stands there now of the values that a job sent, by remote name.</summary>
    public IReadOnlyDictionary<string, string> Person { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <inheritdoc cref="Person"/>
    public IReadOnlyDictionary<string, string> Company { get; init; } = ReadOnlyDictionary<string, string>.Empty;
}

public enum CrmJobState
{
    Running,
    Done,

    /// <summary>Given up, ended or unknown there: what it saved is not known.</summary>
    Failed,
}

/// <summary>A record as it stands there.</summary>
/// <param name="RemoteId">Theirs.</param>
/// <param name="Email">If it has one.</param>
/// <param name="Values">By remote name.</param>
/// <param name="Stage">Id of the stage of its deal or lead, if any.</param>
/// <param name="At">UTC, last change there.</param>
public sealed record CrmRemote(string RemoteId, string? Email, IReadOnlyDictionary<string, string> Values, string? Stage, DateTime At)
{
    public bool Deleted { get; init; }

    /// <summary>Values that are not among these stand as they were; else they are empty there.</summary>
    public bool IsPart { get; init; }

    /// <summary>The id that was asked for, where another record answers for it.</summary>
    public string? AskedAs { get; init; }

    /// <summary>The record that this one was merged into there.</summary>
    public string? MergedInto { get; init; }
}

/// <param name="Records">Oldest first.</param>
/// <param name="Cursor">Where to go on.</param>
/// <param name="More">There are more already.</param>
public sealed record CrmChanges(IReadOnlyList<CrmRemote> Records, string Cursor, bool More);

/// <summary>A call to our hook, as it came.</summary>
/// <param name="Method">Upper case.</param>
/// <param name="Uri">The public address that was called, query included.</param>
/// <param name="Headers">Names in any case.</param>
/// <param name="Body">The bytes.</param>
public sealed record CrmHook(string Method, Uri Uri, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body);

/// <param name="EventId">The vendor's id; a hash of the content where there is none.</param>
/// <param name="RemoteId">The record that it is about.</param>
/// <param name="OccurredAt">UTC.</param>
/// <param name="Record">The record, where the event carries it; else it is read.</param>
/// <param name="Payload">JSON of this one event.</param>
public sealed record CrmEvent(string EventId, string RemoteId, DateTime OccurredAt, CrmRemote? Record, string Payload);

/// <summary>What a vendor did instead of answering as hoped.</summary>
public sealed class CrmException(CrmTrouble trouble, string message, Exception? inner = null) : Exception(message, inner)
{
    public CrmTrouble Trouble => trouble;

    public int? Status { get; init; }
    public TimeSpan? RetryAfter { get; init; }
}

public enum CrmTrouble
{
    /// <summary>Not there, too slow, or broken: later.</summary>
    Unavailable,

    /// <summary>Too fast, or the day's calls are used up: not before <see cref="CrmException.RetryAfter"/>.</summary>
    Throttled,

    /// <summary>Credentials or rights: a person must act.</summary>
    Refused,

    /// <summary>The request itself: repeating it cannot help.</summary>
    Invalid,
}
