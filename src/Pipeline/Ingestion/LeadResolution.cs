using LeadGen.Pipeline.Leads;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>What becomes of one incoming lead.</summary>
public enum Resolution
{
    /// <summary>It is a new lead.</summary>
    Created,

    /// <summary>It changed a lead that was there, or one created before in the same chunk.</summary>
    Merged,

    /// <summary>It brought nothing new.</summary>
    Duplicate,
}

/// <summary>One incoming lead and the lead it became.</summary>
public sealed record ResolvedLead(Resolution Resolution, Lead Target);

/// <summary>What to store for a chunk of incoming leads.</summary>
/// <param name="Leads">One for every incoming lead, in its order.</param>
/// <param name="Created">New leads, to be inserted; merges within the chunk are in them already.</param>
/// <param name="Changed">Existing leads that were changed, each once.</param>
/// <param name="Changes">History: one <see cref="LeadChange.Created"/> for each new lead, one for each field that a merge changed.</param>
public sealed record ChunkPlan(
    IReadOnlyList<ResolvedLead> Leads,
    IReadOnlyList<Lead> Created,
    IReadOnlyList<Lead> Changed,
    IReadOnlyList<LeadChange> Changes);

/// <summary>Keys under which the leads that a chunk may meet are found.</summary>
/// <param name="IdentityKeys">Against <see cref="Lead.IdentityKey"/>.</param>
/// <param name="PersonKeys">Against <see cref="Lead.PersonKey"/>.</param>
public sealed record LookupKeys(IReadOnlySet<string> IdentityKeys, IReadOnlySet<string> PersonKeys);

/// <summary>Decides for incoming leads whether they are new; the rules are <see cref="LeadIdentity"/>'s, the merging is <see cref="LeadMerge"/>'s.</summary>
public static class LeadResolution
{
    public static LookupKeys KeysOf(IReadOnlyList<Lead> incoming) => new(
        incoming.Select(lead => lead.IdentityKey).ToHashSet(StringComparer.Ordinal),
        incoming.Select(lead => lead.PersonKey).OfType<string>().ToHashSet(StringComparer.Ordinal));

    /// <param name="incoming">As <see cref="LeadNormalizer"/> gave them, keys assigned; in the order of the source. Those that are new become the stored leads.</param>
    /// <param name="existing">Every stored lead under <see cref="KeysOf"/> (more do no harm), oldest first; changed in place.</param>
    /// <param name="mode">What meeting an existing lead does.</param>
    /// <param name="now">UTC.</param>
    /// <param name="actor">See <see cref="LeadChange.Actor"/>.</param>
    /// <param name="importId">The import, or null for other sources.</param>
    /// <param name="match">By what leads are found; for <see cref="MatchKey.ExternalId"/> the stored leads with those numbers belong to <paramref name="existing"/>, too.</param>
    public static ChunkPlan Resolve(
        IReadOnlyList<Lead> incoming,
        IReadOnlyList<Lead> existing,
        MergeMode mode,
        DateTime now,
        string actor,
        Guid? importId,
        MatchKey match = MatchKey.EmailOrPerson)
    {
        var known = new KnownLeads(existing, match);
        var resolved = new List<ResolvedLead>(incoming.Count);
        var created = new List<Lead>();
        var changed = new List<Lead>();
        var changes = new List<LeadChange>();
        var isNew = new HashSet<Guid>();
        var isChanged = new HashSet<Guid>();
        foreach (var lead in incoming)
        {
            if (known.Find(lead) is not { } target)
            {
                lead.ImportId = importId;
                lead.UpdatedAt = now;
                created.Add(lead);
                isNew.Add(lead.Id);
                known.Add(lead);
                changes.Add(new LeadChange { LeadId = lead.Id, Field = LeadChange.Created, At = now, Actor = actor, ImportId = importId });
                resolved.Add(new ResolvedLead(Resolution.Created, lead));
                continue;
            }
            var identity = target.IdentityKey;
            var person = target.PersonKey;
            var merged = LeadMerge.Apply(target, lead, mode, now, actor, importId);
            if (merged.Count > 0)
            {
                changes.AddRange(merged);
                if (!isNew.Contains(target.Id) && isChanged.Add(target.Id))
                    changed.Add(target);
                if (identity != target.IdentityKey || person != target.PersonKey)
                    known.Moved(target, identity);
            }
            resolved.Add(new ResolvedLead(merged.Count > 0 ? Resolution.Merged : Resolution.Duplicate, target));
        }
        return new ChunkPlan(resolved, created, changed, changes);
    }

    /// <summary>Leads by the keys under which others find them.</summary>
    private sealed class KnownLeads
    {
        private readonly Dictionary<string, Lead> _byIdentity = new(StringComparer.Ordinal);
        private readonly Dictionary<string, List<Lead>> _byPerson = new(StringComparer.Ordinal);

        private readonly Dictionary<string, Lead> _byNumber = new(StringComparer.Ordinal);
        private readonly MatchKey _match;

        public KnownLeads(IReadOnlyList<Lead> leads, MatchKey match)
        {
            _match = match;
            foreach (var lead in leads)
                Add(lead);
        }

        public void Add(Lead lead)
        {
            _byIdentity.TryAdd(lead.IdentityKey, lead);
            if (_match == MatchKey.ExternalId && lead.ExternalId is { } number)
                _byNumber.TryAdd(number, lead);
            if (lead.PersonKey is not { } person)
                return;
            if (!_byPerson.TryGetValue(person, out var leads))
                _byPerson[person] = leads = [];
            if (!leads.Contains(lead))
                leads.Add(lead);
        }

        public void Moved(Lead lead, string identity)
        {
            if (_byIdentity.TryGetValue(identity, out var holder) && holder == lead)
                _byIdentity.Remove(identity);
            Add(lead);
        }

        public Lead? Find(Lead incoming)
        {
            _byIdentity.TryGetValue(incoming.IdentityKey, out var same);
            if (_match == MatchKey.ExternalId && incoming.ExternalId is { } number && _byNumber.TryGetValue(number, out var numbered)

                // Who has no address yet would take on one that another lead has.
                && (numbered.Email is not null || incoming.Email is null || same is null))
                return numbered;
            if (same is not null || (_match == MatchKey.EmailOnly && incoming.Email is not null))
                return same;
            if (incoming.PersonKey is not { } person || !_byPerson.TryGetValue(person, out var leads))
                return null;

            // With an address only somebody whose address is not known yet; without one anybody of that name and company. A key that
            // the lead left meanwhile does not count.
            return leads.Find(lead => lead.PersonKey == person && (incoming.Email is null || lead.Email is null));
        }
    }
}
