using System.Text;

namespace LeadGen.Fakes;

/// <summary>Lets the call through and spoils how the answer is dressed.</summary>
internal static class FakeMislabel
{
    public static async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        var body = context.Response.Body;
        using var kept = new MemoryStream();
        context.Response.Body = kept;
        await next(context);
        context.Response.Body = body;
        var text = Encoding.UTF8.GetString(kept.ToArray());
        if (text.StartsWith('{'))
        {
            text = "{\"somethingNew\":{\"list\":[1,null,{}]}," + text[1..].TrimStart();
            text = text.Replace(",}", "}", StringComparison.Ordinal);
        }

        context.Response.ContentType = "text/plain";
        context.Response.ContentLength = null;
        await context.Response.WriteAsync(text, context.RequestAborted);
    }
}
