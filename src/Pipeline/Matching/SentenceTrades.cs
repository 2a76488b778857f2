using System.Collections.Frozen;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Matching;

/// <summary>What the companies do: "manufacturers", "wholesalers", "logistics providers", "SaaS", or a word before "companies".</summary>
internal static class SentenceTrades
{
    private static readonly (string Name, bool Broad, WordPatterns Words)[] Trades =
    [
        ("Manufacturing", true, new("manufactur*|maker|makers|producers|factory|factories|fabricat*|hersteller*|produzierende*|fertig*|fabricants|industriels|fabricantes|produttori|fabrikanten|industrial compan*|maschinenbau*|machine builder*|machinery")),
        ("Wholesale", true, new("wholesal*|grosshandel*|grosshandler*|grossiste*|mayorista*|groothandel*|distributor*|distributeurs|distribuidores")),
        ("Retail", true, new("retail*|einzelhandel*|einzelhandler*|detaillants|minoristas|shops|stores|shop|boutiques|supermarket*|handler*")),
        ("E-commerce", false, new("e commerce|ecommerce|online shop|online shops|online store*|online retail*|onlineshop*|onlinehandler*|webshop*|web shops|d2c|dtc")),
        ("Logistics", false, new("logistics compan*|logistics provider*|logistics service*|logistics firm*|logistics business*|logistikunternehmen|logistiker|logistikdienstleister*|3pl|3pls|freight*|carrier*|haulier*|hauler*|spedition*|spediteur*|transport compan*|transporteurs|trucking|forwarder*|shipping compan*|couriers|fulfilment*|fulfillment*|warehousing compan*|warehouse operator*")),
        ("Software", false, new("saas|software compan*|software vendor*|software house*|software firm*|software maker*|software business*|software provider*|software start*|software publisher*|software developer*|software scale*|b2b software|softwarehersteller*|softwareunternehmen|softwarefirm*|softwarehaus*|editeurs de logiciels|tech compan*|tech start*|tech scale*|technology compan*|it compan*|it service*|it provider*|systemhaus*")),
        ("Healthcare", false, new("hospital*|clinic|clinics|healthcare*|health care|medical*|krankenhaus*|kliniken|klinik|medtech|dental*|dentist*|care homes|pflegeheim*|sante|hopitaux")),
        ("Pharmaceuticals", false, new("pharma*|biotech*|life science*|drug*")),
        ("Banking", false, new("bank|banks|banking|banken|banques|bancos|credit unions")),
        ("Financial services", false, new("fintech*|financial service*|financial institution*|asset manager*|investment firm*|wealth manager*|accounting firm*|accountants|tax advis*|steuerberater*")),
        ("Insurance", false, new("insur*|versicher*|assureurs|assurance*|aseguradoras")),
        ("Food and beverage", false, new("food*|beverage*|brewer*|baker*|dair*|lebensmittel*|getranke*|brauerei*|backerei*|agroalimentaire*|alimentaire*|alimentos|caterer*|catering")),
        ("Restaurants", false, new("restaurant*|gastronom*|cafes")),
        ("Agriculture", false, new("agricultur*|farm|farms|farmers|landwirt*|agritech|agri*")),
        ("Construction", false, new("construction*|builders|contractors|bauunternehmen|baufirm*|bauwesen|btp|constructoras|building compan*")),
        ("Real estate", false, new("real estate|property compan*|property manager*|immobilien*|housing*|proptech")),
        ("Automotive", false, new("automotive*|car dealer*|car maker*|carmaker*|car manufacturer*|automobil*|autohaus*|vehicle*")),
        ("Energy", false, new("energy|utility|utilities|renewable*|solar*|wind farm*|energie*|stadtwerke|oil|gas")),
        ("Education", false, new("school*|universit*|college*|edtech*|education*|hochschul*|bildung*|training provider*|student|students")),
        ("Telecommunications", false, new("telecom*|telco*|telekommunikation*|internet provider*")),
        ("Media", false, new("media compan*|publisher*|broadcaster*|verlag*|medienunternehmen|gaming|game studio*|newspaper*")),
        ("Marketing agencies", false, new("agency|agencies|marketing firm*|marketing compan*|agentur*|agences|agencias|advertising*|adtech|martech")),
        ("Law firms", false, new("law firm*|lawyer*|attorney*|kanzlei*|rechtsanwalt*|cabinets d'avocats|legal firm*|notar*")),
        ("Consulting", false, new("consult*|beratung*|berater*|advisory|cabinets de conseil|unternehmensberat*")),
        ("Staffing and recruiting", false, new("staffing*|recruit*|temp agenc*|personaldienstleister*|zeitarbeit*|headhunter*|job boards")),
        ("Hospitality and travel", false, new("hotel*|hospitality|travel*|tourism|airline*|reiseburo*|tourismus*|hosteleria")),
        ("Public sector", false, new("public sector|government*|municipal*|public administration*|behorde*|kommune*|cities|ministries|public bodies|collectivites")),
        ("Nonprofit", false, new("nonprofit*|non profit*|not for profit*|charit*|ngo|ngos|foundations|verein*|stiftung*|associations")),
        ("Aerospace", false, new("aerospace*|aviation*|luftfahrt*|space compan*|defence|defense")),
        ("Chemicals", false, new("chemical*|chemie*|plastics*|kunststoff*|chimie|quimica*")),
        ("Electronics", false, new("electronic*|elektronik*|semiconductor*|elektrotechnik*")),
        ("Fashion", false, new("fashion*|apparel*|clothing*|textil*|mode|footwear")),
        ("Packaging", false, new("packaging*|verpackung*|emballage*")),
        ("Furniture", false, new("furniture*|mobel*|kitchens")),
    ];

    private static readonly FrozenSet<string> Firms = WordTable.Set("companies firms businesses industry sector unternehmen firmen betriebe entreprises empresas bedrijven aziende");

    /// <summary>Words before "companies" that tell no trade.</summary>
    private static readonly FrozenSet<string> NoTrade = WordTable.Set(
        "only just mainly mostly especially such small medium mid large big sized size growing fast family private public listed local regional global international national young new old other more some many all most our the these those b2b b2c independent established traditional modern digital innovative successful profitable stage early late market tech technology service services and or of for at in with to that which which's any similar smaller larger bigger bootstrapped funded backed owned led run based speaking leading top good great ideal target portfolio european kleine grosse mittlere mittelstandische petites grandes moyennes medianas pequenas industrial software logistics few hundred thousand people person employee employees target");

    public static IEnumerable<IcpCriterion> Read(SentenceWords words)
    {
        var found = new List<(string Name, bool Broad, int At)>();
        for (var i = 0; i < words.Count; i++)
        {
            var run = words.Run(i, 3);
            if (run.Count == 0)
                continue;
            var trade = Array.Find(Trades, t => !t.Broad && t.Words.Find(run) == 0);
            if (trade.Name is null)
                trade = Array.Find(Trades, t => t.Broad && t.Words.Find(run) == 0);
            if (trade.Name is not null)
                found.Add((trade.Name, trade.Broad, i));
            else if (Firms.Contains(words.Word(i + 1)) && words[i + 1].Break == ' ' && IsTrade(words[i]))
                found.Add((char.ToUpperInvariant(words[i].Text[0]) + words[i].Text[1..], false, i));
        }

        // "Food manufacturers" are food: the broad word adds every other manufacturer.
        var telling = found.Where(f => !f.Broad || !found.Exists(o => !o.Broad && o.At < f.At && f.At - o.At <= 2 && Together(words, o.At, f.At)));
        return IcpSentence.Group(CriterionKind.Industry, 30, telling.Select(f => (f.Name, IcpSentence.RequirementAt(words, f.At))));
    }

    private static bool Together(SentenceWords words, int from, int to)
    {
        for (var i = from + 1; i <= to; i++)
        {
            if (words[i].Break != ' ' || words.Word(i) is "and" or "or" or "und" or "oder" or "et" or "y")
                return false;
        }

        return true;
    }

    private static bool IsTrade(SentenceWord word) =>
        word.Folded.Length > 3 && char.IsLetter(word.Folded[0]) && !NoTrade.Contains(word.Folded) && !word.Folded.EndsWith("ed", StringComparison.Ordinal);
}
