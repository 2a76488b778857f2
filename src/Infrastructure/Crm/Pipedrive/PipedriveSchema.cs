using System.Globalization;
using System.Text.Json.Nodes;
using LeadGen.Infrastructure.Crm.Wire;

namespace LeadGen.Infrastructure.Crm.Pipedrive;

/// <param name="Code">Its key: a word for standard fields, 40 hexadecimal digits for a company's own.</param>
internal sealed record PipedriveField(string Code, string Name, string Type, bool IsCustom, bool OfCompany, IReadOnlyDictionary<string, string> Options)
{
    /// <summary>In records of API v2 these are lists, under the name of many.</summary>
    public string Wire => IsList ? Code + "s" : Code;

    public bool IsList => !OfCompany && Code is "email" or "phone";

    public string? Kind => IsList ? "text" : Type switch
    {
        "varchar" or "varchar_auto" or "text" or "phone" or "address" => "text",
        "double" or "monetary" or "int" => "number",
        "date" => "date",
        "enum" => "choice",
        "set" => "list",
        "boolean" or "bool" => "bool",
        _ => null,
    };

    /// <summary>Standard fields that the API takes, and own ones of one value (an amount of money needs a currency, which we have not).</summary>
    public bool IsWritable => IsCustom
        ? Kind is not null && Type != "monetary"
        : OfCompany ? Code is "name" or "address" : Code is "name" or "first_name" or "last_name" or "email" or "phone";

    /// <returns>False when the value does not fit.</returns>
    public bool TryWrite(string value, out JsonNode? node)
    {
        node = null;
        if (value.Length == 0)
        {
            return true;
        }

        switch (Type)
        {
            case "double" or "int":
                if (!decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
                {
                    return false;
                }

                node = JsonValue.Create(number);
                return true;
            case "date":
                if (!DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
                {
                    return false;
                }

                node = time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                return true;
            case "enum":
                return TryOption(value, out node);
            case "set":
                var chosen = new JsonArray();
                foreach (var part in value.Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                {
                    if (!TryOption(part, out var option))
                    {
                        return false;
                    }

                    chosen.Add(option);
                }

                node = chosen;
                return true;
            case "boolean" or "bool":
                node = value.ToLowerInvariant() is "true" or "yes" or "1";
                return true;
            case "address":
                node = new JsonObject { ["value"] = value };
                return true;
            default:
                node = value;
                return true;
        }
    }

    /// <summary>The value in our words: options by their labels, compound values by their text.</summary>
    public string? Read(JsonView value) => Type switch
    {
        "enum" => value.Text is { } id ? Options.GetValueOrDefault(id, id) : null,
        "set" => value.Items.Any() ? string.Join(";", value.Items.Select(i => i.Text).OfType<string>().Select(i => Options.GetValueOrDefault(i, i))) : null,
        _ => value.IsObject ? value["value"].Text : value.Text,
    };

    private bool TryOption(string label, out JsonNode? node)
    {
        var id = Options.FirstOrDefault(o => string.Equals(o.Value, label, StringComparison.OrdinalIgnoreCase)).Key;
        node = long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : id is null ? null : JsonValue.Create(id);
        return id is not null;
    }
}

/// <summary>The fields of people or organisations.</summary>
/// <remarks>API reference, "PersonFields" and "OrganizationFields", v2.</remarks>
internal sealed record PipedriveSchema(IReadOnlyList<PipedriveField> Fields)
{
    public const string Person = "personFields";
    public const string Organization = "organizationFields";

    /// <summary>By its key; else, for own fields, by the name that people gave it.</summary>
    public PipedriveField? Find(string name)
    {
        var code = name is "emails" ? "email" : name is "phones" ? "phone" : name;
        return Fields.FirstOrDefault(f => string.Equals(f.Code, code, StringComparison.OrdinalIgnoreCase))
            ?? Fields.FirstOrDefault(f => f.IsCustom && CrmNames.Normal(f.Name) == CrmNames.Normal(name));
    }

    public static async Task<PipedriveSchema> ReadAsync(PipedriveSession session, string kind, CancellationToken cancellationToken)
    {
        if (session.Schemas.TryGetValue(kind, out var known))
        {
            return known;
        }

        var fields = new List<PipedriveField>();
        await foreach (var page in session.PagesAsync($"/api/v2/{kind}?limit=500", cancellationToken).ConfigureAwait(false))
        {
            fields.AddRange(page["data"].Items.Where(f => f["field_code"].Text is { Length: > 0 }).Select(f => Read(f, kind == Organization)));
        }

        if (fields.Count == 0)
        {
            throw new CrmException(CrmTrouble.Unavailable, "Pipedrive named no fields.");
        }

        // The API takes and gives both parts of the name, whether the list of fields names them or not.
        foreach (var part in kind == Person ? new[] { ("first_name", "First name"), ("last_name", "Last name") } : [])
        {
            if (fields.All(f => f.Code != part.Item1))
            {
                fields.Add(new PipedriveField(part.Item1, part.Item2, "varchar", false, false, new Dictionary<string, string>()));
            }
        }

        return session.Schemas[kind] = new PipedriveSchema(fields);
    }

    private static PipedriveField Read(JsonView field, bool ofCompany)
    {
        var options = new Dictionary<string, string>();
        foreach (var option in field["options"].Items)
        {
            if (option["id"].Text is { } id && option["label"].Text is { } label)
            {
                options[id] = label;
            }
        }

        var code = field["field_code"].Text!;
        code = !ofCompany && code is "emails" or "phones" ? code[..^1] : code;
        return new PipedriveField(code, field["field_name"].Text ?? code, field["field_type"].Text ?? "", field["is_custom_field"].IsTrue, ofCompany, options);
    }
}
