using LeadGen.Infrastructure.Access;
using LeadGen.Pipeline.Leads;
using LeadGen.Portal.Shell;
using MudBlazor;

namespace LeadGen.Portal.Leads;

/// <summary>What the parts of a lead's page share while somebody works on it: who may, what is being changed, and how it is taken back.</summary>
public sealed class LeadDesk(LeadEdits edits, FieldHistory history, MemberAccess access, ISnackbar notices)
{
    private Lead? lead;

    public Lead Lead => lead ?? throw new InvalidOperationException("The page has no lead yet.");

    public bool CanEdit => access.Can(MemberRole.Editor);

    /// <summary>Fields with a history.</summary>
    public IReadOnlySet<string> Changed { get; private set; } = new HashSet<string>();

    /// <summary>Reads the page again.</summary>
    public Func<Task> Refresh { get; set; } = () => Task.CompletedTask;

    public void Take(Lead shown, IReadOnlySet<string> changed)
    {
        (lead, Changed) = (shown, changed);
        Taken?.Invoke();
    }

    /// <summary>There is a newer state of the lead. Parts whose parameters stay the same are not drawn again by their parents.</summary>
    public event Action? Taken;

    public bool IsKept(string field) => Lead.EditedFields.Contains(field, StringComparer.OrdinalIgnoreCase);

    public Task<IReadOnlyList<PastValue>> HistoryAsync(string field) => history.OfAsync(Lead.Id, field);

    /// <summary>Somebody asked for a field to be opened; the field hears it by its name.</summary>
    public event Action<string>? Opened;

    public void Open(string field) => Opened?.Invoke(field);

    /// <summary>Saves and offers the way back.</summary>
    public async Task<FieldSaved> SaveAsync(string field, string label, string? text, string? seen)
    {
        var id = Lead.Id;
        var saved = await edits.SetAsync(id, field, text, seen);
        if (saved is { Outcome: FieldOutcome.Saved, Undo: { } undo })
        {
            Say(saved.Now is null ? $"{label} emptied" : $"{label} saved", async () =>
            {
                var back = await edits.UndoAsync(id, field, undo);
                return back.Outcome switch
                {
                    FieldOutcome.Conflict => $"Somebody changed “{label}” since. It stays as it is.",
                    FieldOutcome.Problem => back.Problem,
                    _ => null,
                };
            });
            await Refresh();
        }

        return saved;
    }

    /// <summary>A notice with a way back.</summary>
    /// <param name="undo">Gives what went wrong, or null.</param>
    public void Say(string done, Func<Task<string?>> undo) => notices.Add(done, Severity.Normal, o =>
    {
        o.Action = "Undo";
        o.HideIcon = true;
        o.VisibleStateDuration = 10_000;
        o.OnClick = async _ =>
        {
            Tell(await undo() ?? "Taken back");
            await Refresh();
        };
    });

    public void Tell(string text) => notices.Add(text, Severity.Normal, o => o.HideIcon = true);
}
