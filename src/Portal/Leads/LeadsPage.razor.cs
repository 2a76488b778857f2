using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Portal.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LeadGen.Portal.Leads;

/// <summary>What the list's page keeps: the address decides what is shown, tabs and columns come from the person's views.</summary>
public sealed partial class LeadsPage
{
    private readonly CancellationTokenSource gone = new();
    private readonly LeadSelection selection = new();
    private IReadOnlyList<ListView> views = [];
    private ListView view = new(null, "All", "", ListViews.UsualColumns);
    private IReadOnlyList<string> columns = ListViews.UsualColumns;
    private LeadListAddress address = new();
    private string? ask;

    /// <summary>The person's action on many leads that is under way, or has ended unseen.</summary>
    private BulkAction? action;

    // Only so that the page hears of a new address; it is read as a whole.
    [SupplyParameterFromQuery(Name = "f")]
    public string[]? Conditions { get; set; }

    [SupplyParameterFromQuery]
    public string? View { get; set; }

    [Inject]
    public required LeadList List { get; set; }

    [Inject]
    public required LeadFacets Facets { get; set; }

    [Inject]
    public required LeadBulkActions BulkActions { get; set; }

    [Inject]
    public required SavedViewActions ViewActions { get; set; }

    [Inject]
    public required MemberNames Names { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required MemberAccess Access { get; set; }

    [Inject]
    public required CurrentMember Member { get; set; }

    [Inject]
    public required ISnackbar Notices { get; set; }

    [Inject]
    public required Wording Say { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        if (RendererInfo.IsInteractive)
        {
            await Names.LoadAsync(gone.Token);
            await LoadViewsAsync();
            action = await BulkActions.OwnAsync(gone.Token);
            _ = Ticking.EveryAsync(TimeSpan.FromSeconds(2), Time, () => InvokeAsync(TickAsync), gone.Token);
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        if (RendererInfo.IsInteractive)
        {
            await ShowAsync();
        }
    }

    private async Task ShowAsync()
    {
        var shown = LeadListAddress.Parse(Navigation.Uri);
        if (shown.Content != address.Content)
        {
            selection.Clear();
        }

        address = shown;
        ask = address.Ask;
        view = views.FirstOrDefault(v => v.Key == address.View) ?? views[0];
        columns = address.Columns.Count > 0 ? Known(address.Columns) : Known(view.Columns);
        await List.LoadAsync(address, ListViews.NeedWhole(columns), gone.Token);
    }

    /// <summary>A list without its links is none; names that are no fields are left out.</summary>
    private static IReadOnlyList<string> Known(IReadOnlyList<string> names)
    {
        var known = names.Where(n => n == "lead" || ListFields.Find(n) is not null).Distinct().ToList();
        return known.Contains("lead") ? known : ["lead", .. known];
    }

    private async Task LoadViewsAsync()
    {
        var own = await ViewActions.OwnColumnsAsync(gone.Token);
        views = [.. ListViews.BuiltIn(Member.UserId, own), .. (await ViewActions.ListAsync(gone.Token)).Select(ListViews.Of)];
    }

    private void Go(LeadListAddress shown) => Navigation.NavigateTo("leads" + shown.Query, replace: true);

    private async Task TickAsync()
    {
        if (await List.TickAsync(gone.Token))
        {
            StateHasChanged();
        }
    }

    private async Task ChangedAsync()
    {
        Facets.Forget();
        await List.ChangedAsync(gone.Token);
        StateHasChanged();
    }

    private async Task ShowActionAsync()
    {
        action = await BulkActions.OwnAsync(gone.Token);
        StateHasChanged();
    }

    private async Task ActionEndedAsync()
    {
        if (action?.Change.Kind == BulkKind.Delete)
        {
            selection.Clear();
        }

        action = null;
        await ChangedAsync();
    }

    private async Task ChooseColumnsAsync(IReadOnlyList<string> chosen)
    {
        if (view.Saved is not null)
        {
            Go(address with { Columns = chosen.SequenceEqual(view.Columns) ? [] : chosen });
            return;
        }

        await ViewActions.KeepColumnsAsync(view.Key ?? "all", chosen, gone.Token);
        await LoadViewsAsync();
        await ShowAsync();
    }

    private async Task SaveAsAsync((string Name, bool Shared) given)
    {
        var saved = await ViewActions.SaveAsync(given.Name, address.Content, columns, given.Shared, gone.Token);
        if (await ToldAsync(saved))
        {
            Go(ListViews.Of(saved.View!).Address);
        }
    }

    private async Task SaveViewAsync()
    {
        var (content, chosen) = (address.Content, columns);
        if (await ToldAsync(await ChangeAsync(v => (v.Query, v.Columns) = (content, [.. chosen]))))
        {
            Go(address with { Columns = [] });
        }
    }

    private async Task RenameAsync(string name) => await ToldAsync(await ChangeAsync(v => v.Name = name.Trim()));

    private async Task ShareAsync(bool shared) => await ToldAsync(await ChangeAsync(v => v.Shared = shared));

    private async Task MoveAsync(int by)
    {
        var order = views.Where(v => v.Saved is not null).Select(v => v.Saved!.Id).ToList();
        var place = order.IndexOf(view.Saved!.Id);
        if (place + by >= 0 && place + by < order.Count)
        {
            (order[place], order[place + by]) = (order[place + by], order[place]);
            await ToldAsync(await ViewActions.OrderAsync(order, gone.Token));
        }
    }

    private async Task DeleteViewAsync()
    {
        var deleted = await ViewActions.DeleteAsync(view.Saved!.Id, gone.Token);
        if (!await ToldAsync(deleted))
        {
            return;
        }

        Go(new LeadListAddress());
        Notices.Add($"View {deleted.View!.Name} deleted", Severity.Normal, o =>
        {
            o.Action = "Undo";
            o.HideIcon = true;
            o.OnClick = async _ =>
            {
                if (await ToldAsync(await ViewActions.PutBackAsync(deleted.View)))
                {
                    Go(ListViews.Of(deleted.View).Address);
                }
            };
        });
    }

    private Task<ViewOutcome> ChangeAsync(Action<SavedView> change) => ViewActions.ChangeAsync(view.Saved!.Id, change, gone.Token);

    /// <returns>Whether it was done; the tabs are as they are now.</returns>
    private async Task<bool> ToldAsync(ViewOutcome outcome)
    {
        if (outcome.Problem is { } problem)
        {
            Notices.Add(problem, Severity.Normal, o => o.HideIcon = true);
            return false;
        }

        await LoadViewsAsync();
        view = views.FirstOrDefault(v => v.Key == address.View) ?? views[0];
        StateHasChanged();
        return true;
    }

    private static string? Trim(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
