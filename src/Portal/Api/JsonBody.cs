using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace LeadGen.Portal.Api;

/// <summary>
/// The JSON of a request: unreadable is 400, readable but of another shape is 422 with the place named. Binding by the framework would
/// call both 400 and name neither.
/// </summary>
/// <typeparam name="T">A record whose members are all optional; what is missing is said by the endpoint, field by field.</typeparam>
internal sealed record JsonBody<T>(T Value) : IBindableFromHttpContext<JsonBody<T>>, IEndpointParameterMetadataProvider
    where T : class
{
    public static async ValueTask<JsonBody<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        using var document = await RequestJson.ReadAsync(context.Request);
        var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        return new JsonBody<T>(RequestJson.Shape<T>(document.RootElement, options));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new RequestForm(typeof(T)));
}

/// <summary>
/// What a request carries, for the description. The framework's own mark would also have routing refuse other content types before anybody is
/// asked for a key.
/// </summary>
internal sealed record RequestForm(Type Type, string ContentType = "application/json");

/// <summary>Reads what was sent as JSON.</summary>
internal static class RequestJson
{
    /// <exception cref="ApiException">400, 413 or 415.</exception>
    public static async Task<JsonDocument> ReadAsync(HttpRequest request)
    {
        var body = await BytesAsync(request);
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException e)
        {
            throw Unreadable(e).AsException();
        }
    }

    /// <summary>
    /// The body, at most <see cref="ApiServices.LargestBody"/>. Checked here and not by the server, which would shut the connection in the
    /// sender's face before the answer is read.
    /// </summary>
    /// <exception cref="ApiException">413 or 415.</exception>
    public static async Task<ReadOnlyMemory<byte>> BytesAsync(HttpRequest request)
    {
        if (!request.HasJsonContentType())
        {
            throw new ApiProblem(StatusCodes.Status415UnsupportedMediaType).AsException();
        }

        if (request.ContentLength > ApiServices.LargestBody)
        {
            throw new ApiProblem(StatusCodes.Status413PayloadTooLarge).AsException();
        }

        var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0)
        {
            if (body.Length + read > ApiServices.LargestBody)
            {
                throw new ApiProblem(StatusCodes.Status413PayloadTooLarge).AsException();
            }

            body.Write(buffer, 0, read);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    public static ApiProblem Unreadable(JsonException e) => ApiProblem.Unreadable(
        $"The body is no JSON: it cannot be read at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.");

    /// <exception cref="ApiException">422 with the place where the shape is another.</exception>
    public static T Shape<T>(JsonElement json, JsonSerializerOptions options)
        where T : class
    {
        try
        {
            return json.Deserialize<T>(options) ?? throw ApiProblem.Invalid("body", "Send an object.").AsException();
        }
        catch (JsonException e)
        {
            var place = e.Path is { Length: > 2 } path ? path[2..] : "body";
            throw ApiProblem.Invalid(place, "This is not of the form that the description at /openapi/v1.json names.").AsException();
        }
    }
}
