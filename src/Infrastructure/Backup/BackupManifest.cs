using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Tenants;

namespace LeadGen.Infrastructure.Backup;

/// <summary>
/// What stands beside the rows in a backup: <c>manifest.json</c> of a ZIP file whose <c>tables/NAME.ndjson</c> hold a row a line and whose
/// <c>imports/</c> holds uploads that are not read to their end. Nothing in it depends on the kind of database.
/// </summary>
/// <param name="Format">1.</param>
/// <param name="Schema">Name of the last migration; an older program cannot read a newer one's rows.</param>
/// <param name="Slug">Of the tenant that was backed up.</param>
/// <param name="Name">As people call it.</param>
/// <param name="At">The moment whose state this is, UTC.</param>
/// <param name="HashKey">Secret of the tombstones, in the clear: without it the erased would come back.</param>
/// <param name="ScoringEpoch">See <see cref="TenantMeta"/>.</param>
/// <param name="Settings">What the tenant set for itself.</param>
/// <param name="Members">Who may enter. Passwords are people's own and stay with the installation.</param>
/// <param name="Keys">Hashes of API keys: programs go on after a restore.</param>
/// <param name="Rows">How many each table has.</param>
public sealed record BackupManifest(
    int Format,
    string Schema,
    string Slug,
    string Name,
    DateTime At,
    byte[] HashKey,
    int ScoringEpoch,
    TenantSettings Settings,
    IReadOnlyList<BackedUpMember> Members,
    IReadOnlyList<ApiKey> Keys,
    IReadOnlyDictionary<string, long> Rows)
{
    public const int CurrentFormat = 1;
    public const string Entry = "manifest.json";

    public static string TableEntry(string table) => $"tables/{table}.ndjson";
}

/// <summary>A member by the address that every installation knows them by.</summary>
public sealed record BackedUpMember(string Email, string Name, MemberRole Role, DateTime Since);

/// <summary>A file is no backup, or cannot be taken in; the message says why and what to do.</summary>
public sealed class BackupException(string message, Exception? inner = null) : Exception(message, inner);
