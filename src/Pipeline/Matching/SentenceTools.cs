using System.Collections.Frozen;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Matching;

/// <summary>Tools that the companies work with: those known by name, and names with a capital behind "use" or "run on". Quoted words are keywords.</summary>
internal static class SentenceTools
{
    private static readonly FrozenDictionary<string, string> Known = new[]
    {
        "SAP", "SAP S/4HANA", "SAP Business One", "Salesforce", "HubSpot", "Shopify", "Magento", "WooCommerce", "Shopware", "Microsoft Dynamics", "Dynamics 365", "Dynamics",
        "Business Central", "Navision", "NetSuite", "Oracle", "Odoo", "Sage", "Workday", "AWS", "Azure", "Google Cloud", "Kubernetes", "Docker", "Snowflake", "Databricks",
        "Power BI", "Tableau", "Zendesk", "Intercom", "Jira", "Confluence", "ServiceNow", "WordPress", "Pipedrive", "Zoho", "Stripe", "Slack", "Microsoft 365", "Infor", "DATEV",
        "IFS", "Epicor", "Mailchimp", "Marketo", "Pardot", "Klaviyo", "Segment", "Xero", "QuickBooks", "Personio", "BambooHR", "Asana", "Notion", "React", "Python", "Java", "Excel",
    }.ToFrozenDictionary(TextFold.Fold, t => t, StringComparer.Ordinal);

    /// <summary>Known names that are words, too: only with a capital.</summary>
    private static readonly FrozenSet<string> Words = WordTable.Set("sage oracle slack segment notion excel react stripe infor docker intercom java python");

    private static readonly FrozenSet<string> Uses = WordTable.Set("use uses using run runs running nutzen nutzt verwenden einsetzen utilisent utilisant usan utilizan gebruiken usano");

    private static readonly (char Open, char Close)[] Quotes = [('"', '"'), ('“', '”'), ('„', '“'), ('«', '»'), ('‘', '’')];

    public static IEnumerable<IcpCriterion> Read(SentenceWords words)
    {
        var keywords = Quoted(words).ToList();
        var tools = new List<(string, CriterionRequirement)>();
        for (var i = 0; i < words.Count; i++)
        {
            if (words.IsFree(i) && ToolAt(words, i) is var (name, length) && length > 0)
            {
                tools.Add((name, IcpSentence.RequirementAt(words, i)));
                words.Use(i, i + length);
                i += length - 1;
            }
            else if (Uses.Contains(words.Word(i)))
            {
                UnknownAfter(words, i + 1, tools);
            }
        }

        return [.. IcpSentence.Group(CriterionKind.Technology, 10, tools), .. IcpSentence.Group(CriterionKind.Keyword, 10, keywords)];
    }

    private static (string Name, int Length) ToolAt(SentenceWords words, int at)
    {
        for (var length = Math.Min(3, words.Count - at); length > 0; length--)
        {
            var run = words.Run(at, length);
            if (run.Count == length && Known.TryGetValue(string.Join(' ', run), out var name) && (!Words.Contains(run[0]) || char.IsUpper(words[at].Text[0])))
                return (name, length);
        }

        return ("", 0);
    }

    /// <summary>"use Plentymarkets or Afterbuy": names with a capital inside the sentence, in a row.</summary>
    private static void UnknownAfter(SentenceWords words, int from, List<(string, CriterionRequirement)> tools)
    {
        var at = words.Word(from) is "on" or "with" or "an" or "the" ? from + 1 : from;
        while (words.IsFree(at) && words[at].Break != '.')
        {
            if (words.Word(at) is "or" or "and" or "oder" or "und")
            {
                at++;
                continue;
            }

            if (!char.IsUpper(words[at].Text[0]) || ToolAt(words, at).Length > 0)
                return;
            tools.Add((words[at].Text, IcpSentence.RequirementAt(words, at)));
            words.Use(at, at + 1);
            at++;
        }
    }

    private static IEnumerable<(string, CriterionRequirement)> Quoted(SentenceWords words)
    {
        var text = words.Text;
        for (var i = 0; i < text.Length; i++)
        {
            var pair = Array.Find(Quotes, q => q.Open == text[i]);
            if (pair == default || text.IndexOf(pair.Close, i + 1) is not (> 0 and var end))
                continue;

            var quoted = text[(i + 1)..end].Trim();
            if (quoted.Length is > 1 and <= 60)
            {
                words.UseText(i, end);
                yield return (quoted, CriterionRequirement.Should);
            }

            i = end;
        }
    }
}
