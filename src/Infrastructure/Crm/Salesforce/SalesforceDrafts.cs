using System.Text.Json.Nodes;

namespace LeadGen.Infrastructure.Crm.Salesforce;

/// <summary>A record on its way.</summary>
internal sealed class SalesforceDraft(CrmRecord record, JsonObject fields)
{
    public CrmRecord Record => record;

    /// <summary>Checked and typed.</summary>
    public JsonObject Fields => fields;

    /// <summary>Values of the account; empty where the lead itself carries its company.</summary>
    public JsonObject Account { get; init; } = [];

    public string? Id { get; set; } = record.RemoteId;

    public string? AccountId { get; set; } = record.RemoteCompanyId;

    public string? Error { get; set; }

    /// <summary>It was deleted there.</summary>
    public bool IsGone { get; set; }
}

/// <summary>Turns leads into records of Salesforce, each value checked against the field that it goes to.</summary>
internal static class SalesforceDrafts
{
    public static async Task<List<SalesforceDraft>> MakeAsync(SalesforceSession session, IReadOnlyList<CrmRecord> records, CancellationToken cancellationToken)
    {
        var schema = await SalesforceSchema.ReadAsync(session, session.Object, cancellationToken).ConfigureAwait(false);
        if (schema.Find(SalesforceApi.IdField) is null)
        {
            throw new CrmException(CrmTrouble.Invalid, SalesforceFields.Instruction(session.Object, [SalesforceFields.Id]));
        }

        var withAccount = session.Object == "Contact" && records.Any(r => r.Company.Count > 0);
        var account = withAccount ? await SalesforceSchema.ReadAsync(session, "Account", cancellationToken).ConfigureAwait(false) : schema;
        return [.. records.Select(r => Make(r, schema, withAccount ? account : null))];
    }

    /// <summary>What a new record must have: the same stand-in that Salesforce's own web form uses.</summary>
    public static JsonObject ForCreation(SalesforceDraft draft, SalesforceSchema schema)
    {
        var fields = (JsonObject)draft.Fields.DeepClone();
        foreach (var needed in schema.Object == "Lead" ? new[] { "LastName", "Company" } : ["LastName"])
        {
            if (fields[needed] is null)
            {
                fields[needed] = SalesforceApi.NotProvided;
            }
        }

        if (!fields.ContainsKey("Email") && draft.Record.Email is { Length: > 0 } email)
        {
            fields["Email"] = email;
        }

        return fields;
    }

    private static SalesforceDraft Make(CrmRecord record, SalesforceSchema schema, SalesforceSchema? account)
    {
        string? error = null;
        var fields = new JsonObject();
        var company = new JsonObject();
        error = Fill(fields, record.Person, schema) ?? Fill(account is null ? fields : company, account is null && schema.Object == "Contact" ? [] : record.Company, account ?? schema);
        if (error is null && record.RemoteId is not null && !SalesforceApi.IsId(record.RemoteId))
        {
            error = "The stored id is none of Salesforce's.";
        }

        return new SalesforceDraft(record, fields) { Account = company, Error = error };
    }

    private static string? Fill(JsonObject target, IEnumerable<KeyValuePair<string, string>> values, SalesforceSchema schema)
    {
        foreach (var (name, value) in values.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            if (schema.Find(name) is not { } field)
            {
                return $"{name}: {schema.Object} in Salesforce has no such field, or LeadGen's user may not see it.";
            }

            if (!field.IsWritable)
            {
                return $"{field.Label}: cannot be written in Salesforce.";
            }

            if (!field.TryWrite(value, out var node))
            {
                return $"{field.Label}: the value is no {(field.Kind == "bool" ? "yes or no" : field.Kind)}.";
            }

            target[field.Name] = node;
        }

        return null;
    }
}
