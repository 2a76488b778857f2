using System.Text;
using System.Text.Json.Nodes;
using LeadGen.Infrastructure.Crm.Wire;

namespace LeadGen.Infrastructure.Crm.Salesforce;

/// <summary>Lists fields, and lays down ours where LeadGen's user may change the set-up.</summary>
/// <remarks>
/// Tooling API, "CustomField": <c>POST tooling/sobjects/CustomField</c> with <c>FullName</c> and <c>Metadata</c>. Needs the right
/// "Customize Application". A new field is visible to nobody until a profile or permission set says so (Object Reference,
/// "FieldPermissions"), so the user's own profile is given it.
/// </remarks>
internal static class SalesforceFields
{
    public static CrmField Id { get; } = new(SalesforceApi.IdField, SalesforceApi.IdLabel, "text", true, false);

    public static async Task<IReadOnlyList<CrmField>> ListAsync(SalesforceSession session, CancellationToken cancellationToken)
    {
        var person = await SalesforceSchema.ReadAsync(session, session.Object, cancellationToken).ConfigureAwait(false);
        List<CrmField> fields = [.. Visible(person, false)];
        if (session.Object == "Contact")
        {
            fields.AddRange(Visible(await SalesforceSchema.ReadAsync(session, "Account", cancellationToken).ConfigureAwait(false), true));
        }

        return fields;
    }

    public static async Task CreateAsync(SalesforceSession session, IReadOnlyList<CrmField> fields, CancellationToken cancellationToken)
    {
        List<(string Object, CrmField Field)> missing = [];
        foreach (var field in fields.Where(f => f.Name != SalesforceApi.IdField).Prepend(Id))
        {
            var target = field.OfCompany && session.Object == "Contact" ? "Account" : session.Object;
            var schema = await SalesforceSchema.ReadAsync(session, target, cancellationToken).ConfigureAwait(false);
            if (schema.Find(field.Name) is null)
            {
                missing.Add((target, field));
            }
        }

        List<string> made = [];
        foreach (var (target, field) in missing)
        {
            var path = SalesforceApi.Data + "/tooling/sobjects/CustomField";
            var answer = await session.TryAsync(HttpMethod.Post, path, () => VendorWire.Body(Definition(target, field)), cancellationToken).ConfigureAwait(false);
            if (!answer.IsSuccess && SalesforceErrors.Code(answer.TryJson() ?? default) is not ("DUPLICATE_DEVELOPER_NAME" or "DUPLICATE_VALUE"))
            {
                throw Explain(SalesforceErrors.Of(answer, session.Now), target, [.. missing.Where(m => m.Object == target).Select(m => m.Field)]);
            }

            made.Add($"{target}.{ApiName(field.Name)}");
        }

        if (made.Count > 0)
        {
            session.Schemas.Clear();
            await ShowAsync(session, made, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What to tell an administrator who has to do it by hand.</summary>
    public static string Instruction(string target, IReadOnlyList<CrmField> fields) =>
        $"Ask a Salesforce administrator to add to {target} (Setup, Object Manager, {target}, Fields & Relationships): "
        + string.Join("; ", fields.Select(f => $"{f.Label}, name {ApiName(f.Name)[..^3]}, {Words(f)}"))
        + ". LeadGen's user must be allowed to see and edit them.";

    public static string ApiName(string name)
    {
        var bare = name.EndsWith("__c", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        var api = new StringBuilder();
        foreach (var letter in bare)
        {
            if (char.IsAsciiLetterOrDigit(letter))
            {
                api.Append(letter);
            }
            else if (api.Length > 0 && api[^1] != '_')
            {
                api.Append('_');
            }
        }

        var text = api.ToString().Trim('_');
        if (text.Length == 0 || !char.IsAsciiLetter(text[0]))
        {
            text = "LeadGen_" + text;
        }

        return text[..Math.Min(text.Length, 40)].TrimEnd('_') + "__c";
    }

    private static IEnumerable<CrmField> Visible(SalesforceSchema schema, bool ofCompany) =>
        from field in schema.Fields
        where field.Kind is not null && field.Name != SalesforceApi.IdField
        select new CrmField(field.Name, field.Label, field.Kind!, field.IsWritable, ofCompany) { Choices = field.Choices };

    private static JsonObject Definition(string target, CrmField field)
    {
        var metadata = new JsonObject { ["label"] = field.Label, ["required"] = false };
        switch (field.Type)
        {
            case "number":
                metadata["type"] = "Number";
                metadata["precision"] = 18;
                metadata["scale"] = 4;
                break;
            case "bool":
                metadata["type"] = "Checkbox";
                metadata["defaultValue"] = "false";
                break;
            case "date":
                metadata["type"] = "DateTime";
                break;
            case "choice" or "list" when field.Choices.Count > 0:
                metadata["type"] = field.Type == "choice" ? "Picklist" : "MultiselectPicklist";
                metadata["valueSet"] = new JsonObject
                {
                    ["restricted"] = false,
                    ["valueSetDefinition"] = new JsonObject
                    {
                        ["sorted"] = false,
                        ["value"] = new JsonArray([.. field.Choices.Select(c => new JsonObject { ["fullName"] = c, ["label"] = c, ["default"] = false })]),
                    },
                };
                if (field.Type == "list")
                {
                    metadata["visibleLines"] = 4;
                }

                break;
            default:
                metadata["type"] = "Text";
                metadata["length"] = field.Name == SalesforceApi.IdField ? 36 : 255;
                break;
        }

        if (field.Name == SalesforceApi.IdField)
        {
            metadata["externalId"] = true;
            metadata["unique"] = true;
            metadata["caseSensitive"] = false;
        }

        return new JsonObject { ["FullName"] = $"{target}.{ApiName(field.Name)}", ["Metadata"] = metadata };
    }

    private static string Words(CrmField field) => field.Type switch
    {
        "number" => "type Number (14 digits, 4 decimals)",
        "bool" => "type Checkbox",
        "date" => "type Date/Time",
        "choice" => "type Picklist: " + string.Join(", ", field.Choices),
        "list" => "type Picklist (Multi-Select): " + string.Join(", ", field.Choices),
        _ => field.Name == SalesforceApi.IdField ? "type Text 36, External ID, Unique" : "type Text 255",
    };

    private static CrmException Explain(CrmException error, string target, IReadOnlyList<CrmField> fields) =>
        error.Trouble is CrmTrouble.Unavailable or CrmTrouble.Throttled
            ? error
            : new CrmException(CrmTrouble.Invalid, $"LeadGen's user may not add fields ({error.Message}) {Instruction(target, fields)}", error) { Status = error.Status };

    /// <summary>Lets the user's own profile read and write the new fields.</summary>
    private static async Task ShowAsync(SalesforceSession session, List<string> fields, CancellationToken cancellationToken)
    {
        var me = (await session.CallAsync(HttpMethod.Get, "/services/oauth2/userinfo", null, cancellationToken).ConfigureAwait(false)).Json["user_id"].Text;
        var rows = SalesforceApi.IsId(me)
            ? await session.RowsAsync(
                $"SELECT Id FROM PermissionSet WHERE IsOwnedByProfile=true AND ProfileId IN (SELECT ProfileId FROM User WHERE Id={SalesforceApi.Quoted(me!)})", false, cancellationToken).ConfigureAwait(false)
            : [];
        var profile = rows.Select(r => r["Id"].Text).FirstOrDefault(SalesforceApi.IsId);
        var saved = profile is null ? [] : await new SalesforceCollections(session).SaveAsync(
            HttpMethod.Post,
            "/composite/sobjects",
            [.. fields.Select(f => new JsonObject
            {
                ["attributes"] = new JsonObject { ["type"] = "FieldPermissions" },
                ["ParentId"] = profile,
                ["SobjectType"] = f[..f.IndexOf('.', StringComparison.Ordinal)],
                ["Field"] = f,
                ["PermissionsRead"] = true,
                ["PermissionsEdit"] = true,
            })],
            cancellationToken).ConfigureAwait(false);
        if (profile is null || saved.Any(s => s.Error is not null && !s.Error.Contains("already", StringComparison.OrdinalIgnoreCase)))
        {
            throw new CrmException(
                CrmTrouble.Invalid,
                $"The fields {string.Join(", ", fields)} were added, but LeadGen's user cannot see them yet. Ask a Salesforce administrator to allow read and edit for them under Setup, Profiles, Field-Level Security.");
        }
    }
}
