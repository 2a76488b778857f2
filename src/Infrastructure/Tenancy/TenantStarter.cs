using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Pipeline.Matching;
using LeadGen.Pipeline.Scoring;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Tenancy;

/// <summary>Gives a new tenant its published starter profile, scoring model and templates, so that the first lead can be matched, scored and written to.</summary>
public sealed class TenantStarter(TimeProvider time)
{
    /// <summary>Adds what is missing; harmless to repeat.</summary>
    public async Task EnsureAsync(TenantDb db, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!await db.Models.AnyAsync(cancellationToken))
        {
            var model = StarterModel.Create(now.UtcDateTime);
            db.Models.Add(new ModelRow
            {
                Version = model.Version,
                Json = model.ToJson(),
                State = ModelState.Champion,
                TrainedAt = now.UtcDateTime,
                PromotedAt = now.UtcDateTime,
            });
        }

        if (!await db.Icps.AnyAsync(cancellationToken))
        {
            var icp = StarterIcp.Create(Guid.CreateVersion7(now)) with { Version = 1 };
            db.Icps.Add(new IcpRow
            {
                Id = icp.Id,
                Draft = icp,
                Live = icp,
                CreatedAt = now.UtcDateTime,
                ChangedAt = now.UtcDateTime,
                PublishedAt = now.UtcDateTime,
            });
            db.IcpVersions.Add(new IcpVersionRow
            {
                IcpId = icp.Id,
                Version = icp.Version,
                Icp = icp,
                PublishedAt = now.UtcDateTime,
                Actor = "system",
            });
        }

        if (!await db.Templates.AnyAsync(cancellationToken))
        {
            foreach (var (row, version) in TemplateEditing.Starters(now))
            {
                db.Templates.Add(row);
                db.TemplateVersions.Add(version);
            }
        }

        await db.SaveChangesAsync(cancellationToken);
    }
}
