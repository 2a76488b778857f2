using System.CommandLine;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Scoring;
using Microsoft.EntityFrameworkCore;
using Spectre.Console;

namespace LeadGen.Portal.Cli;

/// <summary><c>score explain SLUG LEAD</c>: LEAD is an id or an e-mail address.</summary>
public static class ScoreCommand
{
    public static Command Create()
    {
        var slug = new Argument<string>("slug") { Description = "The tenant." };
        var lead = new Argument<string>("lead") { Description = "Its id or e-mail." };
        var explain = new Command("explain", "Why a lead has the score it has.") { slug, lead };
        explain.Runs(workers: false, async (parsed, host, cancellationToken) =>
        {
            var tenant = await host.TenantAsync(parsed.GetValue(slug)!, cancellationToken);
            return await host.InTenantAsync(
                tenant, services => ExplainAsync(services, parsed.GetValue(lead)!, cancellationToken), cancellationToken);
        });
        return new Command("score", "Scores of leads.") { explain };
    }

    private static async Task<int> ExplainAsync(IServiceProvider services, string wanted, CancellationToken cancellationToken)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync(cancellationToken);
        var email = wanted.Trim().ToLowerInvariant();
        var lead = await db.Leads.AsNoTracking().SingleOrDefaultAsync(
            Guid.TryParse(wanted, out var id) ? l => l.Id == id : l => l.Email == email, cancellationToken)
            ?? throw new CommandProblem($"There is no lead '{wanted}'.");
        var analysis = await db.Analyses.AsNoTracking().SingleOrDefaultAsync(a => a.LeadId == lead.Id, cancellationToken)
            ?? throw new CommandProblem("The lead is not analysed yet. Run the portal, or wait a moment if it runs.");
        var score = analysis.Score;
        Console.WriteLine($"{lead.FullName ?? lead.CompanyName}: {score.Value:F1}, grade {score.Grade}, chance of winning {score.Probability:P1}, model {score.ModelVersion}");
        var table = new Table().AddColumns("feature", "value", "why").AddColumn(new TableColumn("contribution").RightAligned())
            .AddColumn(new TableColumn("points").RightAligned()).AddColumn(new TableColumn("running").RightAligned());
        var running = score.Base;
        table.AddRow("intercept", "", "Where every lead starts", $"{score.Intercept:F4}", "", $"{running:F1}");
        foreach (var c in score.Contributions)
        {
            running += c.Points;
            table.AddRow(
                Markup.Escape(c.Feature), Markup.Escape(c.Value ?? "unknown"), Markup.Escape(ReasonWords.Say(c)),
                $"{c.Contribution:+0.0000;-0.0000;0}", $"{c.Points:+0.0;-0.0;0}", $"{running:F1}");
        }

        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 120);
        AnsiConsole.Write(table);
        var logOdds = score.Intercept + score.Contributions.Sum(c => c.Contribution);
        Console.WriteLine($"sum of contributions + intercept = {logOdds:F6} log-odds = {score.Probability:P2}");
        return 0;
    }
}
