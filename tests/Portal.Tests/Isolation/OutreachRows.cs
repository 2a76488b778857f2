using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Outreach;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Portal.Tests.Isolation;

/// <summary>Outreach of a tenant that nobody else may see: a paused sender, a draft sequence, a draft mail, a shut address.</summary>
internal static class OutreachRows
{
    public static Task<(Guid Sender, Guid Sequence, Guid Mail)> AddAsync(PortalUnderTest portal, Tenant tenant, Guid lead, string mark) =>
        portal.InTenantAsync(tenant, services => services.GetRequiredService<TenantWrites>().RunAsync(async (db, ct) =>
        {
            var (sender, sequence, mail) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
            db.Senders.Add(new Sender { Id = sender, Name = mark, Email = $"{mark}@b.example", PostalAddress = mark, State = SenderState.Paused, CreatedAt = DateTime.UnixEpoch });
            db.Sequences.Add(new Sequence
            {
                Id = sequence,
                Name = mark,
                SenderId = sender,
                Plan = new SequencePlan { Steps = [new SequenceStep { Kind = StepKind.Task, Task = mark }] },
                CreatedAt = DateTime.UnixEpoch,
                ChangedAt = DateTime.UnixEpoch,
                CreatedBy = mark,
            });
            db.OutreachMessages.Add(new OutreachMessage
            {
                Id = mail,
                LeadId = lead,
                To = $"{mark}@b.example",
                SenderId = sender,
                SequenceId = sequence,
                Step = 0,
                Subject = mark,
                Text = mark,
                CreatedAt = DateTime.UnixEpoch,
                DueAt = DateTime.UnixEpoch,
                MessageId = $"{mail:N}@b.example",
            });
            await services.GetRequiredService<Suppressions>().AddAsync(db, $"{mark}@b.example", SuppressionReason.ByHand, mark, null, DateTime.UnixEpoch, ct);
            await db.SaveChangesAsync(ct);
            return (sender, sequence, mail);
        }));
}
