using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;

namespace LeadGen.Infrastructure.Work;

/// <summary>Puts new values into a lead and writes down what changed.</summary>
public static class LeadChanges
{
    private static readonly string[] Names = ["firstName", "lastName", "fullName"];

    /// <summary>Changes the lead in place; when there are problems, it is half changed and must be thrown away.</summary>
    public static (IReadOnlyList<LeadChange> Changes, IReadOnlyList<FieldProblem> Problems) Apply(
        Lead lead, IReadOnlyDictionary<string, string?> values, string actor, DateTime now)
    {
        var problems = new List<FieldProblem>();
        var fields = new List<(LeadField Field, string? Before)>();
        var given = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, text) in values)
        {
            if (LeadFields.Find(name) is not { } field)
            {
                problems.Add(new FieldProblem(name, "There is no field of this name. Use a field of the description, or custom.NAME."));
                continue;
            }

            given.Add(field.Name);
            fields.Add((field, field.Get(lead)));
            Set(lead, field, text, now, problems);
        }

        foreach (var name in Names.Where(n => !given.Contains(n)))
        {
            var field = LeadFields.Find(name)!;
            fields.Add((field, field.Get(lead)));
        }

        CompleteNames(lead, given);
        if (lead.Email is null && lead.CompanyName is null && lead.CompanyDomain is null)
        {
            problems.Add(new FieldProblem("email", "A lead needs an e-mail address or a company (name or domain). Leave one of them in place."));
        }

        if (problems.Count > 0)
        {
            return ([], problems);
        }

        var changes = fields.Select(f => (f.Field, f.Before, After: f.Field.Get(lead))).Where(f => f.Before != f.After)
            .Select(f => new LeadChange { LeadId = lead.Id, Field = f.Field.Name, Old = f.Before, New = f.After, At = now, Actor = actor })
            .ToList();
        if (changes.Count > 0)
        {
            Return(lead, changes.Exists(c => c.Field == "email"), now);
        }

        return (changes, []);
    }

    /// <summary>
    /// Puts a changed lead back at the pipeline's start; whoever analyses its former state may not store that any more. The address is who
    /// it is; without one it keeps the key under which its source knows it.
    /// </summary>
    private static void Return(Lead lead, bool newAddress, DateTime now)
    {
        lead.IdentityKey = newAddress ? LeadIdentity.KeyOf(lead) : lead.IdentityKey;
        lead.PersonKey = LeadIdentity.PersonKeyOf(lead);
        lead.Version++;
        lead.UpdatedAt = now;
        lead.Stage = LeadStage.Received;
        lead.Attempts = 0;
        lead.ClaimToken = null;
        lead.ClaimedUntil = null;
    }

    private static void Set(Lead lead, LeadField field, string? text, DateTime now, List<FieldProblem> problems)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            if (field.Name == "createdAt")
            {
                problems.Add(new FieldProblem(field.Name, "A lead always has a time of creation. Leave it out, or give another one."));
            }
            else
            {
                field.Set(lead, null);
            }

            return;
        }

        var reading = FieldText.Read(field, text, lead.Country is { Length: 2 } region ? region : null, now);
        if (reading.Problem is not null)
        {
            problems.Add(new FieldProblem(field.Name, reading.Problem));
        }
        else if (field.Name.StartsWith(LeadFields.CustomPrefix, StringComparison.Ordinal)
            && lead.Custom.Count >= LeadFields.MaxCustom && field.Get(lead) is null)
        {
            problems.Add(new FieldProblem(field.Name, $"A lead holds {LeadFields.MaxCustom} fields of its own at most. Leave out what is not needed."));
        }
        else
        {
            field.Set(lead, reading.Text);
        }
    }

    /// <summary>Full name and its parts follow each other: who changes one side need not repeat the other.</summary>
    private static void CompleteNames(Lead lead, HashSet<string> given)
    {
        var parts = given.Contains("firstName") || given.Contains("lastName");
        if (parts && !given.Contains("fullName"))
        {
            lead.FullName = PersonName.Join(lead.FirstName, lead.LastName);
        }
        else if (given.Contains("fullName") && !parts)
        {
            (lead.FirstName, lead.LastName) = lead.FullName is null ? (null, null) : PersonName.Split(lead.FullName);
        }
    }
}
