using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LeadGen.Infrastructure.Crm.Wire;

namespace LeadGen.Infrastructure.Crm.Pipedrive;

/// <summary>Webhooks v2: proved by HTTP Basic with the user and password that the webhook was made with.</summary>
/// <remarks>
/// Pipedrive developers, "Guide for Webhooks v2" and "Webhooks v2 migration guide": <c>meta</c> (<c>action</c> create, change or delete;
/// <c>entity</c>, <c>entity_id</c>, <c>id</c>, <c>timestamp</c>, <c>attempt</c> 1 to 4, <c>merged_to_id</c> at a delete that was a merge), <c>data</c>
/// (own fields as objects with a type; options by id only), <c>previous</c>. Retries repeat the event, so its id tells doubles.
/// </remarks>
internal static class PipedriveHook
{
    public static IReadOnlyList<CrmEvent>? Read(IReadOnlyDictionary<string, string> secrets, CrmHook hook)
    {
        var header = hook.Headers.FirstOrDefault(h => string.Equals(h.Key, "Authorization", StringComparison.OrdinalIgnoreCase)).Value;
        return IsProved(secrets, header) ? Read(hook.Body) : null;
    }

    /// <summary>Compares digests of equal length, so that the time taken tells nothing of how much was right.</summary>
    private static bool IsProved(IReadOnlyDictionary<string, string> secrets, string? header)
    {
        var user = secrets.GetValueOrDefault("hookUser") ?? "";
        var password = secrets.GetValueOrDefault("hookSecret") ?? "";
        var given = header is not null && header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) ? header[6..].Trim() : "";
        var buffer = new byte[given.Length];
        var length = Convert.TryFromBase64String(given, buffer, out var written) ? written : 0;
        var isSame = CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(buffer.AsSpan(0, length)), SHA256.HashData(Encoding.UTF8.GetBytes($"{user}:{password}")));
        return isSame && user.Length > 0 && password.Length > 0;
    }

    private static IReadOnlyList<CrmEvent> Read(ReadOnlyMemory<byte> body)
    {
        JsonView json;
        try
        {
            json = new JsonView(JsonElement.Parse(body.Span));
        }
        catch (JsonException broken)
        {
            throw new CrmException(CrmTrouble.Invalid, "Pipedrive's hook sent something that is not JSON.", broken);
        }

        var meta = json["meta"];
        var at = meta["timestamp"].Time ?? json["data"]["update_time"].Time;
        if (at is null || meta["entity"].Text is not { } entity || meta["action"].Text is not { } action)
        {
            return [];
        }

        var about = (entity, action) switch
        {
            ("person", "create" or "change") => Person(meta, json["data"], json["previous"], at.Value),
            ("person", "delete") => Gone(meta, json["previous"], at.Value),
            ("deal", "create" or "change") => Deal(json["data"], at.Value),
            ("lead", "create" or "change") => Lead(json["data"]),
            _ => null,
        };
        return about is not ({ } id, var record) ? [] : [new CrmEvent(EventId(json, entity, action), id, at.Value, record, Encoding.UTF8.GetString(body.Span))];
    }

    private static (string Id, CrmRemote? Record)? Person(JsonView meta, JsonView data, JsonView previous, DateTime at)
    {
        var id = data["id"].Text ?? meta["entity_id"].Text;
        if (!PipedriveRecords.IsId(id))
        {
            return null;
        }

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (code, value) in data["custom_fields"].Properties)
        {
            if (value["type"].Text is "enum" or "set")
            {
                return (id!, null); // by ids alone: the labels must be read
            }

            if (value["value"].Text is { Length: > 0 } text)
            {
                values[code] = text;
            }
        }

        foreach (var code in new[] { "name", "first_name", "last_name", "job_title", "org_id", "owner_id" })
        {
            if (data[code].Text is { Length: > 0 } text)
            {
                values[code] = text;
            }
        }

        foreach (var code in new[] { "email", "phone" })
        {
            if (PipedriveRecords.Primary(data[code + "s"]) is { Length: > 0 } text)
            {
                values[code] = text;
            }
        }

        // What had a value before and has none now was cleared; of what is in neither, the event says nothing.
        foreach (var (name, _) in previous.Properties.Concat(previous["custom_fields"].Properties))
        {
            values.TryAdd(name is "emails" or "phones" ? name[..^1] : name, "");
        }

        values.Remove("custom_fields");
        return (id!, new CrmRemote(id!, values.GetValueOrDefault("email"), values, null, data["update_time"].Time ?? at) { IsPart = true });
    }

    private static (string Id, CrmRemote? Record)? Gone(JsonView meta, JsonView previous, DateTime at)
    {
        var id = meta["entity_id"].Text ?? previous["id"].Text;
        var winner = meta["merged_to_id"].Text;
        return PipedriveRecords.IsId(id) ? (id!, PipedriveRecords.Gone(id!, at, PipedriveRecords.IsId(winner) ? winner : null)) : null;
    }

    private static (string Id, CrmRemote? Record)? Deal(JsonView data, DateTime at) =>
        PipedriveChanges.Deal(data, at) is { } record ? (record.RemoteId, record) : null;

    /// <summary>A lead that became a deal is archived, too; so what it means is read together with the person's deals.</summary>
    private static (string Id, CrmRemote? Record)? Lead(JsonView data) =>
        PipedriveRecords.IsId(data["person_id"].Text) ? (data["person_id"].Text!, null) : null;

    private static string EventId(JsonView json, string entity, string action)
    {
        if (json["meta"]["id"].Text is { Length: > 0 and <= 100 } id)
        {
            return $"{entity}.{action}.{id}";
        }

        var content = $"{entity}\n{action}\n{json["meta"]["entity_id"].Text}\n{json["meta"]["timestamp"].Text}\n{json["data"].Raw}\n{json["previous"].Raw}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
    }
}
