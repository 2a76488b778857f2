using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Matching;

namespace LeadGen.Portal.Icps;

/// <summary>The state of the profile page: what is stored, what was typed, what is wrong with it, and who was faster.</summary>
public sealed class IcpEditor(IcpActions actions)
{
    private static readonly Icp Empty = new() { Id = Guid.Empty, Name = "" };

    public event Action? Changed;

    public IcpRow? Row { get; private set; }

    public IcpForm Form { get; private set; } = new();

    public bool IsLoaded { get; private set; }

    public IReadOnlyList<FieldProblem> Problems { get; private set; } = [];

    /// <summary>What somebody else saved meanwhile; what was typed here is untouched.</summary>
    public IcpRow? Other { get; private set; }

    /// <summary>Why nothing was done, for people.</summary>
    public string? Notice { get; private set; }

    /// <summary>Compared with the stored draft.</summary>
    public int Unsaved => Form.ChangesFrom(Row?.Draft ?? Empty);

    /// <summary>Compared with what is live.</summary>
    public int Unpublished => Form.ChangesFrom(Row?.Live ?? Empty);

    public int NextVersion => (Row?.Live?.Version ?? 0) + 1;

    public async Task LoadAsync(CancellationToken cancellationToken = default)
    {
        Take(await actions.FindAsync(cancellationToken));
        IsLoaded = true;
    }

    public async Task SaveAsync()
    {
        var outcome = await actions.SaveAsync(Row?.Id, Form.To(Row?.Id ?? Guid.Empty), Row?.Revision ?? 0);
        After(outcome, "Saved.");
    }

    public async Task PublishAsync()
    {
        var outcome = await actions.PublishAsync(Row?.Id, Form.To(Row?.Id ?? Guid.Empty), Row?.Revision ?? 0);
        After(outcome, null);
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
        Take(Other);
        (Other, Notice) = (null, null);
        Changed?.Invoke();
    }

    /// <summary>Back to what is live.</summary>
    public void Discard()
    {
        if (Row is { } row)
        {
            Form = IcpForm.From(row.Live ?? row.Draft);
            (Problems, Notice) = ([], null);
            Changed?.Invoke();
        }
    }

    public void Add(CriterionRequirement requirement)
    {
        Form.Criteria.Add(new CriterionForm { Requirement = requirement, IsOpen = true });
        Changed?.Invoke();
    }

    /// <returns>Where it stood, for <see cref="PutBack"/>.</returns>
    public int Remove(CriterionForm criterion)
    {
        var place = Form.Criteria.IndexOf(criterion);
        Form.Criteria.Remove(criterion);
        Problems = [];
        Changed?.Invoke();
        return place;
    }

    public void PutBack(CriterionForm criterion, int place)
    {
        Form.Criteria.Insert(Math.Clamp(place, 0, Form.Criteria.Count), criterion);
        Changed?.Invoke();
    }

    public void Touch() => Changed?.Invoke();

    public string? Problem(string field) => Problems.FirstOrDefault(p => p.Field == field)?.Reason;

    private void After(IcpOutcome outcome, string? done)
    {
        (Problems, Other, Notice) = ([], null, null);
        switch (outcome.Saved)
        {
            case null:
                Notice = "Your role does not allow this.";
                break;
            case { Conflict: true } conflict:
                Other = conflict.Row;
                break;
            case { Problems.Count: > 0 } wrong:
                Problems = wrong.Problems;
                Open(wrong.Problems);
                break;
            case { Row: null }:
                Notice = "This profile is not there any more.";
                break;
            case { Row: { } row }:
                Take(row);
                Notice = done;
                break;
        }

        Changed?.Invoke();
    }

    /// <summary>Criteria with a problem are opened, so that it stands beside its cause.</summary>
    private void Open(IReadOnlyList<FieldProblem> problems)
    {
        for (var i = 0; i < Form.Criteria.Count; i++)
        {
            Form.Criteria[i].IsOpen |= IcpForm.Of(problems, i).Count > 0;
        }
    }

    private void Take(IcpRow? row)
    {
        Row = row;
        Form = IcpForm.From(row?.Draft ?? Empty);
        Problems = [];
    }
}
