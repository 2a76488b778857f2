using LeadGen.Pipeline.Scoring;

namespace LeadGen.Pipeline.Tests.Scoring;

/// <summary>Made-up histories whose truth is known.</summary>
internal static class Histories
{
    public static readonly DateTime Now = new(2026, 11, 1, 8, 0, 0, DateTimeKind.Utc);

    public static LeadFeatures Features(params (string Name, object Value)[] values) =>
        new(values.ToDictionary(
            one => one.Name,
            one => one.Value is string word ? FeatureValue.Of(word) : FeatureValue.Of(Convert.ToDouble(one.Value, System.Globalization.CultureInfo.InvariantCulture)),
            StringComparer.OrdinalIgnoreCase));

    /// <summary>Larger budgets and the trade "food" win more often; "noise" says nothing.</summary>
    public static List<LabelledLead> Sales(int count, int seed, double offset = -1, Func<int, bool, (string, object)[]>? more = null)
    {
        var random = new Random(seed);
        var leads = new List<LabelledLead>(count);
        for (var i = 0; i < count; i++)
        {
            var budget = random.NextDouble() * 100;
            var trade = random.Next(3) switch { 0 => "food", 1 => "steel", _ => "paper" };
            var logOdds = offset + ((budget - 50) / 20) + (trade == "food" ? 1 : -0.5);
            var won = random.NextDouble() < 1 / (1 + Math.Exp(-logOdds));
            var values = new List<(string, object)> { ("custom.budget", budget), ("custom.trade", trade), ("custom.noise", random.NextDouble()) };
            if (random.Next(5) > 0)
                values.Add(("employeeCount", random.Next(1, 5000)));
            values.AddRange(more?.Invoke(i, won) ?? []);
            leads.Add(new LabelledLead($"lead-{i}", Features([.. values]), won, Now.AddDays(-count + i)));
        }

        return leads;
    }
}
