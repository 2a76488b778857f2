using LeadGen.Pipeline.Leads;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>What taking back an import does.</summary>
/// <param name="Deleted">Leads that the import created and nobody touched since.</param>
/// <param name="Changed">Leads of which at least one field went back; changed in place.</param>
/// <param name="Kept">Leads that the import created but others changed since: they stay as they are.</param>
/// <param name="Changes">History of the fields that went back.</param>
public sealed record RevertPlan(
    IReadOnlyList<Lead> Deleted,
    IReadOnlyList<Lead> Changed,
    IReadOnlyList<Lead> Kept,
    IReadOnlyList<LeadChange> Changes);

/// <summary>Takes an import back without taking back what others did meanwhile.</summary>
public static class LeadRevert
{
    /// <param name="importId">The import.</param>
    /// <param name="changes">All changes of the leads concerned, by anyone, oldest first.</param>
    /// <param name="leads">The leads that the import created or changed; those erased since are simply not there.</param>
    /// <param name="now">UTC.</param>
    /// <param name="actor">Who takes it back.</param>
    /// <remarks>
    /// A field goes back to what it was before the import's first change when its present value still is the import's last one and no
    /// person edited it. A lead that loses its e-mail address that way gets its former key back; the caller must be ready for another
    /// lead to hold that key by now.
    /// </remarks>
    public static RevertPlan Plan(Guid importId, IReadOnlyList<LeadChange> changes, IReadOnlyList<Lead> leads, DateTime now, string actor)
    {
        var byLead = changes.ToLookup(change => change.LeadId);
        var deleted = new List<Lead>();
        var changed = new List<Lead>();
        var kept = new List<Lead>();
        var history = new List<LeadChange>();
        foreach (var lead in leads)
        {
            var own = byLead[lead.Id].Where(change => change.ImportId == importId).ToList();
            if (own.Exists(change => change.Field == LeadChange.Created))
            {
                var touched = lead.EditedFields.Count > 0 || byLead[lead.Id].Any(change => change.ImportId != importId);
                (touched ? kept : deleted).Add(lead);
                continue;
            }
            var before = history.Count;
            foreach (var field in own.GroupBy(change => change.Field))
            {
                if (GoBack(lead, field.Key, field.First().Old, field.Last().New, now, actor) is { } change)
                    history.Add(change);
            }
            if (history.Count == before)
                continue;
            LeadMerge.Touch(lead, now, importId: null);
            changed.Add(lead);
        }
        return new RevertPlan(deleted, changed, kept, history);
    }

    private static LeadChange? GoBack(Lead lead, string name, string? old, string? last, DateTime now, string actor)
    {
        if (LeadFields.Find(name) is not { } field || lead.EditedFields.Contains(name, StringComparer.OrdinalIgnoreCase))
            return null;
        var present = field.Get(lead);
        if (present != last || present == old)
            return null;
        field.Set(lead, old);
        return new LeadChange { LeadId = lead.Id, Field = name, Old = present, New = old, At = now, Actor = actor };
    }
}
