using System.Net.Mime;
using System.Text;
using LeadGen.Infrastructure.Work;
using LeadGen.Portal.Shell;
using Microsoft.AspNetCore.Mvc;

namespace LeadGen.Portal.Leads;

/// <summary>Leads of a list as a CSV file, streamed beside the circuit.</summary>
public static class LeadExportEndpoint
{
    private const int MostIds = 20_000;

    public static void MapLeadExport(this IEndpointRouteBuilder app)
    {
        app.MapGet("/leads/export.csv", ListAsync).RequireAuthorization(Roles.Viewer);
        app.MapPost("/leads/export.csv", PickedAsync).RequireAuthorization(Roles.Viewer);
    }

    /// <summary>What the list of this address has.</summary>
    private static Task ListAsync(HttpContext context, Export export, TimeProvider time) =>
        WriteAsync(context, export, new LeadTargets(LeadListAddress.Parse(context.Request.QueryString.Value ?? "").Filter, []), time);

    /// <summary>A selection: ids, or all of a list but for the ids.</summary>
    private static Task PickedAsync(
        HttpContext context, [FromForm] string? ids, [FromForm] string? all, [FromForm] string? query, Export export, TimeProvider time)
    {
        var picked = (ids ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Take(MostIds)
            .Select(t => Guid.TryParse(t, out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty).ToList();
        return WriteAsync(context, export, new LeadTargets(all == "true" ? LeadListAddress.Parse(query ?? "").Filter : null, picked), time);
    }

    private static async Task WriteAsync(HttpContext context, Export export, LeadTargets targets, TimeProvider time)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var ids = targets.Ids.ToList();
        context.Response.ContentType = $"{MediaTypeNames.Text.Csv}; charset=utf-8";
        context.Response.Headers.ContentDisposition = "attachment; filename=\"leads.csv\"";
        await using var text = new StreamWriter(context.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        await export.WriteAsync(
            text,
            (leads, db) => targets.Filter is { } filter
                ? ids.Count == 0 ? filter.Apply(leads, db, now) : filter.Apply(leads, db, now).Where(l => !ids.Contains(l.Id))
                : leads.Where(l => ids.Contains(l.Id)),
            context.RequestAborted);
    }
}
