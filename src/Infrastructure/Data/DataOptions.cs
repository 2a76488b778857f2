using System.ComponentModel.DataAnnotations;

namespace LeadGen.Infrastructure.Data;

/// <summary>Where data lives; section <c>Data</c>.</summary>
public sealed class DataOptions : IValidatableObject
{
    public const string Section = "Data";

    /// <summary>Folder of everything kept on disk: SQLite files, uploads, encoders, keys. Relative to the working directory.</summary>
    [Required]
    public string Path { get; set; } = "data";

    public DataProvider Provider { get; set; } = DataProvider.Sqlite;

    /// <summary>PostgreSQL server, user and password; its database is the catalog, tenants get databases beside it.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Start of the names of tenant databases on a shared PostgreSQL server.</summary>
    [RegularExpression("^[a-z][a-z0-9_]{0,19}$")]
    public string DatabasePrefix { get; set; } = "leadgen";

    public string FullPath => System.IO.Path.GetFullPath(Path);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Provider == DataProvider.Postgres && string.IsNullOrWhiteSpace(ConnectionString))
        {
            yield return new ValidationResult("Data:ConnectionString is needed when Data:Provider is Postgres.", [nameof(ConnectionString)]);
        }
    }
}

public enum DataProvider
{
    Sqlite,
    Postgres,
}
