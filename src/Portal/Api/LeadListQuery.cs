using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Scoring;
using LeadGen.Portal.Leads;

namespace LeadGen.Portal.Api;

/// <summary>The conditions of a list, as they stand in the address. They mean what the same conditions mean on the page of leads.</summary>
internal sealed record LeadListQuery
{
    private const int MostCustom = 10;

    /// <summary>Lowest score, 0-100.</summary>
    public string? MinScore { get; init; }

    /// <summary>Highest score, 0-100.</summary>
    public string? MaxScore { get; init; }

    /// <summary>Lowest match with the ideal customer, 0-100.</summary>
    public string? MinFit { get; init; }

    /// <summary>Highest match with the ideal customer, 0-100.</summary>
    public string? MaxFit { get; init; }

    /// <summary>A, B, C, D; several by comma.</summary>
    public string[]? Grade { get; init; }

    /// <summary>Kinds of intent that were read; several by comma.</summary>
    public string[]? Intent { get; init; }

    /// <summary>ISO codes; several by comma.</summary>
    public string[]? Country { get; init; }

    /// <summary>ISO 639-1 codes of the message's language; several by comma.</summary>
    public string[]? Language { get; init; }

    public string[]? Source { get; init; }
    public string[]? Industry { get; init; }

    /// <summary>As it is written; give the parameter several times for several.</summary>
    public string[]? Tag { get; init; }

    /// <summary>Ids of members, or none for leads that nobody owns; several by comma.</summary>
    public string[]? Owner { get; init; }

    /// <summary>Received, Scored, Failed.</summary>
    public string[]? Stage { get; init; }

    /// <summary>Won, Lost, Open.</summary>
    public string[]? Outcome { get; init; }

    /// <summary>A day (UTC) or a moment with its zone, 2026-03-01 or 2026-03-01T10:00:00Z; included.</summary>
    public string? CreatedSince { get; init; }

    /// <summary>A day (UTC, to its end) or a moment with its zone; included.</summary>
    public string? CreatedUntil { get; init; }

    /// <summary>true or false.</summary>
    public string? HasEmail { get; init; }

    /// <summary>Words in name, e-mail, company or job title.</summary>
    public string? Q { get; init; }

    public string? ImportId { get; init; }

    /// <summary>-score, score, -createdAt, createdAt, name, -name, company, -company.</summary>
    public string? Sort { get; init; }

    public string? Cursor { get; init; }

    /// <summary>1 to 200; 50 when not given.</summary>
    public string? Limit { get; init; }

    /// <param name="address">All that stands in the address: fields of the tenant's own are conditions too, <c>custom.plan=gold</c>.</param>
    public LeadFilter Filter(Fields fields, IQueryCollection address) => new()
    {
        MinScore = fields.Number("minScore", MinScore, 0, 100),
        MaxScore = fields.Number("maxScore", MaxScore, 0, 100),
        Grades = fields.Names<Grade>("grade", Grade),
        Intents = fields.Names<IntentKind>("intent", Intent),
        Countries = [.. Fields.Words(Country)],
        Sources = Texts(Source),
        Industries = Texts(Industry),
        Stages = fields.Names<LeadStage>("stage", Stage),
        Outcomes = fields.Names<OutcomeFilter>("outcome", Outcome),
        Text = Q,
        ImportId = Import(fields),
        CreatedFrom = fields.Moment("createdSince", CreatedSince)?.First,
        CreatedTo = fields.Moment("createdUntil", CreatedUntil)?.Last,
        Conditions = [.. Conditions(fields), .. Custom(fields, address)],
    };

    private IEnumerable<LeadCondition> Conditions(Fields fields)
    {
        if (Texts(Tag) is { Count: > 0 } tags)
        {
            yield return new LeadCondition("tag", ConditionKind.Is, tags);
        }

        if (Owners(fields) is { Count: > 0 } owners)
        {
            yield return new LeadCondition("owner", ConditionKind.Is, owners);
        }

        if (Fields.Words(Language).Select(l => l.ToLowerInvariant()).ToList() is { Count: > 0 } languages)
        {
            foreach (var wrong in languages.Where(l => l.Length != 2))
            {
                fields.Wrong("language", $"'{wrong}' is no code of two letters, such as en or de.");
            }

            yield return new LeadCondition("language", ConditionKind.Is, languages);
        }

        var (least, most) = (fields.Number("minFit", MinFit, 0, 100), fields.Number("maxFit", MaxFit, 0, 100));
        if (least is not null || most is not null)
        {
            yield return new LeadCondition("fit", ConditionKind.Range, [Written(least), Written(most)]);
        }

        if (!string.IsNullOrEmpty(HasEmail))
        {
            if (!bool.TryParse(HasEmail, out var has))
            {
                fields.Wrong("hasEmail", "This must be true or false.");
            }

            yield return new LeadCondition("email", has ? ConditionKind.Set : ConditionKind.Empty, [""]);
        }
    }

    private static IEnumerable<LeadCondition> Custom(Fields fields, IQueryCollection address)
    {
        var given = address.Where(q => q.Key.StartsWith(LeadFields.CustomPrefix, StringComparison.OrdinalIgnoreCase)).ToList();
        if (given.Count > MostCustom)
        {
            fields.Wrong(LeadFields.CustomPrefix + "*", $"At most {MostCustom} fields of your own can be asked for at once.");
            yield break;
        }

        foreach (var (name, values) in given)
        {
            var texts = Texts([.. values]);
            if (ListFields.Find(name) is null)
            {
                fields.Wrong(name, $"A name has 1 to {LeadFields.MaxCustomName} characters behind {LeadFields.CustomPrefix}");
            }
            else if (texts.Count == 0)
            {
                fields.Wrong(name, "Give the value that the field must have.");
            }
            else
            {
                yield return new LeadCondition(name, ConditionKind.Is, texts);
            }
        }
    }

    private List<string> Owners(Fields fields)
    {
        var owners = Fields.Words(Owner).ToList();
        foreach (var wrong in owners.Where(o => o != LeadConditions.Nobody && !Guid.TryParse(o, out _)))
        {
            fields.Wrong("owner", $"'{(wrong.Length > 40 ? wrong[..40] + "…" : wrong)}' is no id of a member; {LeadConditions.Nobody} stands for leads that nobody owns.");
        }

        return owners;
    }

    private Guid? Import(Fields fields)
    {
        if (ImportId is not { Length: > 0 })
        {
            return null;
        }

        if (Guid.TryParse(ImportId, out var id))
        {
            return id;
        }

        fields.Wrong("importId", "This is no id.");
        return null;
    }

    private static List<string> Texts(IEnumerable<string?>? given) => [.. (given ?? []).OfType<string>().Where(s => s.Length > 0).Distinct()];

    private static string Written(double? number) => number?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "";
}
