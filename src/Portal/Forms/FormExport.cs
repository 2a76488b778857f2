using System.Net.Mime;
using System.Text;
using LeadGen.Infrastructure.Forms;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Forms;

/// <summary>Submissions of a form as a CSV file, streamed beside the circuit.</summary>
public static class FormExport
{
    public static void MapFormExport(this IEndpointRouteBuilder app) =>
        app.MapGet("/forms/{id:guid}/submissions.csv", WriteAsync).RequireAuthorization(Roles.Viewer);

    private static async Task WriteAsync(Guid id, HttpContext context, FormEditing forms, FormSubmissions submissions)
    {
        if (await forms.FindAsync(id, context.RequestAborted) is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = $"{MediaTypeNames.Text.Csv}; charset=utf-8";
        context.Response.Headers.ContentDisposition = "attachment; filename=\"submissions.csv\"";
        await using var text = new StreamWriter(context.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        await submissions.WriteAsync(id, text, FormWords.State, context.RequestAborted);
    }
}
