using LeadGen.Infrastructure.Crm.Wire;

namespace LeadGen.Infrastructure.Crm.Salesforce;

/// <summary>Salesforce's errors in plain words.</summary>
/// <remarks>
/// REST API Developer Guide, "Status Codes and Error Responses": an array of <c>message</c>, <c>errorCode</c>, <c>fields</c>; in results
/// of collections the code is called <c>statusCode</c>. The codes: SOAP API Developer Guide, "Core Data Types Used in API Calls", StatusCode.
/// </remarks>
internal static class SalesforceErrors
{
    public const string Vendor = "Salesforce";
    public static readonly TimeSpan DayLimitWait = TimeSpan.FromMinutes(30);

    /// <summary>The error of a whole call.</summary>
    public static CrmException Of(VendorAnswer answer, DateTime now)
    {
        var json = answer.TryJson() ?? default;
        var first = json.IsArray ? json.Items.FirstOrDefault() : json;
        var code = first["errorCode"].Text ?? first["error"].Text ?? "";
        var status = (int)answer.Status;
        var said = VendorWire.Short(first["message"].Text ?? first["error_description"].Text, $"status {status}");
        var trouble = (status, code) switch
        {
            (_, "REQUEST_LIMIT_EXCEEDED" or "TOO_MANY_REQUESTS") or (429, _) => CrmTrouble.Throttled,
            (_, "INVALID_SESSION_ID" or "INVALID_AUTH_HEADER") or (401, _) => CrmTrouble.Refused,
            (_, "UNABLE_TO_LOCK_ROW" or "SERVER_UNAVAILABLE" or "QUERY_TIMEOUT" or "UNKNOWN_EXCEPTION") => CrmTrouble.Unavailable,
            (403, _) => CrmTrouble.Refused,
            ( >= 500 or < 400 or 408, _) => CrmTrouble.Unavailable,
            (404, "") => CrmTrouble.Unavailable,
            _ => CrmTrouble.Invalid,
        };
        return new CrmException(trouble, trouble == CrmTrouble.Throttled
            ? $"Salesforce takes no more calls for now: {said}"
            : $"Salesforce answered: {said}")
        {
            Status = status,
            RetryAfter = answer.RetryAfter(now) ?? (trouble == CrmTrouble.Throttled ? DayLimitWait : null),
        };
    }

    public static string Code(JsonView answer)
    {
        var first = answer.IsArray ? answer.Items.FirstOrDefault() : answer;
        return first["errorCode"].Text ?? first["statusCode"].Text ?? "";
    }

    /// <summary>The error of one record.</summary>
    public static string Plain(JsonView error)
    {
        var code = error["statusCode"].Text ?? error["errorCode"].Text ?? "";
        var fields = string.Join(", ", error["fields"].Items.Select(f => f.Text).Where(f => f is not null));
        return Plain(code, fields, VendorWire.Short(error["message"].Text, code));
    }

    /// <param name="code">Salesforce's.</param>
    /// <param name="fields">Names, or empty.</param>
    /// <param name="said">Salesforce's own words.</param>
    public static string Plain(string code, string fields, string said)
    {
        var of = fields.Length > 0 ? fields + ": " : "";
        return code switch
        {
            "REQUIRED_FIELD_MISSING" => $"{(fields.Length > 0 ? fields : said)}: Salesforce needs a value. Map the field or fill it in.",
            "DUPLICATES_DETECTED" =>
                $"A duplicate rule in Salesforce holds this lead back: it looks like a record that is there already. Merge them there or change the rule. ({said})",
            "DUPLICATE_VALUE" => $"{of}another record in Salesforce has this value already. ({said})",
            "FIELD_CUSTOM_VALIDATION_EXCEPTION" => $"{of}a validation rule in Salesforce says: {said}",
            "INVALID_EMAIL_ADDRESS" => $"{(fields.Length > 0 ? fields : "Email")}: not accepted as an e-mail address by Salesforce.",
            "STRING_TOO_LONG" => $"{of}longer than the field in Salesforce allows. ({said})",
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST" or "BAD_VALUE_FOR_RESTRICTED_PICKLIST" => $"{of}not one of the choices in Salesforce. ({said})",
            "NUMBER_OUTSIDE_VALID_RANGE" => $"{of}too large for the field in Salesforce. ({said})",
            "CANNOT_UPDATE_CONVERTED_LEAD" => "The lead was converted in Salesforce, where converted leads cannot be changed any more.",
            "ENTITY_IS_DELETED" => "The record was deleted in Salesforce.",
            "NOT_FOUND" or "INVALID_CROSS_REFERENCE_KEY" => $"{of}the record is not in Salesforce any more, or LeadGen's user may not see it. ({said})",
            "INSUFFICIENT_ACCESS_OR_READONLY" or "INSUFFICIENT_ACCESS" or "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" or "INVALID_FIELD_FOR_INSERT_UPDATE" =>
                $"{of}LeadGen's user in Salesforce lacks the right to write this. ({said})",
            _ => of + said,
        };
    }
}
