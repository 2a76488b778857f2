using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using LeadGen.Portal.Shell;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Leads;

/// <summary>Fields of a lead as members change them on its page, one at a time, each with its way back.</summary>
public sealed class LeadEdits(LeadActions leads, TenantWrites writes, Members members, MemberAccess access, CurrentMember member, TimeProvider time)
{
    /// <summary>The member who looks after a lead: no field of a source, but changed and remembered like one. Its text is the member's id.</summary>
    public const string Owner = "owner";

    /// <param name="field">As in <see cref="LeadFields"/>, or <see cref="Owner"/>.</param>
    /// <param name="text">As typed; null or blank empties the field.</param>
    /// <param name="seen">The field's text when the person began.</param>
    public async Task<FieldSaved> SetAsync(Guid id, string field, string? text, string? seen, CancellationToken cancellationToken = default)
    {
        if (!await access.MayAsync(MemberRole.Editor, cancellationToken))
        {
            return FieldSaved.Refused;
        }

        var (before, after) = (new Dictionary<string, string?> { [field] = seen }, new Dictionary<string, string?> { [field] = text });
        return field == Owner
            ? await OwnAsync(id, text, seen, cancellationToken)
            : Of(field, await leads.EditAsync(id, new FieldValues(after, member.Actor) { ByPerson = true, Seen = before }, cancellationToken));
    }

    /// <summary>Takes an edit back, unless somebody changed the field since.</summary>
    public async Task<FieldSaved> UndoAsync(Guid id, string field, FieldUndo undo, CancellationToken cancellationToken = default)
    {
        if (!await access.MayAsync(MemberRole.Editor, cancellationToken))
        {
            return FieldSaved.Refused;
        }

        if (field == Owner)
        {
            return await OwnAsync(id, undo.Before[Owner], undo.After[Owner], cancellationToken);
        }

        var back = new FieldValues(undo.Before, member.Actor) { Seen = undo.After, Release = undo.Release };
        return Of(field, await leads.EditAsync(id, back, cancellationToken));
    }

    private static FieldSaved Of(string field, LeadEdit edit) => edit.Kind switch
    {
        LeadEditKind.Done when edit.Changes.Count == 0 => new FieldSaved(FieldOutcome.Same, LeadFields.Get(edit.Lead!, field)),
        LeadEditKind.Done => new FieldSaved(FieldOutcome.Saved, LeadFields.Get(edit.Lead!, field))
        {
            Undo = new FieldUndo(
                edit.Changes.ToDictionary(c => c.Field, c => c.Old), edit.Changes.ToDictionary(c => c.Field, c => c.New), edit.NowKept),
        },
        LeadEditKind.Stale => new FieldSaved(FieldOutcome.Conflict, LeadFields.Get(edit.Lead!, field)),
        LeadEditKind.NotFound => new FieldSaved(FieldOutcome.Problem, null) { Problem = "This lead is not there any more." },
        LeadEditKind.Taken => new FieldSaved(FieldOutcome.Problem, null) { Problem = "Another lead is known by this already. Merge the two instead." },
        _ => new FieldSaved(FieldOutcome.Problem, null) { Problem = edit.Problems[0].Reason },
    };

    /// <summary>Nothing to analyse again: the lead's version stays.</summary>
    private async Task<FieldSaved> OwnAsync(Guid id, string? text, string? seen, CancellationToken cancellationToken)
    {
        var owner = Guid.TryParse(text, out var user) ? user : (Guid?)null;
        if (owner is { } named && await members.RoleOfAsync(named, cancellationToken) is null)
        {
            return new FieldSaved(FieldOutcome.Problem, null) { Problem = "This person is no member any more. Choose another one." };
        }

        return await writes.RunAsync(
            async (db, ct) =>
            {
                if (await db.Leads.Where(l => l.Id == id).ForUpdate().SingleOrDefaultAsync(ct) is not { } lead)
                {
                    return new FieldSaved(FieldOutcome.Problem, null) { Problem = "This lead is not there any more." };
                }

                var old = lead.OwnerId?.ToString();
                if (old != seen)
                {
                    return new FieldSaved(FieldOutcome.Conflict, old);
                }

                if (lead.OwnerId == owner)
                {
                    return new FieldSaved(FieldOutcome.Same, old);
                }

                lead.OwnerId = owner;
                var change = new LeadChange
                {
                    LeadId = id,
                    Field = Owner,
                    Old = old,
                    New = owner?.ToString(),
                    At = time.GetUtcNow().UtcDateTime,
                    Actor = member.Actor,
                };
                db.LeadChanges.Add(change);
                await db.SaveChangesAsync(ct);
                var undo = new FieldUndo(
                    new Dictionary<string, string?> { [Owner] = old }, new Dictionary<string, string?> { [Owner] = change.New }, []);
                return new FieldSaved(FieldOutcome.Saved, change.New) { Undo = undo };
            },
            cancellationToken);
    }
}

/// <summary>What became of a field that a member changed.</summary>
/// <param name="Now">The field's text as it stands now; null when empty, or when nothing was looked at.</param>
public sealed record FieldSaved(FieldOutcome Outcome, string? Now)
{
    public static readonly FieldSaved Refused = new(FieldOutcome.Problem, null) { Problem = "Your role does not allow this." };

    /// <summary>For people, with the remedy.</summary>
    public string? Problem { get; init; }

    public FieldUndo? Undo { get; init; }
}

public enum FieldOutcome
{
    Saved,

    /// <summary>It stood there already.</summary>
    Same,

    /// <summary>Somebody else changed it since the person began; nothing was changed.</summary>
    Conflict,

    Problem,
}

/// <summary>The way back from an edit.</summary>
/// <param name="Before">Texts to put back.</param>
/// <param name="After">Texts that must still stand there.</param>
/// <param name="Release">Fields that sources may fill again.</param>
public sealed record FieldUndo(IReadOnlyDictionary<string, string?> Before, IReadOnlyDictionary<string, string?> After, IReadOnlyList<string> Release);
