using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Crm;

/// <summary>People of a CRM whom LeadGen does not have yet, where the connection's rules let them in: through the one door, and tied to their record.</summary>
public sealed class CrmNewcomers(LeadIntake intake, TimeProvider time)
{
    /// <summary>In the caller's transaction.</summary>
    /// <returns>The tie to the lead that the record is now, or in plain words why there is none.</returns>
    public async Task<(CrmLink? Link, string? Reason)> TakeAsync(TenantDb db, Integration integration, CrmRemote remote, CancellationToken cancellationToken)
    {
        if (!integration.Rules.BringIn || remote.Deleted)
        {
            return (null, "The record belongs to no lead here.");
        }

        // Our own new record may be told of before we know its id: by its address it is recognised, by nothing else surely enough.
        if (string.IsNullOrWhiteSpace(remote.Email))
        {
            return (null, "The record belongs to no lead here and has no e-mail address to know the person by.");
        }

        var now = time.GetUtcNow();
        var reading = LeadNormalizer.Read(Raw(integration, remote, remote.Email), Guid.CreateVersion7(now), now.UtcDateTime);
        if (reading.Lead is not { } lead)
        {
            return (null, $"The record belongs to no lead here and cannot become one: {reading.Problems[0].Reason}");
        }

        var taken = (await intake.StoreAsync(db, [lead], MergeMode.FillEmpty, CrmPull.Actor(integration), null, now.UtcDateTime, cancellationToken))[0];
        if (taken.Lead is not { } known)
        {
            return (null, "This person was erased here and does not come back.");
        }

        if (await db.CrmLinks.AnyAsync(l => l.IntegrationId == integration.Id && l.LeadId == known.Id, cancellationToken))
        {
            return (null, "The lead with this e-mail address stands there as another record. Merge the two records there.");
        }

        var link = new CrmLink { IntegrationId = integration.Id, LeadId = known.Id, RemoteId = remote.RemoteId, Shared = Same(integration, remote, known) };
        db.CrmLinks.Add(link);
        await db.SaveChangesAsync(cancellationToken);
        db.Raise(WorkKind.Leads);
        return (link, null);
    }

    /// <summary>All values of the person that have a fellow here, whichever way they go later.</summary>
    private static RawLead Raw(Integration integration, CrmRemote remote, string email)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["email"] = email, ["source"] = integration.Name };
        foreach (var mapping in integration.Mapping.Where(CrmValues.IsOfPerson))
        {
            if (mapping.Field != "email" && remote.Values.GetValueOrDefault(mapping.Remote) is { Length: > 0 } theirs)
            {
                values[mapping.Field] = CrmValues.In(mapping, theirs);
            }
        }

        return new RawLead(values);
    }

    /// <summary>What both sides have already need not go there.</summary>
    private static Dictionary<string, string> Same(Integration integration, CrmRemote remote, Lead lead) => integration.Mapping
        .Where(m => CrmValues.IsOfPerson(m) && CrmValues.Pushes(m) && !CrmValues.Pulls(m) && remote.Values.GetValueOrDefault(m.Remote) is { Length: > 0 } theirs && theirs == CrmValues.Out(m, lead))
        .DistinctBy(CrmValues.Key).ToDictionary(CrmValues.Key, m => remote.Values[m.Remote]);
}
