using LeadGen.Pipeline.Scoring;
using LeadGen.Portal.Outreach;
using LeadGen.Portal.Shell;
using LeadGen.Portal.Shell.Parts;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LeadGen.Portal.Leads;

/// <summary>Runs an action on the selection, shows how far it is, and offers to take it back.</summary>
public sealed partial class SelectionBar : IDisposable
{
    private CancellationTokenSource stop = new();
    private IReadOnlyList<FilterOption> tags = [];
    private IReadOnlyList<FilterOption> owners = [];
    private string tag = "";
    private string reason = "";
    private int days;
    private string? doing;
    private int done;
    private int of;
    private long began;

    [Parameter, EditorRequired]
    public required LeadList List { get; set; }

    [Parameter, EditorRequired]
    public required LeadSelection Selection { get; set; }

    [Parameter, EditorRequired]
    public required LeadFacets Facets { get; set; }

    [Parameter]
    public bool CanEdit { get; set; }

    /// <summary>Other leads are picked.</summary>
    [Parameter]
    public EventCallback OnSelect { get; set; }

    /// <summary>Leads were changed.</summary>
    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Inject]
    public required LeadBulkActions Actions { get; set; }

    [Inject]
    public required SequenceActions Sequences { get; set; }

    [Inject]
    public required IDialogService Dialogs { get; set; }

    [Inject]
    public required ISnackbar Notices { get; set; }

    [Inject]
    public required Wording Say { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    private int Count => Selection.Count(List.Count);

    private string Pace => Time.GetElapsedTime(began) is { TotalSeconds: > 2 } past && done > 0 ? $", {Say.Number((long)(done / past.TotalSeconds))}/s" : "";

    public void Dispose()
    {
        // An action goes on when its page is left; only who presses Stop ends it.
        if (doing is null)
        {
            stop.Dispose();
        }
    }

    private LeadTargets Targets => Selection.Targets(List.Address.Filter);

    private async Task TagsAsync() => tags = await Facets.OfAsync("tag");

    private async Task OwnersAsync() => owners = await Facets.OfAsync("owner");

    private Task TagAsync(string word, bool add)
    {
        tag = "";
        return RunAsync(add ? "Tagging" : "Taking the tag away", add ? "tagged" : "freed of the tag", (t, p, ct) => Actions.TagAsync(t, word, add, p, ct));
    }

    private Task OwnAsync(FilterOption owner) => RunAsync(
        "Assigning",
        owner.Value == LeadConditions.Nobody ? "left to nobody" : $"assigned to {owner.Text}",
        (t, p, ct) => Actions.OwnAsync(t, Guid.TryParse(owner.Value, out var id) ? id : null, p, ct));

    private Task GradeAsync(Grade? grade)
    {
        var (words, until) = (reason, days > 0 ? Time.GetUtcNow().UtcDateTime.AddDays(days) : (DateTime?)null);
        (reason, days) = ("", 0);
        return RunAsync(
            grade is null ? "Going back" : "Grading",
            grade is null ? "back at the computed score" : $"graded {grade}",
            (t, p, ct) => Actions.GradeAsync(t, grade, words, until, p, ct));
    }

    private async Task EnrollAsync()
    {
        var leads = await Sequences.LeadsAsync(Targets);
        await Dialogs.ShowAsync<EnrollDialog>("Enrol", new DialogParameters<EnrollDialog> { { d => d.Leads, leads } });
    }

    private Task DeleteAsync() => RunAsync("Deleting", "deleted", (t, p, ct) => Actions.DeleteAsync(t, p, ct), clears: true);

    private async Task RunAsync(
        string what, string past, Func<LeadTargets, Func<int, Task>, CancellationToken, Task<BulkOutcome>> action, bool clears = false)
    {
        if (doing is not null)
        {
            return;
        }

        (doing, done, of, began) = (what, 0, Count, Time.GetTimestamp());
        try
        {
            var outcome = await action(Targets, ProgressAsync, stop.Token);
            Tell(outcome, past);
        }
        catch (OperationCanceledException)
        {
            Notices.Add($"Stopped. {Say.Count(done, "lead")} {past} before that.", Severity.Normal, o => o.HideIcon = true);
        }
        finally
        {
            doing = null;
        }

        if (clears)
        {
            Selection.Clear();
        }

        await OnChanged.InvokeAsync();
    }

    private Task ProgressAsync(int soFar) => InvokeAsync(() =>
    {
        done = soFar;
        StateHasChanged();
    });

    private async Task StopAsync()
    {
        var old = stop;
        stop = new CancellationTokenSource();
        await old.CancelAsync();
        old.Dispose();
    }

    private void Tell(BulkOutcome outcome, string past)
    {
        if (outcome.Problem is { } problem)
        {
            Notices.Add(problem, Severity.Normal, o => o.HideIcon = true);
            return;
        }

        var (actions, changed, notices, say) = (Actions, OnChanged, Notices, Say);
        notices.Add($"{say.Count(outcome.Done, "lead")} {past}", Severity.Normal, o =>
        {
            o.HideIcon = true;
            if (outcome.Done > 0)
            {
                o.Action = "Undo";
                o.OnClick = async _ =>
                {
                    var undone = await actions.UndoAsync(outcome.Batch);
                    notices.Add(undone.Problem ?? $"{say.Count(undone.Done, "lead")} as before", Severity.Normal, n => n.HideIcon = true);
                    await changed.InvokeAsync();
                };
            }
        });
    }

    private Task TakeAllAsync()
    {
        Selection.TakeAll(List.Alike);
        return OnSelect.InvokeAsync();
    }

    private Task ClearAsync()
    {
        Selection.Clear();
        return OnSelect.InvokeAsync();
    }
}
