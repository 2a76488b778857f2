using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Infrastructure.Outreach.Sequences;
using LeadGen.Pipeline.Outreach;
using LeadGen.Pipeline.Scoring;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Demo;

/// <summary>
/// What the demo tenant has under way: a round of mails that has left and was answered, and a sequence with its best open leads in it, whose
/// first mails wait for a person's yes. Written by the same machinery as everybody's. Its sender has no mail server: what leaves goes into the
/// folder of the installation.
/// </summary>
internal static class DemoOutreach
{
    private const int BestLeads = 8;
    private const int RoundLeads = 60;
    private const string First = "First contact";
    private const string Round = "Autumn round";

    /// <summary>In the demo tenant's scope, once its leads have scores; does what is not done yet.</summary>
    public static async Task PrepareAsync(IServiceProvider inside, CancellationToken cancellationToken)
    {
        var sender = await SenderAsync(inside, cancellationToken);
        var templates = (await inside.GetRequiredService<TemplateNames>().ActiveAsync(cancellationToken)).ToDictionary(t => t.Name, t => t.Id);
        await RunAsync(inside, sender, First, PlanOf(templates), best => best.Take(BestLeads), cancellationToken);
        var round = await RunAsync(inside, sender, Round, RoundOf(templates), best => best.Skip(BestLeads).Take(RoundLeads), cancellationToken);
        await DemoAnswers.TakeAsync(inside, round, cancellationToken);
    }

    private static async Task<Guid> SenderAsync(IServiceProvider inside, CancellationToken cancellationToken)
    {
        var senders = inside.GetRequiredService<SenderEditing>();
        if (await senders.ListAsync(cancellationToken) is [var known, ..])
        {
            return known.Id;
        }

        var (sender, problems) = await senders.SaveAsync(
            null,
            new SenderFields
            {
                Name = "Nora of Fernhill",
                Email = DemoAnswers.Address,
                PostalAddress = "Fernhill Systems Ltd, 4 Quayside Yard, Bristol BS1 4RW, United Kingdom",
                WarmsUp = false,
                PerMinute = 120,
            },
            cancellationToken);
        return sender?.Id ?? throw new InvalidOperationException(string.Join(" ", problems.Values));
    }

    /// <summary>Makes a sequence, starts it and enrols some of the best leads, unless that was done.</summary>
    private static async Task<Guid> RunAsync(
        IServiceProvider inside, Guid sender, string name, SequencePlan plan, Func<IReadOnlyList<Guid>, IEnumerable<Guid>> some, CancellationToken cancellationToken)
    {
        var sequences = inside.GetRequiredService<SequenceEditing>();
        var sequence = (await sequences.ListAsync(cancellationToken)).FirstOrDefault(s => s.Name == name)
            ?? await sequences.CreateAsync(name, sender, plan, SampleLeads.Actor, cancellationToken);
        if (sequence.State == SequenceState.Draft && (await sequences.StartAsync(sequence.Id, cancellationToken)).Problems is { Count: > 0 } obstacles)
        {
            throw new InvalidOperationException(string.Join(" ", obstacles));
        }

        await using var db = await inside.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync(cancellationToken);
        if (!await db.Enrollments.AnyAsync(e => e.SequenceId == sequence.Id, cancellationToken))
        {
            var best = await BestAsync(db, cancellationToken);
            await inside.GetRequiredService<Enrolling>().EnrollAsync(sequence.Id, [.. some(best)], SampleLeads.Actor, cancellationToken);
        }

        return sequence.Id;
    }

    /// <summary>Open all day, so that mails are there whenever somebody looks.</summary>
    private static SendingWindow AllDay => new() { Days = Enum.GetValues<DayOfWeek>(), From = TimeOnly.MinValue, Until = new TimeOnly(23, 59) };

    private static SequencePlan PlanOf(Dictionary<string, Guid> templates) => new()
    {
        Window = AllDay,
        Steps =
        [
            new SequenceStep { Kind = StepKind.Mail, TemplateId = templates[First] },
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

    private static SequencePlan RoundOf(Dictionary<string, Guid> templates) => new()
    {
        Window = AllDay,
        NeedsApproval = false,
        StopsCompany = false,
        Steps =
        [
            new SequenceStep { Kind = StepKind.Mail, TemplateId = templates[First] },
            new SequenceStep { Kind = StepKind.Mail, TemplateId = templates["Follow-up"], AfterDays = 7, InThread = true },
        ],
    };

    /// <summary>Open leads that can be written to in English, best first.</summary>
    private static async Task<IReadOnlyList<Guid>> BestAsync(TenantDb db, CancellationToken cancellationToken) =>
        await db.Leads.Where(l => l.Email != null && l.FirstName != null && l.Outcome == null && (l.Language == null || l.Language == "en"))
            .OrderByDescending(l => l.ScoreValue).ThenBy(l => l.Id).Select(l => l.Id).Take(BestLeads + RoundLeads).ToListAsync(cancellationToken);
}
