using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>What columns are called in the files that people have: English, German, French, Spanish, and what CRMs export.</summary>
internal static class ColumnWords
{
    /// <summary>A field, and how sure its name is: 0 clear, above only when the values agree, the lower the better.</summary>
    internal readonly record struct Guess(string Field, int Rank);

    private static readonly string[] _prefixes =
        ["lead", "contact", "customer", "person", "prospect", "primary", "your", "my", "business", "work", "main", "direct", "the", "kunden", "kontakt"];

    /// <summary>Names that look like a field and are none: the region of a country, a status, a description of the company.</summary>
    private static readonly FrozenSet<string> _own = Words(
        "state, province, region, bundesland, provincia, etat, status, lead status, stage, description, beschreibung, descripcion, owner, lead owner, fax, " +
        "account owner, address, street, zip, zip code, postal code, plz, postcode, salutation, anrede, date of birth, birthday").ToFrozenSet();

    private static readonly FrozenDictionary<string, Guess> _words = Build(
        ("email", "email, e-mail, mail, email address, e-mail address, e-mail adresse, mailadresse, emailadresse, correo, correo electronico, courriel, adresse email, adresse mail, adresse e-mail, email id, contact email, person email, e mail 1, email 1, direccion de correo, direccion de correo electronico"),
        ("firstName", "first name, firstname, given name, forename, vorname, prenom, nombre de pila, fname, first"),
        ("lastName", "last name, lastname, surname, family name, nachname, familienname, nom de famille, apellido, apellidos, lname, last"),
        ("fullName", "full name, fullname, name, contact name, lead name, person name, display name, vollstandiger name, nom complet, nombre completo, nombre y apellidos, ansprechpartner, kontaktperson, contact person, your name, person, ansprechpartnerin"),
        ("jobTitle", "job title, title, position, role, job role, jobtitle, designation, function, berufsbezeichnung, stellenbezeichnung, funktion, titel, poste, fonction, intitule du poste, titre, cargo, puesto, current position, headline, occupation title"),
        ("seniority", "seniority, seniority level, job level, management level"),
        ("phone", "phone, phone number, telephone, telephone number, tel, mobile, mobile phone, mobile number, cell, cell phone, telefon, telefonnummer, handy, handynummer, mobil, mobilnummer, rufnummer, numero de telephone, telefono, numero de telefono, movil, portable, phone no, direct phone, work phone, office phone, phone 1, whatsapp"),
        ("linkedInUrl", "linkedin, linkedin url, linkedin profile, linkedin profile url, person linkedin url, linkedin link, linkedinprofil"),
        ("country", "country, country code, land, pays, pais, nation, country region, company country, person country, country name, lander"),
        ("city", "city, town, stadt, ort, wohnort, ville, ciudad, company city, person city, localite"),
        ("companyName", "company, company name, companyname, organization, organisation, organization name, organisation name, account, account name, employer, business name, firma, firmenname, unternehmen, unternehmensname, entreprise, societe, nom de l entreprise, nom de la societe, raison sociale, empresa, nombre de la empresa, nombre de empresa, compania, institution, company name for emails, associated company"),
        ("companyDomain", "company domain, domain, website, web site, company website, url, web, homepage, company url, domain name, company domain name, site web, sitio web, pagina web, webseite, internetseite, website url, email domain, domaine, dominio"),
        ("industry", "industry, sector, branche, wirtschaftszweig, industrie, secteur, secteur d activite, sector de actividad, industria, company industry, vertical, line of business"),
        ("employeeCount", "employee count, employees, number of employees, no of employees, num employees, nr of employees, company size, headcount, head count, size, staff, mitarbeiter, mitarbeiterzahl, anzahl mitarbeiter, mitarbeiteranzahl, unternehmensgrosse, effectif, effectifs, nombre d employes, nombre de salaries, empleados, numero de empleados, numero empleados, team size, company headcount, employee range, fte"),
        ("annualRevenue", "annual revenue, revenue, turnover, umsatz, jahresumsatz, chiffre d affaires, facturacion, ingresos, ingresos anuales, yearly revenue, company revenue, sales revenue"),
        ("technologies", "technologies, technology, tech stack, techstack, technology stack, tools, software used, technologien, tecnologias"),
        ("message", "message, comment, comments, inquiry, enquiry, question, questions, nachricht, anfrage, kommentar, mitteilung, mensaje, consulta, comentario, comentarios, commentaire, commentaires, demande, your message, request, how can we help, body"),
        ("notes", "notes, note, internal notes, notiz, notizen, bemerkung, bemerkungen, remarques, remarque, notas, observaciones, remarks"),
        ("source", "source, lead source, original source, origin, channel, utm source, herkunft, quelle, leadquelle, lead quelle, origine, provenance, origen, fuente, acquisition channel, how did you hear about us"),
        ("campaign", "campaign, campaign name, utm campaign, kampagne, campagne, campana, marketing campaign, primary campaign"),
        ("tags", "tags, tag, labels, keywords, schlagworte, etiquettes, etiquetas"),
        ("consent.basis", "consent basis, consent, legal basis, lawful basis, opt in, optin, marketing consent, gdpr consent, einwilligung, rechtsgrundlage, consentement, consentimiento"),
        ("consent.at", "consent at, consent date, consent time, opt in date, opt in time, einwilligung am"),
        ("consent.text", "consent text, consent wording, einwilligungstext"),
        ("externalId", "external id, externalid, lead id, id, record id, crm id, reference, identifier, uuid"),
        ("createdAt", "created at, created, created date, create date, created on, creation date, date created, createdat, date added, added on, signup date, sign up date, lead created, erstellt am, erstellt, erstellungsdatum, angelegt am, date de creation, cree le, fecha de creacion, fecha creacion, creado, creado el, submitted at, submission date, timestamp"),
        ("outcome", "outcome, deal outcome, lead outcome, ergebnis, resultat, resultado"),
        ("outcomeAt", "outcome at, outcome date, close date, closed date, closed at, close time, won date, converted date, conversion date, abschlussdatum, date de cloture, fecha de cierre"));

    private static readonly FrozenDictionary<string, Guess> _weak = BuildWeak(
        (1, "outcome", "y, converted, won, is converted, is won, conversion, deal won, success, target, label, result, purchased"),
        (1, "jobTitle", "job, occupation, beruf"),
        (1, "fullName", "contact, lead, customer, kunde, kontakt, nom, nombre, client, cliente, kundenname"),
        (1, "externalId", "customer id, prospect id, person id, user id, client id, kundennummer, kunden nr"),
        (2, "externalId", "contact id, kontakt id"),
        (3, "externalId", "account id, company id, organization id"),
        (1, "createdAt", "date, datum, fecha, first seen"),
        (1, "lastName", "nom"));

    /// <summary>The field that the name tells, or null.</summary>
    public static Guess? Find(string column)
    {
        if (LeadFields.Find(column) is { } exact)
            return new Guess(exact.Name, 0);
        if (IsOwn(column))
            return null;
        var words = Split(column);
        for (var from = 0; from < words.Count; from++)
        {
            var key = string.Concat(words.Skip(from));
            if (_words.TryGetValue(key, out var guess) || _weak.TryGetValue(key, out guess))
                return guess;
            if (!_prefixes.Contains(words[from]))
                break;
        }
        return null;
    }

    public static bool IsOwn(string column) => _own.Contains(string.Concat(Split(column)));

    /// <summary>Words in lower case without accents: camelCase, snake_case and blanks all divide; signs fall away.</summary>
    private static List<string> Split(string column)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var before = ' ';
        foreach (var c in column.Normalize(NormalizationForm.FormKD))
        {
            if (char.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark)
                continue;
            var starts = char.IsUpper(c) && char.IsLower(before);
            if ((starts || !char.IsLetterOrDigit(c)) && word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
            if (char.IsLetterOrDigit(c))
                word.Append(char.ToLowerInvariant(c));
            before = c;
        }
        if (word.Length > 0)
            words.Add(word.ToString());
        return words;
    }

    private static IEnumerable<string> Words(string list) => list.Split(',').Select(name => string.Concat(Split(name)));

    private static FrozenDictionary<string, Guess> Build(params (string Field, string Names)[] fields) =>
        Index(fields.SelectMany(field => Words(field.Names).Append(string.Concat(Split(field.Field))).Select(name => (name, new Guess(field.Field, 0)))));

    private static FrozenDictionary<string, Guess> BuildWeak(params (int Rank, string Field, string Names)[] fields) =>
        Index(fields.SelectMany(field => Words(field.Names).Select(name => (name, new Guess(field.Field, field.Rank)))));

    private static FrozenDictionary<string, Guess> Index(IEnumerable<(string Name, Guess Guess)> names)
    {
        var index = new Dictionary<string, Guess>();
        foreach (var (name, guess) in names)
            index.TryAdd(name, guess);
        return index.ToFrozenDictionary();
    }
}
