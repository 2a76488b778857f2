namespace LeadGen.Pipeline.Preprocessing;

/// <summary>ISO 3166-1 codes with the short English names, and other names that leads come with.</summary>
internal static class CountryNames
{
    /// <summary>Alpha-2, alpha-3, short English name. Our own table: the runtime's differs from machine to machine.</summary>
    public const string English = """
        AF AFG Afghanistan|AX ALA Åland Islands|AL ALB Albania|DZ DZA Algeria|AS ASM American Samoa|AD AND Andorra|AO AGO Angola|AI AIA Anguilla
        AQ ATA Antarctica|AG ATG Antigua and Barbuda|AR ARG Argentina|AM ARM Armenia|AW ABW Aruba|AU AUS Australia|AT AUT Austria|AZ AZE Azerbaijan
        BS BHS Bahamas|BH BHR Bahrain|BD BGD Bangladesh|BB BRB Barbados|BY BLR Belarus|BE BEL Belgium|BZ BLZ Belize|BJ BEN Benin|BM BMU Bermuda
        BT BTN Bhutan|BO BOL Bolivia|BQ BES Caribbean Netherlands|BA BIH Bosnia and Herzegovina|BW BWA Botswana|BV BVT Bouvet Island|BR BRA Brazil
        IO IOT British Indian Ocean Territory|BN BRN Brunei|BG BGR Bulgaria|BF BFA Burkina Faso|BI BDI Burundi|CV CPV Cape Verde|KH KHM Cambodia
        CM CMR Cameroon|CA CAN Canada|KY CYM Cayman Islands|CF CAF Central African Republic|TD TCD Chad|CL CHL Chile|CN CHN China|CX CXR Christmas Island
        CC CCK Cocos Islands|CO COL Colombia|KM COM Comoros|CG COG Republic of the Congo|CD COD Democratic Republic of the Congo|CK COK Cook Islands
        CR CRI Costa Rica|CI CIV Ivory Coast|HR HRV Croatia|CU CUB Cuba|CW CUW Curaçao|CY CYP Cyprus|CZ CZE Czechia|DK DNK Denmark|DJ DJI Djibouti
        DM DMA Dominica|DO DOM Dominican Republic|EC ECU Ecuador|EG EGY Egypt|SV SLV El Salvador|GQ GNQ Equatorial Guinea|ER ERI Eritrea|EE EST Estonia
        SZ SWZ Eswatini|ET ETH Ethiopia|FK FLK Falkland Islands|FO FRO Faroe Islands|FJ FJI Fiji|FI FIN Finland|FR FRA France|GF GUF French Guiana
        PF PYF French Polynesia|TF ATF French Southern Territories|GA GAB Gabon|GM GMB Gambia|GE GEO Georgia|DE DEU Germany|GH GHA Ghana|GI GIB Gibraltar
        GR GRC Greece|GL GRL Greenland|GD GRD Grenada|GP GLP Guadeloupe|GU GUM Guam|GT GTM Guatemala|GG GGY Guernsey|GN GIN Guinea|GW GNB Guinea-Bissau
        GY GUY Guyana|HT HTI Haiti|HM HMD Heard and McDonald Islands|VA VAT Vatican City|HN HND Honduras|HK HKG Hong Kong|HU HUN Hungary|IS ISL Iceland
        IN IND India|ID IDN Indonesia|IR IRN Iran|IQ IRQ Iraq|IE IRL Ireland|IM IMN Isle of Man|IL ISR Israel|IT ITA Italy|JM JAM Jamaica|JP JPN Japan
        JE JEY Jersey|JO JOR Jordan|KZ KAZ Kazakhstan|KE KEN Kenya|KI KIR Kiribati|KP PRK North Korea|KR KOR South Korea|KW KWT Kuwait|KG KGZ Kyrgyzstan
        LA LAO Laos|LV LVA Latvia|LB LBN Lebanon|LS LSO Lesotho|LR LBR Liberia|LY LBY Libya|LI LIE Liechtenstein|LT LTU Lithuania|LU LUX Luxembourg
        MO MAC Macao|MG MDG Madagascar|MW MWI Malawi|MY MYS Malaysia|MV MDV Maldives|ML MLI Mali|MT MLT Malta|MH MHL Marshall Islands|MQ MTQ Martinique
        MR MRT Mauritania|MU MUS Mauritius|YT MYT Mayotte|MX MEX Mexico|FM FSM Micronesia|MD MDA Moldova|MC MCO Monaco|MN MNG Mongolia|ME MNE Montenegro
        MS MSR Montserrat|MA MAR Morocco|MZ MOZ Mozambique|MM MMR Myanmar|NA NAM Namibia|NR NRU Nauru|NP NPL Nepal|NL NLD Netherlands|NC NCL New Caledonia
        NZ NZL New Zealand|NI NIC Nicaragua|NE NER Niger|NG NGA Nigeria|NU NIU Niue|NF NFK Norfolk Island|MK MKD North Macedonia
        MP MNP Northern Mariana Islands|NO NOR Norway|OM OMN Oman|PK PAK Pakistan|PW PLW Palau|PS PSE Palestine|PA PAN Panama|PG PNG Papua New Guinea
        PY PRY Paraguay|PE PER Peru|PH PHL Philippines|PN PCN Pitcairn|PL POL Poland|PT PRT Portugal|PR PRI Puerto Rico|QA QAT Qatar|RE REU Réunion
        RO ROU Romania|RU RUS Russia|RW RWA Rwanda|BL BLM Saint Barthélemy|SH SHN Saint Helena|KN KNA Saint Kitts and Nevis|LC LCA Saint Lucia
        MF MAF Saint Martin|PM SPM Saint Pierre and Miquelon|VC VCT Saint Vincent and the Grenadines|WS WSM Samoa|SM SMR San Marino
        ST STP São Tomé and Príncipe|SA SAU Saudi Arabia|SN SEN Senegal|RS SRB Serbia|SC SYC Seychelles|SL SLE Sierra Leone|SG SGP Singapore
        SX SXM Sint Maarten|SK SVK Slovakia|SI SVN Slovenia|SB SLB Solomon Islands|SO SOM Somalia|ZA ZAF South Africa
        GS SGS South Georgia and the South Sandwich Islands|SS SSD South Sudan|ES ESP Spain|LK LKA Sri Lanka|SD SDN Sudan|SR SUR Suriname
        SJ SJM Svalbard and Jan Mayen|SE SWE Sweden|CH CHE Switzerland|SY SYR Syria|TW TWN Taiwan|TJ TJK Tajikistan|TZ TZA Tanzania|TH THA Thailand
        TL TLS Timor-Leste|TG TGO Togo|TK TKL Tokelau|TO TON Tonga|TT TTO Trinidad and Tobago|TN TUN Tunisia|TR TUR Turkey|TM TKM Turkmenistan
        TC TCA Turks and Caicos Islands|TV TUV Tuvalu|UG UGA Uganda|UA UKR Ukraine|AE ARE United Arab Emirates|GB GBR United Kingdom|US USA United States
        UM UMI United States Minor Outlying Islands|UY URY Uruguay|UZ UZB Uzbekistan|VU VUT Vanuatu|VE VEN Venezuela|VN VNM Vietnam
        VG VGB British Virgin Islands|VI VIR US Virgin Islands|WF WLF Wallis and Futuna|EH ESH Western Sahara|YE YEM Yemen|ZM ZMB Zambia|ZW ZWE Zimbabwe
        """;

    /// <summary>Other names by code, in their own language, German, French, Spanish, Italian, Dutch, Portuguese, and short forms.</summary>
    public const string Others = """
        US:usa,u.s.,u.s.a.,united states of america,the united states,america,vereinigte staaten,vereinigte staaten von amerika,etats unis,états-unis d'amérique,estados unidos,ee. uu.,ee.uu.,eeuu,eua,stati uniti,verenigde staten,us of a
        GB:uk,u.k.,great britain,britain,england,scotland,wales,northern ireland,vereinigtes königreich,grossbritannien,großbritannien,royaume-uni,angleterre,reino unido,inglaterra,gran bretaña,regno unito,verenigd koninkrijk,united kingdom of great britain and northern ireland
        AE:uae,u.a.e.,emirates,dubai,abu dhabi,vereinigte arabische emirate,émirats arabes unis,emiratos árabes unidos,eau
        DE:deutschland,allemagne,alemania,germania,duitsland,alemanha,federal republic of germany,brd,bundesrepublik deutschland,ger,d
        AT:österreich,oesterreich,autriche,oostenrijk,áustria
        CH:schweiz,suisse,svizzera,suiza,zwitserland,suíça,sui
        FR:frankreich,francia,frankrijk,frança
        ES:españa,spanien,espagne,spagna,spanje,espanha
        IT:italia,italien,italie,italië,itália
        NL:nederland,niederlande,holland,the netherlands,pays-bas,países bajos,paesi bassi,países baixos,ned
        BE:belgien,belgique,belgië,bélgica,belgio
        LU:luxemburg,luxemburgo,lussemburgo
        PT:portugal,portogallo,por
        PL:polska,polen,pologne,polonia,polônia
        CZ:czech republic,česko,česká republika,tschechien,tschechische republik,république tchèque,tchéquie,república checa,chequia,repubblica ceca,tsjechië
        SK:slowakei,slovensko,slovaquie,eslovaquia,slovacchia,slovak republic
        HU:ungarn,magyarország,hongrie,hungría,ungheria,hongarije
        RO:rumänien,românia,roumanie,rumania,roemenië
        BG:bulgarien,bulgarie,българия,bulgarije
        GR:griechenland,grèce,grecia,griekenland,hellas,ελλάδα,grécia
        HR:kroatien,hrvatska,croatie,croacia,croazia,kroatië
        SI:slowenien,slovenija,slovénie,eslovenia
        RS:serbien,srbija,serbie
        DK:dänemark,danmark,danemark,dinamarca,danimarca,denemarken
        SE:schweden,sverige,suède,suecia,svezia,zweden,suécia
        NO:norwegen,norge,norvège,noruega,norvegia,noorwegen
        FI:finnland,suomi,finlande,finlandia
        IS:island,ísland,islande,islandia,ijsland
        IE:irland,éire,irlande,irlanda,ierland,republic of ireland
        EE:estland,eesti,estonie
        LV:lettland,latvija,lettonie,letonia
        LT:litauen,lietuva,lituanie,lituania
        UA:україна,ukraina,oekraïne,ucrania,ucraina
        RU:russland,russian federation,россия,russie,rusia,rusland
        TR:türkei,türkiye,turquie,turquía,turchia,turkije,republic of turkey
        CY:zypern,chypre,chipre,cipro
        MT:malte
        CA:kanada
        MX:méxico,mexiko,mexique,messico
        BR:brasil,brasilien,brésil,brasile,brazilië
        AR:argentinien,argentine,argentinië
        CL:chili,cile
        CO:kolumbien,colombie
        PE:perú,pérou
        VE:bolivarian republic of venezuela
        BO:bolivien,bolivie,plurinational state of bolivia
        CR:costa rica
        DO:república dominicana,dominikanische republik
        CN:prc,people's republic of china,volksrepublik china,chine,cina,中国
        JP:日本,japon,japón,giappone,nippon
        KR:korea,republic of korea,südkorea,corée du sud,corea del sur,corea del sud,대한민국,zuid-korea
        KP:democratic people's republic of korea,nordkorea
        TW:republic of china,taiwan r.o.c.,台灣
        HK:hongkong,hong kong sar,hong kong sar china
        MO:macau
        SG:singapur,singapour
        IN:indien,inde,bharat
        ID:indonesien,indonésie
        MY:malaysien,malaisie
        PH:philippinen,the philippines,filipinas
        TH:thaïlande,tailandia
        VN:viet nam,socialist republic of vietnam
        AU:australien,australie,oz
        NZ:neuseeland,nouvelle-zélande,nueva zelanda,aotearoa
        ZA:südafrika,afrique du sud,sudáfrica,rsa
        EG:ägypten,égypte,egipto
        MA:marokko,maroc,marruecos
        TN:tunesien,tunisie,túnez
        DZ:algerien,algérie,argelia
        IL:ישראל,israël
        SA:ksa,kingdom of saudi arabia,saudi-arabien,arabie saoudite,arabia saudita
        IR:islamic republic of iran
        SY:syrian arab republic
        MD:republic of moldova
        TZ:united republic of tanzania
        LA:lao people's democratic republic
        CV:cabo verde
        CI:côte d'ivoire,elfenbeinküste
        CD:dr congo,drc,congo kinshasa
        CG:congo,congo brazzaville
        MK:macedonia
        MM:burma
        SZ:swaziland
        BN:brunei darussalam
        BA:bosnia,bosnien und herzegowina,bosnia & herzegovina
        VA:holy see
        TL:east timor
        """;
}
