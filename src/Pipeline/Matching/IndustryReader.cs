using System.Collections.Frozen;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Matching;

/// <summary>
/// The industry is one of these: the same words, all words of the one in the other, or two names of one trade. Some words
/// shared is partly.
/// </summary>
internal sealed class IndustryReader(IReadOnlyList<string> values) : CriterionReader
{
    private readonly List<Industry> wanted = [.. values.Select(Industry.Of).Where(i => i.Folded.Length > 0)];

    public override CriterionReading Read(LeadFacts lead)
    {
        var industry = lead.Industry;
        if (industry.Folded.Length == 0)
            return CriterionReading.Unknown;

        var partly = false;
        foreach (var value in wanted)
        {
            if (value.Folded == industry.Folded)
                return CriterionReading.Met(lead.Lead.Industry);
            if (value.Words.Count == 0 || industry.Words.Count == 0)
                continue;
            if (value.Words.IsSubsetOf(industry.Words) || industry.Words.IsSubsetOf(value.Words) || value.Families.Overlaps(industry.Families))
                return CriterionReading.Met(lead.Lead.Industry);
            partly |= value.Words.Overlaps(industry.Words);
        }

        return partly ? CriterionReading.Partly(lead.Lead.Industry) : CriterionReading.NotMet(lead.Lead.Industry);
    }
}

/// <summary>An industry's name, its telling words and the trades it belongs to.</summary>
internal sealed record Industry(string Folded, IReadOnlySet<string> Words, IReadOnlySet<int> Families)
{
    /// <summary>Words that say how or to whom something is sold, not what.</summary>
    private static readonly FrozenSet<string> Empty = WordTable.Set(
        "and of the other services service industry industries products product companies company b2b b2c general und de la des et y e en sector group solutions supplies goods online digital international specialized private public consulting");

    private const int Software = 0;

    private static readonly WordPatterns[] Trades =
    [
        new("software*|saas|it services|information technology|information services|internet|computer*|tech|technology|cloud|ict|informatik|informatique|informatica|it|cyber*|platform|devtools|developer tools|apps"),
        new("logisti*|supply chain|transport*|freight|shipping|warehous*|trucking|3pl|forwarding|spedition|courier|delivery|maritime|fulfil*|lagerhaltung|cargo|postal"),
        new("manufactur*|industrials|machinery|mechanical*|fertigung|maschinenbau|produktion|industrial*|anlagenbau|fabrication|metal*|steel|metallverarbeitung|fabricacion|produzione|industrie"),
        new("health*|hospital*|medical*|medicine|clinic*|gesundheit*|sante|salud|sanita|klinik*|care|medtech|dental|pflege"),
        new("pharma*|biotech*|life sciences|life science|biopharma|drug*"),
        new("bank*|financ*|fintech|capital markets|investment*|payments|lending|finanz*|banque|banca|asset management|wealth management|accounting|private equity|venture capital"),
        new("insur*|insurtech|versicherung*|assurance*|seguros|assicurazioni|verzekering*"),
        new("retail*|e commerce|ecommerce|wholesale retail|einzelhandel|handel|commerce|consumer goods|shops|store*|minorista|onlinehandel|fashion|apparel|supermarkets"),
        new("wholesal*|distribution|distributor*|grosshandel|trade|trading|import|export|mayorista"),
        new("food*|beverage*|lebensmittel*|restaurant*|gastronom*|agrifood|alimenta*|dairy|grocer*|getranke"),
        new("agricultur*|farming|agritech|agtech|landwirtschaft|agro*|forestry|agricola"),
        new("construction|building*|real estate|property|immobilien*|bau|bauwesen|construccion|immobilier|proptech|architecture|civil engineering|edilizia|bouw"),
        new("automotive|cars|vehicle*|automobil*|auto|mobility|automotriz|fahrzeug*"),
        new("energy|oil|gas|utilities|renewable*|solar|wind|power|energie*|energia|cleantech|electric*|mining|stromversorgung"),
        new("education*|edtech|e learning|training|universit*|school*|bildung|higher education|educacion|formation|teaching"),
        new("telecom*|telekommunikation|network operator*|mobile operators|wireless"),
        new("media|entertainment|publishing|broadcast*|film|music|gaming|games|medien|news*|video"),
        new("marketing|advertising|public relations|adtech|martech|werbung|agency|agencies|publicidad|publicite"),
        new("legal|law|law firm*|recht|rechtsberatung|legaltech|attorney*"),
        new("management consulting|business consulting|professional|beratung|unternehmensberatung|conseil|consultoria|consulenza|consultancy|advisory"),
        new("human resources|staffing|recruit*|hr|hrtech|personalvermittlung|zeitarbeit|temping"),
        new("travel|tourism|hospitality|hotel*|leisure|tourismus|airline*|turismo|events"),
        new("government*|public sector|public administration|defense|defence|military|behorde*|verwaltung|govtech|municipal*"),
        new("nonprofit*|non profit*|ngo|charit*|philanthropy|verein"),
        new("aerospace|aviation|space|luftfahrt"),
        new("chemical*|chemi*|plastics|kunststoff*|petrochem*"),
    ];

    // Consulting is what some firms sell, and a word of how in "IT consulting".
    private static readonly FrozenSet<string> Consulting = WordTable.Set("consulting consultancy");

    public static Industry Of(string name)
    {
        var folded = TextFold.Fold(name);
        var all = TextFold.Words(folded);
        var words = all.Where(w => !Empty.Contains(w)).ToHashSet(StringComparer.Ordinal);
        if (words.Count == 0)
            words.UnionWith(all.Where(Consulting.Contains));
        var families = new HashSet<int>();
        for (var i = 0; i < Trades.Length; i++)
        {
            if (Trades[i].Find(all) >= 0)
                families.Add(i);
        }

        // "Food technology" is food: technology is a trade of its own only when no other is named.
        if (families.Count > 1 && !all.Exists(w => w.StartsWith("software", StringComparison.Ordinal) || w == "saas"))
            families.Remove(Software);
        return new Industry(folded, words, families);
    }
}
