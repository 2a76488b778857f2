using System.Globalization;

namespace LeadGen.Fakes.Salesforce;

/// <summary>Answers as Salesforce words them.</summary>
internal static class SalesforceAnswers
{
    public static IResult Error(int status, string code, string message, params string[] fields) =>
        Results.Json(new[] { new { message, errorCode = code, fields } }, statusCode: status);

    public static object Refused(string code, string message, params string[] fields) =>
        new { success = false, errors = new[] { new { statusCode = code, message, fields } } };

    public static object? Wire(object? value) => value is DateTime time ? Iso(time) : value;

    public static string Iso(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+0000'", CultureInfo.InvariantCulture);
}
