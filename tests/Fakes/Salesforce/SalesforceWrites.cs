using System.Globalization;
using System.Text.Json;

namespace LeadGen.Fakes.Salesforce;

/// <summary>Checks and saves records, for collections and jobs alike.</summary>
internal sealed class SalesforceWrites(SalesforceStore store)
{
    /// <summary>Ids that somebody else is changing, with how many tries more find them so.</summary>
    public Dictionary<string, int> Locked { get; } = [];

    /// <summary>A duplicate rule that blocks a second lead with the same e-mail address.</summary>
    public bool BlocksDuplicates { get; set; }

    /// <summary>What makes the whole call unreadable, or null.</summary>
    public string? Unreadable(string type, JsonElement record)
    {
        foreach (var property in record.EnumerateObject().Where(p => p.Name is not ("attributes" or "id" or "Id")))
        {
            if (Column(type, property.Name) is not { } column)
            {
                return $"No such column '{property.Name}' on sobject of type {type}";
            }

            if (column.Type is "int" or "currency" or "double" && property.Value.ValueKind == JsonValueKind.String
                && !decimal.TryParse(property.Value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            {
                return $"Cannot deserialize instance of {column.Type} from VALUE_STRING value {property.Value.GetString()} or request may be missing a required field";
            }
        }

        return null;
    }

    public object Update(string type, string id, IEnumerable<KeyValuePair<string, object?>> values)
    {
        if (Locked.TryGetValue(id, out var times) && times > 0)
        {
            Locked[id] = times - 1;
            return SalesforceAnswers.Refused("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record or 1 records: " + id);
        }

        if (store.Find(id) is not { } row || row.Type != type || row.Purged)
        {
            return SalesforceAnswers.Refused("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id");
        }

        if (row.Deleted)
        {
            return SalesforceAnswers.Refused("ENTITY_IS_DELETED", "entity is deleted");
        }

        if (row["IsConverted"] is true)
        {
            return SalesforceAnswers.Refused("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead");
        }

        var taken = values.ToDictionary(v => v.Key, v => v.Value);
        if (Refusal(type, taken, row) is { } refusal)
        {
            return refusal;
        }

        store.Update(row, taken);
        return new { id, success = true, errors = Array.Empty<object>(), created = false };
    }

    public object Create(string type, IEnumerable<KeyValuePair<string, object?>> values)
    {
        var taken = values.ToDictionary(v => v.Key, v => v.Value);
        if (Refusal(type, taken, null) is { } refusal)
        {
            return refusal;
        }

        if (BlocksDuplicates && taken.GetValueOrDefault("Email") is string email
            && store.All(type).Any(r => !r.Deleted && email.Equals(r["Email"] as string, StringComparison.OrdinalIgnoreCase)))
        {
            return SalesforceAnswers.Refused("DUPLICATES_DETECTED", "Use one of these records?");
        }

        var made = store.Create(type, taken);
        return new { id = made.Id, success = true, errors = Array.Empty<object>(), created = true };
    }

    public object Upsert(string type, string field, IEnumerable<KeyValuePair<string, object?>> values)
    {
        var taken = values.ToList();
        var key = taken.FirstOrDefault(v => v.Key.Equals(field, StringComparison.OrdinalIgnoreCase)).Value?.ToString();
        if (string.IsNullOrEmpty(key))
        {
            return SalesforceAnswers.Refused("MISSING_ARGUMENT", $"{field} not specified");
        }

        var known = store.FindBy(type, field, key);
        return known is null ? Create(type, taken) : Update(type, known.Id, taken);
    }

    public SalesforceColumn? Column(string type, string name) =>
        store.Columns.GetValueOrDefault(type)?.Find(c => !c.Hidden && c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>A JSON or CSV value as the column keeps it.</summary>
    public object? Typed(string type, string name, object? value) => (Column(type, name)?.Type, value) switch
    {
        (_, null) => null,
        ("int" or "currency" or "double", string text) => decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
        ("boolean", string text) => text.Equals("true", StringComparison.OrdinalIgnoreCase),
        ("date" or "datetime", string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).UtcDateTime,
        _ => value,
    };

    private object? Refusal(string type, Dictionary<string, object?> values, SalesforceRow? known)
    {
        foreach (var column in store.Columns[type].Where(c => c.Required))
        {
            if (values.TryGetValue(column.Name, out var value) ? value is null or "" : known is null)
            {
                return SalesforceAnswers.Refused("REQUIRED_FIELD_MISSING", $"Required fields are missing: [{column.Name}]", column.Name);
            }
        }

        foreach (var (name, value) in values)
        {
            var column = Column(type, name)!;
            if (!column.Writable)
            {
                return SalesforceAnswers.Refused("INVALID_FIELD_FOR_INSERT_UPDATE", $"Unable to create/update fields: {name}. Please check the security settings of this field.", name);
            }

            if (value is string text && column.Type is "string" or "picklist" && text.Length > column.Length)
            {
                return SalesforceAnswers.Refused("STRING_TOO_LONG", $"{column.Label}: data value too large: {text[..20]}... (max length={column.Length})", name);
            }

            if (column.Type == "email" && value is string email && (!email.Contains('@', StringComparison.Ordinal) || email.Contains(' ', StringComparison.Ordinal)))
            {
                return SalesforceAnswers.Refused("INVALID_EMAIL_ADDRESS", $"{column.Label}: invalid email address: {email}", name);
            }
        }

        return null;
    }
}
