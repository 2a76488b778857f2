using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Infrastructure.Outreach.Sequences;
using LeadGen.Pipeline.Outreach;
using LeadGen.Pipeline.Scoring;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Demo;

/// <summary>
/// What the demo tenant has under way: one sequence with its best open leads in it, whose first mails wait for a person's yes. Written by the
/// same machinery as everybody's. Its sender has no mail server: what is approved goes into the folder of the installation.
/// </summary>
internal static class DemoOutreach
{
    private const int Leads = 8;

    /// <summary>In the demo tenant's scope, once its leads have scores; does nothing where there is a sequence already.</summary>
    public static async Task PrepareAsync(IServiceProvider inside, CancellationToken cancellationToken)
    {
        var sequences = inside.GetRequiredService<SequenceEditing>();
        if ((await sequences.ListAsync(cancellationToken)).Count > 0)
        {
            return;
        }

        var (sender, problems) = await inside.GetRequiredService<SenderEditing>().SaveAsync(
            null,
            new SenderFields
            {
                Name = "Nora of Fernhill",
                Email = "nora@fernhill.example",
                PostalAddress = "Fernhill Systems Ltd, 4 Quayside Yard, Bristol BS1 4RW, United Kingdom",
                WarmsUp = false,
            },
            cancellationToken);
        if (sender is null)
        {
            throw new InvalidOperationException(string.Join(" ", problems.Values));
        }

        var templates = (await inside.GetRequiredService<TemplateNames>().ActiveAsync(cancellationToken)).ToDictionary(t => t.Name, t => t.Id);
        var sequence = await sequences.CreateAsync("First contact", sender.Id, PlanOf(templates), "sample", cancellationToken);
        if ((await sequences.StartAsync(sequence.Id, cancellationToken)).Problems is { Count: > 0 } obstacles)
        {
            throw new InvalidOperationException(string.Join(" ", obstacles));
        }

        await inside.GetRequiredService<Enrolling>().EnrollAsync(sequence.Id, await BestAsync(inside, cancellationToken), "sample", cancellationToken);
    }

    /// <summary>Open all day, so that the first drafts are there whenever somebody looks.</summary>
    private static SequencePlan PlanOf(Dictionary<string, Guid> templates) => new()
    {
        Window = new SendingWindow { Days = Enum.GetValues<DayOfWeek>(), From = TimeOnly.MinValue, Until = new TimeOnly(23, 59) },
        Steps =
        [
            new SequenceStep { Kind = StepKind.Mail, TemplateId = templates["First contact"] },
            new SequenceStep { Kind = StepKind.Mail, TemplateId = templates["Follow-up"], AfterDays = 4, InThread = true },
            new SequenceStep
            {
                Kind = StepKind.Task,
                AfterDays = 3,
                Task = "Call and ask whether the timing is right.",
                Conditions = [new StepCondition(ConditionKind.Grade, [nameof(Grade.A)])],
            },
        ],
    };

    /// <summary>Open leads of the best grades that can be written to in English.</summary>
    private static async Task<IReadOnlyCollection<Guid>> BestAsync(IServiceProvider inside, CancellationToken cancellationToken)
    {
        await using var db = await inside.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync(cancellationToken);
        return await db.Leads.Where(l => l.Email != null && l.FirstName != null && l.Outcome == null && l.Grade == Grade.A && (l.Language == null || l.Language == "en"))
            .OrderByDescending(l => l.ScoreValue).Select(l => l.Id).Take(Leads).ToListAsync(cancellationToken);
    }
}
