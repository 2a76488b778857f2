using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Forms;
using LeadGen.Infrastructure.Mail;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Leads;

/// <summary>Changes leads of the current tenant, one or some at a time; for the API and for pages.</summary>
public sealed class LeadActions(
    TenantWrites writes, LeadIntake intake, Tombstones tombstones, PickupTransport pickup, WorkBoard board, CurrentTenant tenant, TimeProvider time)
{
    /// <summary>Reads a source's texts as a lead; nothing is stored.</summary>
    public LeadReading Read(RawLead raw)
    {
        var now = time.GetUtcNow();
        return LeadNormalizer.Read(raw, Guid.CreateVersion7(now), now.UtcDateTime);
    }

    /// <summary>Takes leads in and has them analysed, all in one transaction with whatever else the caller stores there.</summary>
    /// <param name="actor">See <see cref="LeadChange.Actor"/>.</param>
    /// <param name="write">
    /// Gets the database and the door: leads as <see cref="Read"/> gave them go in, what became of each comes out, in order. May run more
    /// than once, so the leads must be read inside.
    /// </param>
    public Task<T> TakeAsync<T>(
        string actor,
        Func<TenantDb, Func<IReadOnlyList<Lead>, Task<IReadOnlyList<Intake>>>, CancellationToken, Task<T>> write,
        CancellationToken cancellationToken = default) => board.AnnounceAsync(
            tenant.Id,
            WorkKind.Leads,
            () => writes.RunAsync(
                (db, ct) => write(
                    db, leads => intake.StoreAsync(db, leads, MergeMode.Update, actor, null, time.GetUtcNow().UtcDateTime, ct), ct),
                cancellationToken),
            cancellationToken);

    /// <summary>Changes fields of a lead and has it analysed again.</summary>
    /// <param name="values">Text by field; null empties the field. Fields not named stay.</param>
    /// <param name="actor">See <see cref="LeadChange.Actor"/>.</param>
    /// <param name="byPerson">A member changed it by hand: from now on no source overwrites these fields.</param>
    /// <param name="version">The version that the change was made on; null = whatever it is now.</param>
    public Task<LeadEdit> EditAsync(
        Guid id,
        IReadOnlyDictionary<string, string?> values,
        string actor,
        bool byPerson,
        int? version = null,
        CancellationToken cancellationToken = default) =>
        EditAsync(id, new FieldValues(values, actor) { ByPerson = byPerson, Version = version }, cancellationToken);

    /// <summary>Changes fields of a lead and has it analysed again.</summary>
    public Task<LeadEdit> EditAsync(Guid id, FieldValues edit, CancellationToken cancellationToken = default) => board.AnnounceAsync(
        tenant.Id,
        WorkKind.Leads,
        () => writes.RunAsync((db, ct) => EditAsync(db, id, edit, ct), cancellationToken),
        cancellationToken);

    /// <summary>Erases a lead for good: all that is known of it goes, and no source can bring the person back.</summary>
    /// <returns>False when it was not there.</returns>
    public async Task<bool> EraseAsync(Guid id, CancellationToken cancellationToken = default)
    {
        var (found, letters) = await writes.RunAsync((db, ct) => EraseAsync(db, id, ct), cancellationToken);
        pickup.Delete(tenant.Id, letters);
        return found;
    }

    private async Task<(bool Found, IReadOnlyList<Guid> Letters)> EraseAsync(TenantDb db, Guid id, CancellationToken ct)
    {
        var letters = new List<Guid>();
        var lead = await db.Leads.SingleOrDefaultAsync(l => l.Id == id, ct);

        // Also what was deleted and could still be brought back, under this id or with this address.
        var gone = (await LeadDeletion.ForgetAsync(db, id, lead?.Email, ct)).Concat(lead is null ? [] : [lead]).ToList();
        foreach (var known in gone)
        {
            await tombstones.AddAsync(db, known, time.GetUtcNow().UtcDateTime, ct);
            await db.SaveChangesAsync(ct);
            await ForgetRowsAsync(db, known, ct);
            letters.AddRange(await PersonErasure.ForgetAsync(db, known.Id, known.Email, ct));
        }

        await LeadErasure.RemoveAsync(db, lead is null ? [] : [id], ct);
        await LeadEvents.DeletedAsync(db, lead is null ? [] : [id], time.GetUtcNow().UtcDateTime, ct);
        return (gone.Count > 0, letters);
    }

    private async Task<LeadEdit> EditAsync(TenantDb db, Guid id, FieldValues edit, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;

        // Locked: of two edits at once the second sees the first.
        if (await db.Leads.Where(l => l.Id == id).ForUpdate().SingleOrDefaultAsync(cancellationToken) is not { } lead)
        {
            return new LeadEdit(LeadEditKind.NotFound, null, []);
        }

        if (edit.Version is { } expected && expected != lead.Version || edit.Seen.Any(s => LeadFields.Get(lead, s.Key) != s.Value))
        {
            return new LeadEdit(LeadEditKind.Stale, lead, []);
        }

        var (changes, problems) = LeadChanges.Apply(lead, edit.Values, edit.Actor, now);
        if (problems.Count > 0)
        {
            db.ChangeTracker.Clear();
            return new LeadEdit(LeadEditKind.Invalid, null, problems);
        }

        if (changes.Count == 0)
        {
            return new LeadEdit(LeadEditKind.Done, lead, []);
        }

        if (await db.Leads.AnyAsync(l => l.IdentityKey == lead.IdentityKey && l.Id != id, cancellationToken))
        {
            db.ChangeTracker.Clear();
            return new LeadEdit(LeadEditKind.Taken, null, []);
        }

        var names = changes.Select(c => c.Field).ToList();
        var kept = names.Except(lead.EditedFields, StringComparer.OrdinalIgnoreCase).ToList();
        if (edit.ByPerson)
        {
            lead.EditedFields = [.. lead.EditedFields, .. kept];
        }
        else if (edit.Release.Count > 0)
        {
            lead.EditedFields = [.. lead.EditedFields.Except(edit.Release, StringComparer.OrdinalIgnoreCase)];
        }

        db.LeadChanges.AddRange(changes);
        await db.SaveChangesAsync(cancellationToken);
        if (changes.Any(c => c is { Field: "outcome", New: not null }))
        {
            await LeadEvents.WriteAsync(db, () => [LeadEvent.Of(LeadTopics.OutcomeRecorded, lead)], now, cancellationToken);
        }

        return new LeadEdit(LeadEditKind.Done, lead, []) { Changes = changes, NowKept = edit.ByPerson ? kept : [] };
    }

    /// <summary>Rows of files that could not be taken are kept as they stood; those that quote the person are emptied.</summary>
    private static async Task ForgetRowsAsync(TenantDb db, Lead lead, CancellationToken cancellationToken)
    {
        var marks = new[] { lead.Email, lead.FullName, lead.Phone }.Where(m => m is { Length: > 3 }).Select(m => $"%{LeadFilter.Escape(m!)}%");
        foreach (var mark in marks)
        {
            var rows = db.Database.IsSqlite()
                ? db.ImportErrors.Where(e => EF.Functions.Like(e.Original, mark, @"\"))
                : db.ImportErrors.Where(e => EF.Functions.ILike(e.Original!, mark, @"\"));
            await rows.ExecuteUpdateAsync(e => e.SetProperty(x => x.Original, (string?)null), cancellationToken);
        }
    }
}
