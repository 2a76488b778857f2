using System.Globalization;
using System.Text.Json.Nodes;
using LeadGen.Infrastructure.Crm.Wire;

namespace LeadGen.Infrastructure.Crm.Salesforce;

internal sealed record SalesforceField(string Name, string Label, string Type, bool Createable, bool Updateable, IReadOnlyList<string> Choices)
{
    public bool IsWritable => Createable || Updateable;

    /// <summary>The type in our words; null for what is not one value (addresses, files).</summary>
    public string? Kind => Type switch
    {
        "string" or "textarea" or "phone" or "email" or "url" or "reference" or "id" or "encryptedstring" or "time" => "text",
        "int" or "long" or "double" or "currency" or "percent" => "number",
        "date" or "datetime" => "date",
        "boolean" => "bool",
        "picklist" or "combobox" => "choice",
        "multipicklist" => "list",
        _ => null,
    };

    /// <summary>The value as Salesforce takes it; an empty one clears the field.</summary>
    /// <returns>False when it does not fit the field's type.</returns>
    public bool TryWrite(string value, out JsonNode? node)
    {
        node = null;
        if (value.Length == 0)
        {
            return true;
        }

        switch (Type)
        {
            case "int" or "long" or "double" or "currency" or "percent":
                if (!decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
                {
                    return false;
                }

                node = JsonValue.Create(Type is "int" or "long" ? decimal.Round(number) : number);
                return true;
            case "boolean":
                node = value.ToLowerInvariant() switch
                {
                    "true" or "yes" or "1" => JsonValue.Create(true),
                    "false" or "no" or "0" => JsonValue.Create(false),
                    _ => null,
                };
                return node is not null;
            case "date" or "datetime":
                if (!DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
                {
                    return false;
                }

                node = Type == "date" ? time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : SalesforceApi.Stamp(time.UtcDateTime);
                return true;
            default:
                node = JsonValue.Create(value);
                return true;
        }
    }
}

/// <summary>The fields of an object as this user sees them.</summary>
/// <remarks>REST API Developer Guide, "sObject Describe".</remarks>
internal sealed record SalesforceSchema(string Object, bool Createable, bool Updateable, IReadOnlyList<SalesforceField> Fields)
{
    private readonly Dictionary<string, SalesforceField> byName = Fields.DistinctBy(f => f.Name, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(f => f.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>By its name there, or by the name that we asked for when it was laid down.</summary>
    public SalesforceField? Find(string name) =>
        byName.GetValueOrDefault(name) ?? Fields.FirstOrDefault(f => f.Name.EndsWith("__c", StringComparison.Ordinal) && CrmNames.Normal(f.Name) == CrmNames.Normal(name));

    public static async Task<SalesforceSchema> ReadAsync(SalesforceSession session, string name, CancellationToken cancellationToken)
    {
        if (session.Schemas.TryGetValue(name, out var known))
        {
            return known;
        }

        var answer = await session.CallAsync(HttpMethod.Get, $"{SalesforceApi.Data}/sobjects/{name}/describe", null, cancellationToken).ConfigureAwait(false);
        var json = answer.Json;
        if (!json["fields"].IsArray)
        {
            throw new CrmException(CrmTrouble.Unavailable, $"Salesforce described {name} without its fields.");
        }

        var fields = json["fields"].Items
            .Where(f => f["name"].Text is { Length: > 0 })
            .Select(f => new SalesforceField(
                f["name"].Text!,
                f["label"].Text ?? f["name"].Text!,
                f["type"].Text ?? "",
                f["createable"].IsTrue,
                f["updateable"].IsTrue,
                [.. f["picklistValues"].Items.Where(v => v["active"].Text != "false").Select(v => v["value"].Text).OfType<string>()]))
            .ToList();
        return session.Schemas[name] = new SalesforceSchema(name, json["createable"].IsTrue, json["updateable"].IsTrue, fields);
    }
}
