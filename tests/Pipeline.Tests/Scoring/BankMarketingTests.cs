using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Scoring;
using LeadGen.Pipeline.Scoring.Training;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Scoring;

/// <summary>A floor under the quality on a real history (6,000 calls of a bank), every column a tenant's own.</summary>
public class BankMarketingTests
{
    private static List<LabelledLead> Read(string? without)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Scoring", "Fixtures", "bank-marketing-6000.csv"));
        var names = lines[0].Split(';');
        return [.. lines.Skip(1).Select((line, i) =>
        {
            var cells = line.Split(';');
            var lead = new Lead { Id = Guid.Empty, IdentityKey = $"row-{i}", CompanyName = "x" };
            for (var c = 0; c < names.Length - 1; c++)
            {
                if (names[c] != without)
                    lead.Custom[names[c]] = cells[c];
            }

            return new LabelledLead(lead.IdentityKey, FeatureBuilder.Build(lead, null, [], Engagement.None, Histories.Now), cells[^1] == "yes", null);
        })];
    }

    [Theory]
    [InlineData("duration", 0.74)]
    [InlineData(null, 0.925)]
    public void Foretells_a_banks_outcomes(string? without, double auc)
    {
        var trained = ModelTrainer.Train(Read(without), new TrainingOptions(), StarterModel.Create(Histories.Now), Histories.Now, CancellationToken.None)
            .ShouldBeOfType<Trained>();
        TestContext.Current.TestOutputHelper?.WriteLine(trained.ChallengerMetrics.ToString());
        trained.ChallengerMetrics.Auc.ShouldBeGreaterThan(auc);
        trained.ChallengerMetrics.Ece.ShouldBeLessThan(0.05);
        trained.Verdict.Promoted.ShouldBeTrue(string.Join(" ", trained.Verdict.Reasons));
        trained.Notes.ShouldBeEmpty();
    }
}
