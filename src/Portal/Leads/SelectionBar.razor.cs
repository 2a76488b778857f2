using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Scoring;
using LeadGen.Portal.Outreach;
using LeadGen.Portal.Shell;
using LeadGen.Portal.Shell.Parts;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LeadGen.Portal.Leads;

/// <summary>Begins actions on the selection; <see cref="BulkBar"/> shows how far they are.</summary>
public sealed partial class SelectionBar
{
    private IReadOnlyList<FilterOption> tags = [];
    private IReadOnlyList<FilterOption> owners = [];
    private string tag = "";
    private string reason = "";
    private int days;
    private bool isBeginning;

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

    /// <summary>An action began.</summary>
    [Parameter]
    public EventCallback OnBegin { get; set; }

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

    private LeadTargets Targets => Selection.Targets(List.Address.Filter);

    private async Task TagsAsync() => tags = await Facets.OfAsync("tag");

    private async Task OwnersAsync() => owners = await Facets.OfAsync("owner");

    private async Task EnrollAsync()
    {
        var leads = await Sequences.LeadsAsync(Targets);
        await Dialogs.ShowAsync<EnrollDialog>("Enrol", new DialogParameters<EnrollDialog> { { d => d.Leads, leads } });
    }

    private Task TagAsync(string word, bool add)
    {
        tag = "";
        return BeginAsync(new BulkChange(add ? BulkKind.Tag : BulkKind.Untag) { Tag = word });
    }

    private Task OwnAsync(FilterOption owner) => BeginAsync(new BulkChange(BulkKind.Own) { Owner = Guid.TryParse(owner.Value, out var id) ? id : null });

    private Task GradeAsync(Grade? grade)
    {
        var (words, until) = (reason, days > 0 ? Time.GetUtcNow().UtcDateTime.AddDays(days) : (DateTime?)null);
        (reason, days) = ("", 0);
        return BeginAsync(new BulkChange(BulkKind.Grade) { Grade = grade, Reason = words, Until = until });
    }

    private Task DeleteAsync() => BeginAsync(new BulkChange(BulkKind.Delete));

    private async Task BeginAsync(BulkChange change)
    {
        if (isBeginning)
        {
            return;
        }

        isBeginning = true;
        try
        {
            if ((await Actions.BeginAsync(Targets, change)).Problem is { } problem)
            {
                Notices.Add(problem, Severity.Normal, o => o.HideIcon = true);
                return;
            }

            await OnBegin.InvokeAsync();
        }
        finally
        {
            isBeginning = false;
        }
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
