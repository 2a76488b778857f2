using LeadGen.Pipeline.Leads;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>What became of a <see cref="RawLead"/>.</summary>
/// <param name="Lead">Null when a problem of severity <see cref="ProblemSeverity.Lead"/> is among the problems.</param>
/// <param name="Problems">By API field name; the API answers 422 to any of them, an import only loses rows without a lead.</param>
public sealed record LeadReading(Lead? Lead, IReadOnlyList<FieldProblem> Problems);

/// <summary>Understands a source's texts: the first step of every lead, wherever it comes from.</summary>
/// <remarks>
/// <para>Needed is an e-mail address or a company (name or domain). A wrong e-mail address refuses the lead, since it would make it another
/// person. Any other value that cannot be read is a problem of its own and is kept as text in <c>custom.FIELD</c>, so that a file's row is
/// neither lost nor silently changed; a text that is too long is cut and kept as far as a custom field holds it.</para>
/// <para>Filled in where the source is silent: full name from first and last (and the reverse), the name before an address in angle brackets,
/// the company's domain from an address that is not a mail provider's.</para>
/// </remarks>
public static class LeadNormalizer
{
    private const int MaxShown = 200;

    /// <param name="raw">The texts by field.</param>
    /// <param name="id">Version 7, made of the time the lead came in.</param>
    /// <param name="now">UTC; the time of creation when the source gives none.</param>
    public static LeadReading Read(RawLead raw, Guid id, DateTime now)
    {
        var lead = new Lead { Id = id, IdentityKey = "", CreatedAt = now, UpdatedAt = now };
        var problems = new List<FieldProblem>();
        var region = Region(raw);
        string? display = null;
        foreach (var (name, text) in raw.Values)
        {
            if (string.IsNullOrWhiteSpace(text))
                continue;
            if (LeadFields.Find(name) is not { } field)
            {
                problems.Add(Problem(name, "There is no field of this name. Use a field of the description, or custom.NAME.", text));
                KeepAside(lead, name, text, problems);
                continue;
            }
            if (field.Kind == FieldKind.Email)
                EmailAddress.TryRead(text, out _, out display);
            Take(lead, field, text, region, now, problems);
        }

        Complete(lead, display);
        if (lead.Email is null && lead.CompanyName is null && lead.CompanyDomain is null && !problems.Exists(IsOfLead))
        {
            problems.Add(new FieldProblem(
                "email",
                "A lead needs an e-mail address or a company (name or domain). Fill in one of them, or map the column that holds it."));
        }
        if (problems.Exists(IsOfLead))
            return new LeadReading(null, problems);
        LeadIdentity.Assign(lead);
        return new LeadReading(lead, problems);
    }

    private static void Take(Lead lead, LeadField field, string text, string? region, DateTime now, List<FieldProblem> problems)
    {
        if (field.Name.StartsWith(LeadFields.CustomPrefix, StringComparison.Ordinal) && lead.Custom.Count >= LeadFields.MaxCustom && field.Get(lead) is null)
        {
            problems.Add(Problem(field.Name, $"A lead holds {LeadFields.MaxCustom} fields of its own at most. Leave out what is not needed.", text));
            return;
        }
        var reading = FieldText.Read(field, text, region, now);
        if (reading.Text is not null)
            field.Set(lead, reading.Text);
        if (field.Kind == FieldKind.Phone && PhoneText.MayHaveExtension(text) && PhoneText.Read(text, region) is { Extension: { } extension } && lead.Custom.Count < LeadFields.MaxCustom)
            lead.Custom["phoneExtension"] = extension;
        if (reading.Problem is null)
            return;
        var refuses = field.Kind == FieldKind.Email && reading.Text is null;
        problems.Add(Problem(field.Name, reading.Problem, text) with { Severity = refuses ? ProblemSeverity.Lead : ProblemSeverity.Value });
        if (!refuses)
            KeepAside(lead, field.Name, text, problems);
    }

    private static void Complete(Lead lead, string? display)
    {
        if (lead.Consent is { Basis.Length: 0 } consent)
            lead.Consent = consent with { Basis = "consent" };
        lead.FullName ??= PersonName.Join(lead.FirstName, lead.LastName) ?? display;
        if (lead.FullName is not null && lead.FirstName is null && lead.LastName is null)
            (lead.FirstName, lead.LastName) = PersonName.Split(lead.FullName);
        if (lead.FullName?.Length > 200)
            lead.FullName = FieldText.Cut(lead.FullName, 200);
        if (lead.CompanyDomain is null && lead.Email is not null)
            lead.CompanyDomain = CompanyDomains.OfEmail(lead.Email);
    }

    private static void KeepAside(Lead lead, string name, string text, List<FieldProblem> problems)
    {
        var key = FieldText.Cut(name.StartsWith(LeadFields.CustomPrefix, StringComparison.Ordinal) ? name[LeadFields.CustomPrefix.Length..] : name, LeadFields.MaxCustomName);
        if (lead.Custom.ContainsKey(key))
            return;
        if (lead.Custom.Count >= LeadFields.MaxCustom)
        {
            problems.Add(Problem(name, $"A lead holds {LeadFields.MaxCustom} fields of its own at most, so this text is left out.", text));
            return;
        }
        lead.Custom[key] = FieldText.Cut(CleanText.Lines(text), LeadFields.MaxCustomValue);
    }

    private static string? Region(RawLead raw)
    {
        var country = raw.Values.TryGetValue("country", out var text) ? CountryText.Normalize(CleanText.Line(text)) : null;
        return country is { Length: 2 } && char.IsAsciiLetterUpper(country[0]) ? country : null;
    }

    private static bool IsOfLead(FieldProblem problem) => problem.Severity == ProblemSeverity.Lead;

    private static FieldProblem Problem(string field, string reason, string text) =>
        new(field, reason, FieldText.Cut(text, MaxShown)) { Severity = ProblemSeverity.Value };
}
