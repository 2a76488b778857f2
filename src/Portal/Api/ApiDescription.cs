using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace LeadGen.Portal.Api;

/// <summary>The description at <c>/openapi/v1.json</c> and the page to try it at <c>/docs</c>.</summary>
internal static class ApiDescription
{
    private const string KeyScheme = "ApiKey";

    /// <summary>Nothing is fetched from, or told to, anybody else.</summary>
    private const string Start = """
        window.Scalar.createApiReference('#app', {
            url: new URL('../openapi/v1.json', import.meta.url).href,
            withDefaultFonts: false,
            telemetry: false,
            hideClientButton: true,
            agent: { disabled: true },
            mcp: { disabled: true },
            persistAuth: false,
        });
        """;

    public static IServiceCollection AddApiDescription(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.ShouldInclude = d => d.RelativePath?.StartsWith("api/v1", StringComparison.Ordinal) == true;
        options.AddDocumentTransformer(Describe);
        options.AddOperationTransformer(DescribeOperation);
    });

    public static void MapApiDescription(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi("/openapi/{documentName}.json");

        // The page's script is part of this program. Its own page starts it with an inline script, which our policy for scripts refuses.
        app.MapScalarApiReference("/docs");
        app.MapGet("/docs", (HttpRequest request) => TypedResults.Text(Page(request.PathBase), "text/html; charset=utf-8")).ExcludeFromDescription();
        app.MapGet("/docs/start.js", () => TypedResults.Text(Start, "text/javascript; charset=utf-8")).ExcludeFromDescription();
    }

    private static string Page(string root) => $"""
        <!doctype html>
        <html lang="en">
        <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>LeadGen API</title>
        </head>
        <body>
            <div id="app"></div>
            <script src="{HtmlEncoder.Default.Encode(root)}/docs/scalar.js"></script>
            <script type="module" src="{HtmlEncoder.Default.Encode(root)}/docs/start.js"></script>
        </body>
        </html>
        """;

    private static Task Describe(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "LeadGen API",
            Version = "v1",
            Description = "Leads in, understood, scored with reasons, and out again. The key names the tenant; errors are application/problem+json.",
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [KeyScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "lg_live_…",
                Description = "A key made on the Developers page.",
            },
        };
        return Task.CompletedTask;
    }

    private static async Task DescribeOperation(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<NeededScope>().LastOrDefault() is { } needed)
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, context.Document)] = [needed.Scope] }];
            operation.Description = $"{operation.Description} Scope: {needed.Scope}.".Trim();
        }

        if (metadata.OfType<RequestForm>().LastOrDefault() is { } form)
        {
            var schema = await context.GetOrCreateSchemaAsync(form.Type, null, cancellationToken);
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType> { [form.ContentType] = new OpenApiMediaType { Schema = schema } },
            };
        }

        if (metadata.OfType<TakesIdempotencyKey>().Any())
        {
            operation.Parameters = [.. operation.Parameters ?? [], new OpenApiParameter
            {
                Name = Idempotency.Header,
                In = ParameterLocation.Header,
                Description = "Your own id of this sending, 1 to 255 characters. The same key with the same content has one effect and one answer, kept for 48 hours.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = Idempotency.Longest },
            }];
        }

        await AddProblemsAsync(operation, context, cancellationToken);
        AddExample(operation, context.Description.RelativePath ?? "", context.Description.HttpMethod ?? "");
    }

    /// <summary>The ways in which an address can say no, all in one form.</summary>
    private static async Task AddProblemsAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var schema = await context.GetOrCreateSchemaAsync(typeof(ProblemBody), null, cancellationToken);
        var problems = new Dictionary<string, string>
        {
            ["401"] = "No valid key",
            ["403"] = "The key lacks the scope",
            ["429"] = "Too many requests; Retry-After says how many seconds to wait",
            ["500"] = "Something went wrong on our side",
        };
        if (context.Description.RelativePath!.Contains('{', StringComparison.Ordinal))
        {
            problems["404"] = "Not there";
        }

        if (operation.RequestBody is not null)
        {
            problems["400"] = "Unreadable";
            problems["413"] = "Too large";
            problems["415"] = "Another content type";
        }

        if (operation.RequestBody is not null || operation.Parameters?.Count > 0)
        {
            problems["422"] = "Readable but wrong; errors names the fields";
        }

        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<TakesIdempotencyKey>().Any())
        {
            problems["409"] = "With Retry-After: a request with this Idempotency-Key is still running, send it again then. Without: the person asked to be erased";
        }

        operation.Responses ??= [];
        foreach (var (status, description) in problems.OrderBy(p => p.Key))
        {
            operation.Responses[status] = new OpenApiResponse
            {
                Description = description,
                Content = new Dictionary<string, OpenApiMediaType> { [ApiProblem.ContentType] = new OpenApiMediaType { Schema = schema } },
            };
        }
    }

    private static void AddExample(OpenApiOperation operation, string path, string method)
    {
        if (ApiExamples.Find(method, path) is { } example && operation.RequestBody?.Content?.TryGetValue("application/json", out var body) == true)
        {
            body.Example = JsonNode.Parse(example);
        }
    }
}
