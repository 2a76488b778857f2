using System.CommandLine;
using System.Globalization;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;
using Spectre.Console;

namespace LeadGen.Portal.Cli;

/// <summary><c>outreach evaluate SLUG [--leads 100] [--show]</c>: writes a mail of each template for the leads and says what they rest on; sends and stores nothing.</summary>
public static class OutreachCommand
{
    public static Command Create()
    {
        var slug = new Argument<string>("slug") { Description = "The tenant." };
        var leads = new Option<int>("--leads") { Description = "How many leads, newest first.", DefaultValueFactory = _ => 100 };
        var show = new Option<bool>("--show") { Description = "Print the sentences that are not grounded, each once." };
        var evaluate = new Command("evaluate", "Groundedness, fallbacks and cost of the mails that would be written now.") { slug, leads, show };
        evaluate.Runs(workers: false, async (parsed, host, cancellationToken) =>
        {
            if (parsed.GetValue(leads) is < 1 or > 10_000)
            {
                throw new CommandProblem("--leads is a number from 1 to 10000.");
            }

            var tenant = await host.TenantAsync(parsed.GetValue(slug)!, cancellationToken);
            return await host.InTenantAsync(tenant, services => EvaluateAsync(services, parsed.GetValue(leads), parsed.GetValue(show), cancellationToken), cancellationToken);
        });
        return new Command("outreach", "Mails to leads.") { evaluate };
    }

    private static async Task<int> EvaluateAsync(IServiceProvider services, int count, bool show, CancellationToken cancellationToken)
    {
        var databases = services.GetRequiredService<IDbContextFactory<TenantDb>>();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var ids = await db.Leads.Where(l => l.Email != null).OrderByDescending(l => l.CreatedAt).ThenBy(l => l.Id).Take(count).Select(l => l.Id).ToListAsync(cancellationToken);
        if (ids.Count == 0)
        {
            throw new CommandProblem("The tenant has no lead with an e-mail address yet.");
        }

        var table = new Table().AddColumn("template");
        foreach (var name in new[] { "mails", "with facts", "sentences", "grounded", "by model", "fell back", "missing values", "tokens", "cost" })
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        var loose = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var template in await services.GetRequiredService<TemplateNames>().ActiveAsync(cancellationToken))
        {
            var before = await SpentAsync(databases, cancellationToken);
            var written = await services.GetRequiredService<OutreachWriting>().WriteManyAsync(template.Id, ids, null, null, cancellationToken);
            var after = await SpentAsync(databases, cancellationToken);
            var row = (await services.GetRequiredService<TemplateEditing>().FindAsync(template.Id, cancellationToken))!;
            var mails = written.Values.Select(w => w.Mail).OfType<ComposedMail>().ToList();
            loose.UnionWith(mails.SelectMany(m => Unbacked(row.Live!, m)).Select(s => s.Text.ReplaceLineEndings(" / ")));
            Add(table, row.Live!, mails, after.Written - before.Written, after.Tokens - before.Tokens, after.Cost - before.Cost);
        }

        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 140);
        AnsiConsole.Write(table);
        Console.WriteLine("grounded: sentences whose figures, dates, names and addresses all stand in what they cite or in the template; cost in the currency of the model's prices");
        foreach (var sentence in show ? loose : [])
        {
            Console.WriteLine($"not grounded: {sentence}");
        }

        return 0;
    }

    private static IEnumerable<MailSentence> Unbacked(TemplateContent template, ComposedMail mail) =>
        mail.Sentences.Where(s => !MailSentences.IsBacked(s, WordsOf(template, mail.Variant)));

    private static void Add(Table table, TemplateContent template, IReadOnlyList<ComposedMail> mails, long byModel, long tokens, decimal cost)
    {
        var sentences = mails.Sum(m => m.Sentences.Count);
        var cited = mails.Count(m => m.Sentences.Any(s => s.Sources.Any(o => o.Kind == SourceKind.Knowledge)));
        var fell = mails.Count(m => m.FellBack is not null);
        var unbacked = mails.Sum(m => Unbacked(template, m).Count());
        table.AddRow(
            Markup.Escape(template.Name), Number(mails.Count), Share(cited, mails.Count), Number(sentences), Share(sentences - unbacked, sentences), Number(byModel),
            Share(fell, mails.Count), Share(mails.Count(m => m.Missing.Count > 0), mails.Count), Number(tokens), cost.ToString("0.0000", CultureInfo.InvariantCulture));
    }

    private static async Task<(long Written, long Tokens, decimal Cost)> SpentAsync(IDbContextFactory<TenantDb> databases, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var days = await db.WritingDays.AsNoTracking().ToListAsync(cancellationToken);
        return (days.Sum(d => d.Written), days.Sum(d => d.Tokens), days.Sum(d => d.MicroCost) / 1_000_000m);
    }

    private static string WordsOf(TemplateContent template, string variant)
    {
        var own = template.Variants.Single(v => v.Name == variant);
        return string.Join('\n', own.Blocks.SelectMany(b => new[] { b.Text, b.Url }).Append(own.Html).Append(own.Text));
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Share(long part, long all) => all == 0 ? "-" : ((double)part / all).ToString("P1", CultureInfo.InvariantCulture);
}
