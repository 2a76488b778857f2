using System.Text.Json.Nodes;
using LeadGen.Infrastructure.Crm.Wire;

namespace LeadGen.Infrastructure.Crm.Pipedrive;

/// <summary>Values of leads as API v2 takes them.</summary>
internal static class PipedriveValues
{
    /// <exception cref="CrmException">Invalid: a field that is not there, or a value that does not fit it.</exception>
    public static JsonObject Fill(IReadOnlyDictionary<string, string> values, PipedriveSchema schema)
    {
        var fields = new JsonObject();
        var own = new JsonObject();
        foreach (var (name, value) in values.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            if (schema.Find(name) is not { } field)
            {
                throw new CrmException(CrmTrouble.Invalid, $"{name}: Pipedrive has no such field.");
            }

            if (!field.IsWritable)
            {
                throw new CrmException(CrmTrouble.Invalid, $"{field.Name}: cannot be written in Pipedrive.");
            }

            if (!field.TryWrite(value, out var node))
            {
                throw new CrmException(CrmTrouble.Invalid, field.Kind is "choice" or "list"
                    ? $"{field.Name}: the value is not one of the choices in Pipedrive ({string.Join(", ", field.Options.Values)})."
                    : $"{field.Name}: the value is no {field.Kind}.");
            }

            if (field.IsList)
            {
                fields[field.Wire] = value.Length > 0 ? new JsonArray(Entry(value, true)) : new JsonArray();
            }
            else
            {
                (field.IsCustom ? own : fields)[field.Code] = node;
            }
        }

        if (own.Count > 0)
        {
            fields["custom_fields"] = own;
        }

        return fields;
    }

    public static JsonNode Entry(string value, bool isPrimary, string? label = null) =>
        new JsonObject { ["value"] = value, ["primary"] = isPrimary, ["label"] = label ?? "work" };

    public static string Id(JsonView made, string what) =>
        PipedriveRecords.IsId(made["data"]["id"].Text) ? made["data"]["id"].Text! : throw new CrmException(CrmTrouble.Unavailable, $"Pipedrive made a {what} without naming its id.");
}
