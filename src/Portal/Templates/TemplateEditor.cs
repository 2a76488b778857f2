using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Outreach;
using LeadGen.Infrastructure.Outreach;

namespace LeadGen.Portal.Templates;

/// <summary>The state of the designer: what is stored, what was typed, what is wrong with it, and who was faster.</summary>
public sealed class TemplateEditor(TemplateActions actions)
{
    public event Action? Changed;

    public Template? Row { get; private set; }

    public TemplateDraft Draft { get; private set; } = new();

    /// <summary>The variant that is shown.</summary>
    public int Shown { get; private set; }

    public VariantDraft Variant => Draft.Variants[Shown];

    public IReadOnlyList<FieldProblem> Problems { get; private set; } = [];

    /// <summary>What somebody else saved meanwhile; what was typed here is untouched.</summary>
    public Template? Other { get; private set; }

    /// <summary>What came of the last action, for people.</summary>
    public string? Notice { get; private set; }

    public IReadOnlyList<TemplateVersion> Versions { get; private set; } = [];

    public bool IsUnsaved => Row is not null && !TemplateDraft.Same(Draft.To(), Row.Draft);

    public bool IsUnpublished => Row is not null && !TemplateDraft.Same(Draft.To(), Row.Live);

    /// <returns>False when there is no such template.</returns>
    public async Task<bool> LoadAsync(Guid id, CancellationToken cancellationToken = default)
    {
        if (await actions.FindAsync(id, cancellationToken) is not { } row)
        {
            return false;
        }

        Take(row);
        Versions = await actions.VersionsAsync(id, cancellationToken);
        return true;
    }

    public async Task SaveAsync() => await AfterAsync(await actions.SaveAsync(Row!.Id, Draft.To(), Row.Revision), "Draft saved.");

    public async Task PublishAsync() =>
        await AfterAsync(await actions.PublishAsync(Row!.Id, Draft.To(), Row.Revision), "Published. New mails are written from it.");

    public async Task PutAwayAsync() =>
        await AfterAsync(await actions.PutAwayAsync(Row!.Id, Row.Revision), "Put away. No new mails are written from it.");

    /// <summary>Makes the words of an older version the draft; saving and publishing them is the next step.</summary>
    public void Restore(TemplateVersion version)
    {
        Draft = TemplateDraft.From(version.Content);
        (Shown, Problems, Notice) = (0, [], $"These are the words of version {version.Version}. Publish them to use them again.");
        Changed?.Invoke();
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

    public void Show(int variant)
    {
        Shown = variant;
        Changed?.Invoke();
    }

    /// <summary>Adds a variant that begins as a copy of the one shown.</summary>
    public void AddVariant()
    {
        var copy = VariantDraft.From(Variant.To());
        copy.Name = Enumerable.Range('A', 26).Select(c => ((char)c).ToString()).First(n => Draft.Variants.All(v => v.Name != n));
        Draft.Variants.Add(copy);
        Show(Draft.Variants.Count - 1);
    }

    public void RemoveVariant()
    {
        Draft.Variants.RemoveAt(Shown);
        (Shown, Problems) = (0, []);
        Changed?.Invoke();
    }

    public void Add(BlockKind kind)
    {
        Variant.Blocks.Add(new BlockDraft { Kind = kind });
        Changed?.Invoke();
    }

    /// <returns>Where it stood, for <see cref="PutBack"/>.</returns>
    public int Remove(BlockDraft block)
    {
        var place = Variant.Blocks.IndexOf(block);
        Variant.Blocks.Remove(block);
        Changed?.Invoke();
        return place;
    }

    public void PutBack(VariantDraft variant, BlockDraft block, int place)
    {
        variant.Blocks.Insert(Math.Clamp(place, 0, variant.Blocks.Count), block);
        Changed?.Invoke();
    }

    /// <summary>Moves a block to a place; beyond the ends it stays at the end.</summary>
    public void Move(BlockDraft block, int place)
    {
        if (Variant.Blocks.Remove(block))
        {
            Variant.Blocks.Insert(Math.Clamp(place, 0, Variant.Blocks.Count), block);
            Changed?.Invoke();
        }
    }

    public void Touch() => Changed?.Invoke();

    /// <summary>What is wrong with a part: <c>name</c>, <c>goal</c>, or of the variant that is shown <c>subject</c>, <c>body</c>.</summary>
    public string? Problem(string field) => Problems.FirstOrDefault(p => p.Field == field || p.Field == $"variants[{Shown}].{field}")?.Reason;

    private async Task AfterAsync(TemplateSaved? outcome, string done)
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
            case { Problems: { Count: > 0 } wrong }:
                Problems = wrong;
                if (!wrong.Any(p => p.Field.StartsWith($"variants[{Shown}]", StringComparison.Ordinal)))
                {
                    var at = Enumerable.Range(0, Draft.Variants.Count).FirstOrDefault(i => wrong.Any(p => p.Field.StartsWith($"variants[{i}]", StringComparison.Ordinal)), Shown);
                    Shown = at;
                }

                break;
            case { Row: null }:
                Notice = "This template is not there any more.";
                break;
            case { Row: { } row }:
                Take(row);
                Notice = done;
                Versions = await actions.VersionsAsync(row.Id);
                break;
        }

        Changed?.Invoke();
    }

    private void Take(Template row)
    {
        Row = row;
        Draft = TemplateDraft.From(row.Draft);
        Shown = Math.Min(Shown, Draft.Variants.Count - 1);
        Problems = [];
    }
}
