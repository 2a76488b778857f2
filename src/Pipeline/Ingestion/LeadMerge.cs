using LeadGen.Pipeline.Leads;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>What a later record of the same lead changes on it.</summary>
/// <remarks>
/// <para><see cref="MergeMode.Update"/>: a newer value replaces the older, an empty one never does. Lists are united. A new message replaces
/// the old one, which stays in the history; new notes are put behind the old ones. The earliest time of creation stays. An outcome
/// replaces another unless it is older by its date; consent likewise. <see cref="MergeMode.FillEmpty"/>: only what is empty is filled (lists and
/// notes included). <see cref="MergeMode.Skip"/>: nothing.</para>
/// <para>Never overwritten: the e-mail address, what a person edited here (for names: first, last and full together), and a company domain
/// that is known by one that was only concluded from an address.</para>
/// </remarks>
public static class LeadMerge
{
    private const string Email = "email";
    private static readonly string[] _names = ["firstName", "lastName", "fullName"];

    /// <summary>Changes the existing lead and returns the changes, none when the incoming one brings nothing new.</summary>
    public static IReadOnlyList<LeadChange> Apply(Lead existing, Lead incoming, MergeMode mode, DateTime now, string actor, Guid? importId)
    {
        if (mode == MergeMode.Skip)
            return [];
        var changes = new List<LeadChange>();
        var names = LeadFields.All.Select(field => field.Name).Concat(LeadFields.CustomNames(incoming));
        var outcomeWins = OutcomeWins(existing, incoming, mode);
        var consentWins = ConsentWins(existing, incoming, mode);
        foreach (var field in names.Select(LeadFields.Find).OfType<LeadField>())
        {
            if (IsEdited(existing, field.Name))
                continue;
            var old = field.Get(existing);
            var merged = field.Name switch
            {
                "outcome" or "outcomeAt" => outcomeWins ? field.Get(incoming) : old,
                "consent.basis" or "consent.at" or "consent.text" => consentWins ? field.Get(incoming) : old,
                "createdAt" => mode == MergeMode.Update && SaysWhen(incoming) && incoming.CreatedAt < existing.CreatedAt ? field.Get(incoming) : old,
                _ => Merged(field, existing, incoming, old, mode),
            };
            if (merged == old)
                continue;
            field.Set(existing, merged);
            changes.Add(new LeadChange
            {
                LeadId = existing.Id,
                Field = field.Name,
                Old = old,
                New = merged,
                At = now,
                Actor = actor,
                ImportId = importId,
            });
        }
        if (changes.Count > 0)
            Touch(existing, now, importId);
        return changes;
    }

    /// <summary>Puts a changed lead back at the pipeline's start; whoever analyses its former state may not store that any more.</summary>
    internal static void Touch(Lead lead, DateTime now, Guid? importId)
    {
        var hadEmail = lead.IdentityKey.StartsWith("e:", StringComparison.Ordinal);
        if (hadEmail != (lead.Email is not null))
            lead.IdentityKey = LeadIdentity.KeyOf(lead);
        lead.PersonKey = LeadIdentity.PersonKeyOf(lead);
        lead.Version++;
        lead.UpdatedAt = now;
        lead.Stage = LeadStage.Received;
        lead.Attempts = 0;
        lead.ClaimToken = null;
        lead.ClaimedUntil = null;
        lead.ImportId = importId ?? lead.ImportId;
    }

    private static string? Merged(LeadField field, Lead existing, Lead incoming, string? old, MergeMode mode)
    {
        var given = field.Get(incoming);
        if (given is null || given == old)
            return old;
        if (old is null)
        {
            var full = field.Name.StartsWith(LeadFields.CustomPrefix, StringComparison.Ordinal) && existing.Custom.Count >= LeadFields.MaxCustom;
            return full ? null : given;
        }
        if (mode == MergeMode.FillEmpty || field.Name == Email)
            return old;
        return field.Name switch
        {
            "companyDomain" when incoming.Email is not null && given == CompanyDomains.OfEmail(incoming.Email) => old,
            "notes" => Appended(old, given),
            _ when field.Kind == FieldKind.List => United(field, old, given),
            _ => given,
        };
    }

    private static string Appended(string old, string given)
    {
        if (old.Contains(given, StringComparison.Ordinal))
            return old;
        var both = old + "\n" + given;

        // The newest notes are the ones to keep.
        var from = Math.Max(0, both.Length - LeadFields.MaxNotes);
        return both[(from > 0 && char.IsLowSurrogate(both[from]) ? from + 1 : from)..];
    }

    private static string United(LeadField field, string old, string given)
    {
        var items = LeadFields.Split(old);
        var seen = new HashSet<string>(items, StringComparer.OrdinalIgnoreCase);
        var length = old.Length;
        foreach (var item in LeadFields.Split(given))
        {
            if (length + item.Length + 1 > field.MaxLength || !seen.Add(item))
                continue;
            items.Add(item);
            length += item.Length + 1;
        }
        return string.Join(';', items);
    }

    private static bool OutcomeWins(Lead existing, Lead incoming, MergeMode mode)
    {
        if (incoming.Outcome is null)
            return false;
        if (existing.Outcome is null)
            return true;
        if (mode == MergeMode.FillEmpty || (incoming.Outcome == existing.Outcome && incoming.OutcomeAt is null))
            return false;

        // A record without a date tells how it stands now.
        return incoming.OutcomeAt is null || existing.OutcomeAt is null || incoming.OutcomeAt > existing.OutcomeAt;
    }

    private static bool ConsentWins(Lead existing, Lead incoming, MergeMode mode)
    {
        if (incoming.Consent is null)
            return false;
        if (existing.Consent is null)
            return true;
        return mode == MergeMode.Update
            && (existing.Consent.At is null || incoming.Consent.At > existing.Consent.At);
    }

    private static bool IsEdited(Lead lead, string field)
    {
        if (lead.EditedFields.Count == 0)
            return false;
        return lead.EditedFields.Contains(field, StringComparer.OrdinalIgnoreCase)
            || (_names.Contains(field) && lead.EditedFields.Exists(edited => _names.Contains(edited, StringComparer.OrdinalIgnoreCase)));
    }

    /// <summary>A source that gives no time leaves that of the arrival, which tells nothing new about a lead that was there.</summary>
    private static bool SaysWhen(Lead incoming) => incoming.CreatedAt != incoming.UpdatedAt;
}
