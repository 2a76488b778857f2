using System.Globalization;
using System.Text;
using LeadGen.Infrastructure.Answers;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Demo;

/// <summary>What some leads of the demo tenant answer: mails as they come in anywhere, stored and read by the same machinery as everybody's.</summary>
internal static class DemoAnswers
{
    public const string Address = "nora@fernhill.example";

    /// <summary>Mails leave within seconds; a machine too busy for that goes without answers.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(3);

    /// <summary>Waits until the mails of a sequence have left, then lets one lead for each sample answer; each once.</summary>
    public static async Task TakeAsync(IServiceProvider inside, Guid sequence, CancellationToken cancellationToken)
    {
        var mailboxes = inside.GetRequiredService<MailboxSetup>();
        if (!(await mailboxes.ListAsync(cancellationToken)).Any(m => m.Address == Address))
        {
            await mailboxes.AddHookAsync(Address, cancellationToken);
        }

        var mailbox = (await mailboxes.ListAsync(cancellationToken)).First(m => m.Address == Address);
        var sent = await SentAsync(inside, sequence, cancellationToken);
        var now = inside.GetRequiredService<TimeProvider>().GetUtcNow();
        List<IncomingMail> answers = [.. Samples().Zip(sent).Select(pair => Read(pair.First, pair.Second.Message, pair.Second.Name, now))];
        await inside.GetRequiredService<TenantWrites>().RunAsync(
            (db, ct) => AnswerIntake.StoreAsync(db, mailbox.Id, answers, now.UtcDateTime, ct), cancellationToken);
    }

    private static IEnumerable<string> Samples() =>
        Directory.GetFiles(Path.Combine(SampleLeads.Folder, "answers"), "*.eml").Order(StringComparer.Ordinal).Select(File.ReadAllText);

    private static async Task<IReadOnlyList<(OutreachMessage Message, string Name)>> SentAsync(IServiceProvider inside, Guid sequence, CancellationToken cancellationToken)
    {
        var time = inside.GetRequiredService<TimeProvider>();
        var end = time.GetUtcNow() + LongestWait;
        await using var db = await inside.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync(cancellationToken);
        while (time.GetUtcNow() < end)
        {
            var enrolled = await db.Enrollments.CountAsync(e => e.SequenceId == sequence, cancellationToken);
            if (await db.OutreachMessages.CountAsync(m => m.SequenceId == sequence && m.EndedAt != null, cancellationToken) >= enrolled)
            {
                break;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(500), time, cancellationToken);
        }

        // Every sixth, in an order that answers do not change.
        var sent = await db.OutreachMessages.AsNoTracking().Where(m => m.SequenceId == sequence && m.SentAt != null)
            .Join(db.Leads, m => m.LeadId, l => l.Id, (m, l) => new { Message = m, l.FirstName, l.LastName })
            .OrderBy(m => m.Message.LeadId).ToListAsync(cancellationToken);
        return [.. sent.Where((_, i) => i % 6 == 0).Select(m => (m.Message, $"{m.FirstName} {m.LastName}".Trim()))];
    }

    private static IncomingMail Read(string sample, OutreachMessage message, string name, DateTimeOffset now)
    {
        var text = new StringBuilder(sample)
            .Replace("{id}", $"answer-{message.Id:N}")
            .Replace("{message-id}", message.MessageId)
            .Replace("{subject}", message.Subject)
            .Replace("{address}", message.To)
            .Replace("{domain}", message.ToDomain)
            .Replace("{name}", name)
            .Replace("{date}", now.ToString("R", CultureInfo.InvariantCulture));
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text.ToString()));
        return MailParser.Read(stream);
    }
}
