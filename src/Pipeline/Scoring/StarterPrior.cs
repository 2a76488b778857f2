using System.Globalization;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;

namespace LeadGen.Pipeline.Scoring;

/// <summary>A kind of lead, as we believe it fares when everything that it does not name is average.</summary>
/// <param name="Why">The belief in words.</param>
/// <param name="WinRate">Share that is won, between 0 and 1.</param>
/// <param name="Weight">How many leads the belief is worth.</param>
/// <param name="Values">The features it names.</param>
internal sealed record PriorExample(string Why, double WinRate, double Weight, IReadOnlyDictionary<string, FeatureValue> Values);

/// <summary>
/// What is believed about leads before any outcome is known. The starter model is trained from it, and a tenant's
/// model has it mixed in, so that a feature which the tenant's history cannot speak about keeps its sense.
/// </summary>
internal static class StarterPrior
{
    // name=value, several separated by commas. The everyday lead comes first: it says what "average" is.
    private const string Table =
        """
        0.14 | 1800 | Everyday lead: nothing said, nothing done | icpMatch=50, none, messageLength=0
        0.17 |  200 | Everyday lead who left a few words        | icpMatch=55, none, messageLength=250

        0.002 | 100 | A must of the profile fails      | icpExcluded=1, icpMatch=0
        0.020 |  60 | Fits in nothing                  | icpMatch=0
        0.045 |  60 | Far from the profile             | icpMatch=20
        0.085 |  60 | Somewhat off                     | icpMatch=40
        0.15  |  60 | Near the profile                 | icpMatch=60
        0.20  |  60 | Fits                             | icpMatch=80
        0.26  |  60 | Fits in every respect            | icpMatch=100

        0.72  |  16 | Speaks of contract, order, go-live: decided   | intent.PurchaseReady=0.9
        0.55  |  16 | Wants to meet or to see it                    | intent.DemoRequest=0.9
        0.48  |  16 | Price matters to those who may buy            | intent.PricingInquiry=0.9
        0.38  |  16 | Compares: a project exists                    | intent.Evaluation=0.9
        0.28  |  16 | Checks whether it would work                  | intent.TechnicalQuestion=0.9
        0.25  |  16 | Brings in the right person                    | intent.Referral=0.9
        0.09  |  16 | Away for now: says nothing about wanting      | intent.OutOfOffice=0.9
        0.06  |  16 | Later may be never                            | intent.NotNow=0.9
        0.04  |  16 | A customer with a problem buys nothing new    | intent.Support=0.9
        0.002 |  40 | Said no                                       | intent.NotInterested=0.9
        0.001 |  40 | Wants no more mail                            | intent.Unsubscribe=0.9
        0.001 |  40 | Looks for work, not for a product             | intent.JobSeeker=0.9
        0.001 |  40 | Sells instead of buying                       | intent.VendorPitch=0.9

        0.23  |  40 | Owns the money            | seniority=Owner
        0.23  |  40 | Decides                   | seniority=CLevel
        0.21  |  40 | Decides in the field      | seniority=VicePresident
        0.19  |  40 | Has a budget              | seniority=Director
        0.17  |  40 | Carries the need          | seniority=Head
        0.15  |  40 | Shapes the choice         | seniority=Manager
        0.11  |  40 | Knows, but asks others    | seniority=Senior
        0.06  |  40 | Seldom heard              | seniority=Junior
        0.02  |  40 | Collects for a thesis     | seniority=Intern

        0.09  |  30 | The person must be found first          | hasEmail=0
        0.14  | 300 | The usual                               | hasEmail=1
        0.15  | 200 | A company's address                     | freeMail=0
        0.08  |  40 | A private address hides the company     | freeMail=1
        0.16  |  60 | Left a number to be called              | hasPhone=1
        0.12  |  60 | Left none                               | hasPhone=0
        0.15  |  40 | A public profile                        | hasLinkedIn=1
        0.12  |  60 | None                                    | hasLinkedIn=0
        0.115 |  40 | Said nothing                            | messageLength=0
        0.17  |  20 | Took the time to write                  | messageLength=600

        0.18  |  20 | Looked once, lately       | engagement.visits=1
        0.28  |  20 | Comes again and again     | engagement.visits=6
        0.22  |  20 | Filled in a form          | engagement.forms=1
        0.20  |  20 | Followed a link           | engagement.clicks=1
        0.28  |  10 | Followed many             | engagement.clicks=4
        0.32  |  20 | Answered us               | engagement.replies=1
        0.60  |  20 | Has booked a meeting      | engagement.meetings=1
        """;

    public static IReadOnlyList<PriorExample> Examples { get; } = Read();

    private static List<PriorExample> Read()
    {
        var examples = new List<PriorExample>();
        foreach (var line in Table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var cells = line.Split('|', StringSplitOptions.TrimEntries);
            var values = new Dictionary<string, FeatureValue>(StringComparer.OrdinalIgnoreCase);
            foreach (var pair in cells[3].Split(',', StringSplitOptions.TrimEntries))
            {
                if (pair == "none")
                    AddNothingSaidOrDone(values);
                else
                    AddPair(values, pair.Split('='));
            }

            examples.Add(new PriorExample(cells[2], Number(cells[0]), Number(cells[1]), values));
        }

        return examples;
    }

    private static void AddPair(Dictionary<string, FeatureValue> values, string[] pair) =>
        values[pair[0]] = pair[0] == FeatureNames.Seniority
            ? FeatureValue.Of(Enum.Parse<Seniority>(pair[1]).ToString())
            : FeatureValue.Of(Number(pair[1]));

    private static void AddNothingSaidOrDone(Dictionary<string, FeatureValue> values)
    {
        foreach (var kind in Enum.GetValues<IntentKind>().Where(kind => kind != IntentKind.Other))
            values[FeatureNames.IntentPrefix + kind] = FeatureValue.Of(0);
        foreach (var name in (string[])
            [
                FeatureNames.Visits, FeatureNames.Forms, FeatureNames.Clicks, FeatureNames.Replies, FeatureNames.Meetings,
                FeatureNames.IcpExcluded,
            ])
            values[name] = FeatureValue.Of(0);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
