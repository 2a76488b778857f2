using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Infrastructure.Outreach.Sequences;
using LeadGen.Pipeline.Outreach;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LeadGen.Portal.Api;

/// <summary><c>/sequences</c>, <c>/messages</c> and <c>/suppressions</c>: outreach for programs.</summary>
internal static class OutreachEndpoints
{
    private const int MostListed = 200;
    private const int MostLeads = 1_000;

    public static void MapOutreach(this IEndpointRouteBuilder api)
    {
        var sequences = api.MapGroup("/sequences").WithTags("Outreach");
        sequences.MapGet("/", SequencesAsync).Needs(Scopes.OutreachWrite).WithSummary("Sequences, those in use first");
        sequences.MapPost("/", CreateAsync).Needs(Scopes.OutreachWrite).WithSummary("Make a sequence").WithDescription("A draft; start lets it run at once if nothing is missing.");
        sequences.MapGet("/{id:guid}", FindAsync).Needs(Scopes.OutreachWrite).WithSummary("A sequence with what each step and variant brought");
        sequences.MapPost("/{id:guid}/enroll", EnrollAsync).Needs(Scopes.OutreachWrite).WithSummary("Enrol leads")
            .WithDescription("Says of each lead that is not taken why not. Who was in the sequence before is not taken again.");
        var messages = api.MapGroup("/messages").WithTags("Outreach");
        messages.MapGet("/", MessagesAsync).Needs(Scopes.OutreachWrite).WithSummary("Mails, newest first");
        messages.MapPost("/{id:guid}/approve", ApproveAsync).Needs(Scopes.OutreachWrite).WithSummary("Let a draft leave");
        var suppressions = api.MapGroup("/suppressions").WithTags("Outreach");
        suppressions.MapGet("/", SuppressionsAsync).Needs(Scopes.OutreachWrite).WithSummary("Addresses that get no mail, newest first");
        suppressions.MapPost("/", SuppressAsync).Needs(Scopes.OutreachWrite).WithSummary("Add addresses that get no mail")
            .WithDescription("What waits for them is cancelled. Nothing that comes in opens an address again.");
    }

    private static async Task<Ok<SequenceList>> SequencesAsync(SequenceEditing editing, SequenceResults results, CancellationToken cancellationToken)
    {
        var glances = await results.GlanceAsync(cancellationToken);
        return TypedResults.Ok(new SequenceList([.. (await editing.ListAsync(cancellationToken)).Select(s => SequenceBody.Of(s, glances.GetValueOrDefault(s.Id)))]));
    }

    private static async Task<Results<Created<SequenceBody>, ApiProblem>> CreateAsync(
        JsonBody<SequenceInput> body, HttpContext context, SequenceEditing editing, CancellationToken cancellationToken)
    {
        var input = body.Value;
        var fields = new Fields();
        var name = input.Name?.Trim() ?? "";
        if (name.Length is 0 or > 80)
        {
            fields.Wrong("name", "Give it a name of at most 80 characters.");
        }

        fields.ThrowIfWrong();
        var plan = input.Plan ?? new SequencePlan();
        var made = await editing.CreateAsync(name, null, new SequencePlan(), context.User.Actor(), cancellationToken);
        var saved = await editing.SaveAsync(made.Id, name, input.SenderId, plan, made.Revision, cancellationToken);
        saved = saved.Problems.Count == 0 && input.Start ? await editing.StartAsync(made.Id, cancellationToken) : saved;
        if (saved.Problems.Count > 0)
        {
            await editing.ArchiveAsync(made.Id, cancellationToken);
            fields.Wrong("plan", string.Join(" ", saved.Problems));
            fields.ThrowIfWrong();
        }

        return TypedResults.Created($"{context.Request.PathBase}/api/v1/sequences/{made.Id}", SequenceBody.Of(saved.Sequence!, null));
    }

    private static async Task<Results<Ok<SequenceBody>, ApiProblem>> FindAsync(Guid id, SequenceEditing editing, SequenceResults results, CancellationToken cancellationToken) =>
        await editing.FindAsync(id, cancellationToken) is { } sequence
            ? TypedResults.Ok(SequenceBody.Of(sequence, (await results.GlanceAsync(cancellationToken)).GetValueOrDefault(id)) with
            {
                Results = [.. (await results.OfAsync(id, cancellationToken)).Select(StepBody.Of)],
            })
            : ApiProblem.NotFound("sequence");

    private static async Task<Results<Ok<EnrollBody>, ApiProblem>> EnrollAsync(
        Guid id, JsonBody<EnrollInput> body, HttpContext context, Enrolling enrolling, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        if (body.Value.LeadIds is not { Count: > 0 and <= MostLeads })
        {
            fields.Wrong("leadIds", $"Name 1 to {MostLeads} leads.");
        }

        fields.ThrowIfWrong();
        return await enrolling.EnrollAsync(id, [.. body.Value.LeadIds!], context.User.Actor(), cancellationToken) is { } done
            ? TypedResults.Ok(new EnrollBody(
                [.. done.Taken.Select(t => new EnrolledLead(t.LeadId, t.DueAt))], [.. done.Refused.Select(r => new RefusedLead(r.LeadId, r.Why!))]))
            : ApiProblem.NotFound("sequence");
    }

    private static async Task<Ok<MessageList>> MessagesAsync(OutreachDesk desk, string? state, int? limit, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        var wanted = state is null ? null : fields.Name<OutreachState>("state", state);
        if (limit is < 1 or > MostListed)
        {
            fields.Wrong("limit", $"From 1 to {MostListed}.");
        }

        fields.ThrowIfWrong();
        var rows = await desk.ListAsync(wanted is { } only ? [only] : Enum.GetValues<OutreachState>(), null, true, 0, limit ?? 50, cancellationToken);
        return TypedResults.Ok(new MessageList([.. rows.Select(r => new MessageBody(
            r.Id, r.LeadId, r.To, r.Subject, r.State, r.Reason, r.SequenceId, r.Step, r.Variant, r.DueAt, r.SentAt, r.CreatedAt))]));
    }

    private static async Task<Results<NoContent, ApiProblem>> ApproveAsync(Guid id, HttpContext context, OutreachDesk desk, CancellationToken cancellationToken)
    {
        if (await desk.ApproveAsync([id], context.User.Actor(), cancellationToken) == 1)
        {
            return TypedResults.NoContent();
        }

        return await desk.FindAsync(id, cancellationToken) is null ? ApiProblem.NotFound("message") : ApiProblem.Conflict("This mail is no draft any more.");
    }

    private static async Task<Ok<SuppressionBodies>> SuppressionsAsync(SuppressionList list, string? q, int? limit, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        if (limit is < 1 or > MostListed)
        {
            fields.Wrong("limit", $"From 1 to {MostListed}.");
        }

        fields.ThrowIfWrong();
        return TypedResults.Ok(new SuppressionBodies([.. (await list.ListAsync(q, 0, limit ?? 50, cancellationToken)).Select(s => new SuppressionBody(s.Email, s.Reason, s.At, s.Until))]));
    }

    private static async Task<Ok<SuppressedBody>> SuppressAsync(JsonBody<SuppressInput> body, HttpContext context, SuppressionList list, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        if (body.Value.Emails is not { Count: > 0 and <= MostLeads })
        {
            fields.Wrong("emails", $"Name 1 to {MostLeads} addresses.");
        }

        fields.ThrowIfWrong();
        var added = await list.AddAsync(body.Value.Emails!, context.User.Actor(), cancellationToken);
        return TypedResults.Ok(new SuppressedBody(added.Added, added.Known, added.Wrong));
    }
}
