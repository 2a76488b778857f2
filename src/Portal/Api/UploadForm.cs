using LeadGen.Pipeline.Ingestion;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace LeadGen.Portal.Api;

/// <summary>
/// A multipart upload, read as it arrives: one part <c>file</c>, and before or behind it <c>mapping</c> (JSON: field by column) and
/// <c>merge</c>.
/// </summary>
internal sealed class UploadForm
{
    private const int LongestField = 256 * 1024;

    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    private readonly MultipartReader reader;

    /// <exception cref="ApiException">415: no multipart form.</exception>
    public UploadForm(HttpRequest request)
    {
        var isForm = MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);
        var boundary = isForm ? HeaderUtilities.RemoveQuotes(type!.Boundary).Value : null;
        reader = string.IsNullOrEmpty(boundary)
            ? throw new ApiProblem(StatusCodes.Status415UnsupportedMediaType, "Send the file as multipart/form-data with a part named file.").AsException()
            : new MultipartReader(boundary, request.Body);
    }

    /// <summary>The file, once the form has come to it.</summary>
    /// <exception cref="ApiException">422: there is none.</exception>
    public async Task<(Stream Content, string Name)> FileAsync(CancellationToken cancellationToken) =>
        await NextFileAsync(cancellationToken) ?? throw ApiProblem.Invalid("file", "Send the file as a part named file.").AsException();

    /// <summary>What stands in the other parts, when the file has been read.</summary>
    /// <exception cref="ApiException">422: there is a second file, or a part is wrong.</exception>
    public async Task<ImportSettings> SettingsAsync(CancellationToken cancellationToken)
    {
        if (await NextFileAsync(cancellationToken) is not null)
        {
            throw ApiProblem.Invalid("file", "Send one file at a time.").AsException();
        }

        var fields = new Fields();
        var settings = new ImportSettings
        {
            Mapping = Mapping(fields),
            Merge = fields.Name<MergeMode>("merge", values.GetValueOrDefault("merge")) ?? MergeMode.Update,
        };
        fields.ThrowIfWrong();
        return settings;
    }

    private Dictionary<string, string> Mapping(Fields fields)
    {
        if (!values.TryGetValue("mapping", out var text) || string.IsNullOrWhiteSpace(text))
        {
            return [];
        }

        try
        {
            var read = System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, string?>>(text) ?? [];
            return read.ToDictionary(m => m.Key, m => m.Value ?? "");
        }
        catch (System.Text.Json.JsonException)
        {
            fields.Wrong("mapping", "This must be a JSON object of texts, field by column: {\"E-Mail\": \"email\"}.");
            return [];
        }
    }

    private async Task<(Stream Content, string Name)?> NextFileAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
                {
                    continue;
                }

                var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
                if (disposition.IsFileDisposition() || name == "file")
                {
                    var given = disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName);
                    return name is "file"
                        ? (new UploadedPart(section.Body), given.Value is { Length: > 0 } file ? file : "upload")
                        : throw ApiProblem.Invalid(name, "Only the part named file holds a file.").AsException();
                }

                values[name] = await TextAsync(name, section.Body, cancellationToken);
            }

            return null;
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            throw Torn().AsException();
        }
        catch (InvalidDataException)
        {
            throw ApiProblem.Unreadable("This is no multipart form. Send one with a part named file.").AsException();
        }
    }

    internal static ApiProblem Torn() => ApiProblem.Unreadable("The form ends before its end. Send it again.");

    private static async Task<string> TextAsync(string name, Stream body, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(body);
        var buffer = new char[LongestField + 1];
        var length = await reader.ReadBlockAsync(buffer, cancellationToken);
        return length <= LongestField
            ? new string(buffer, 0, length)
            : throw ApiProblem.Invalid(name, $"This part has more than {LongestField} characters.").AsException();
    }
}
