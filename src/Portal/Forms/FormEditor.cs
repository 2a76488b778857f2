using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Forms;
using LeadGen.Pipeline.Ingestion;

namespace LeadGen.Portal.Forms;

/// <summary>The state of the builder: what is stored, what was typed, what is wrong with it, and who was faster.</summary>
public sealed class FormEditor(FormActions actions)
{
    public event Action? Changed;

    public WebForm? Row { get; private set; }

    public FormDraft Draft { get; private set; } = new();

    public IReadOnlyList<FieldProblem> Problems { get; private set; } = [];

    /// <summary>What somebody else saved meanwhile; what was typed here is untouched.</summary>
    public WebForm? Other { get; private set; }

    /// <summary>What came of the last action, for people.</summary>
    public string? Notice { get; private set; }

    public bool IsUnsaved => Row is not null && !FormDraft.Same(Draft.To(), Row.Draft);

    public bool IsUnpublished => Row is not null && !FormDraft.Same(Draft.To(), Row.Live);

    /// <returns>False when there is no such form.</returns>
    public async Task<bool> LoadAsync(Guid id, CancellationToken cancellationToken = default)
    {
        if (await actions.FindAsync(id, cancellationToken) is not { } row)
        {
            return false;
        }

        Take(row);
        return true;
    }

    public async Task SaveAsync() => After(await actions.SaveAsync(Row!.Id, Draft.To(), Row.Revision), "Draft saved.");

    public async Task PublishAsync() => After(await actions.PublishAsync(Row!.Id, Draft.To(), Row.Revision), "Published.");

    /// <summary>What was typed and not saved stays.</summary>
    public async Task TakeDownAsync()
    {
        var (typed, unsaved) = (Draft, IsUnsaved);
        After(await actions.TakeDownAsync(Row!.Id, Row.Revision), "Taken down. The address answers nobody any more.");
        if (unsaved && Other is null)
        {
            Draft = typed;
            Changed?.Invoke();
        }
    }

    /// <summary>Goes on from what the other person saved, with what was typed here: the next save replaces theirs, knowingly.</summary>
    public void KeepMine()
    {
        Row = Other ?? Row;
        (Other, Notice) = (null, null);
        Changed?.Invoke();
    }

    /// <summary>Takes what the other person saved; what was typed here is given up.</summary>
    public void TakeTheirs()
    {
        if (Other is { } other)
        {
            Take(other);
        }

        (Other, Notice) = (null, null);
        Changed?.Invoke();
    }

    public void Add(string field)
    {
        var own = field.StartsWith(LeadFields.CustomPrefix, StringComparison.OrdinalIgnoreCase);
        Draft.Questions.Add(new QuestionDraft
        {
            Field = field,
            Kind = FormRules.KindOf(field),
            Label = own ? field[LeadFields.CustomPrefix.Length..] : FormWords.Field(field),
            IsOpen = true,
        });
        Changed?.Invoke();
    }

    /// <returns>Where it stood, for <see cref="PutBack"/>.</returns>
    public int Remove(QuestionDraft question)
    {
        var place = Draft.Questions.IndexOf(question);
        Draft.Questions.Remove(question);
        Problems = [];
        Changed?.Invoke();
        return place;
    }

    public void PutBack(QuestionDraft question, int place)
    {
        Draft.Questions.Insert(Math.Clamp(place, 0, Draft.Questions.Count), question);
        Changed?.Invoke();
    }

    /// <summary>Moves a question to a place; beyond the ends it stays at the end.</summary>
    public void Move(QuestionDraft question, int place)
    {
        if (Draft.Questions.Remove(question))
        {
            Draft.Questions.Insert(Math.Clamp(place, 0, Draft.Questions.Count), question);
            Problems = [];
            Changed?.Invoke();
        }
    }

    public void Touch() => Changed?.Invoke();

    public string? Problem(string field) => Problems.FirstOrDefault(p => p.Field == field)?.Reason;

    /// <summary>What is wrong with a question, by the name of its part.</summary>
    public string? Problem(QuestionDraft question, string part) => Problem($"fields[{Draft.Questions.IndexOf(question)}].{part}");

    private void After(FormSaved? outcome, string done)
    {
        (Problems, Other, Notice) = ([], null, null);
        switch (outcome)
        {
            case null:
                Notice = "Your role does not allow this.";
                break;
            case { Conflict: true } conflict:
                Other = conflict.Row;
                break;
            case { Problems.Count: > 0 } wrong:
                Problems = wrong.Problems;
                for (var i = 0; i < Draft.Questions.Count; i++)
                {
                    Draft.Questions[i].IsOpen |= Problems.Any(p => p.Field.StartsWith($"fields[{i}].", StringComparison.Ordinal));
                }

                break;
            case { Row: null }:
                Notice = "This form is not there any more.";
                break;
            case { Row: { } row }:
                Take(row);
                Notice = done;
                break;
        }

        Changed?.Invoke();
    }

    /// <summary>Questions that are open stay so.</summary>
    private void Take(WebForm row)
    {
        var open = Draft.Questions.Where(q => q.IsOpen).Select(q => q.Field).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Row = row;
        Draft = FormDraft.From(row.Draft);
        Draft.Questions.ForEach(q => q.IsOpen = open.Contains(q.Field));
        Problems = [];
    }
}
