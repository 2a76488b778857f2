using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;

namespace LeadGen.Portal.Importing;

/// <summary>The state of one open wizard: the draft, how it is read, and what its first rows would become.</summary>
public sealed class DraftEditor(DraftActions actions, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim turn = new(1);
    private CancellationTokenSource counting = new();
    private long saidAt;
    private bool left;

    /// <summary>Something to draw came from outside of the page's own events.</summary>
    public event Action? Moved;

    /// <summary>Rises with every change of what the rows become.</summary>
    public int Version { get; private set; }

    /// <summary>Rises when a choice was not taken over: what the browser shows as chosen is drawn afresh.</summary>
    public int Refusals { get; private set; }

    /// <summary>The file is no longer there, since somebody else started or discarded it.</summary>
    public bool IsGone { get; private set; }

    public Import Draft { get; private set; } = null!;

    public DraftReading Reading { get; private set; } = null!;

    /// <summary>Of the first rows with the present settings; null until asked for.</summary>
    public TrialResult? Trial { get; private set; }

    /// <summary>Why the last change was not made, beside what caused it.</summary>
    public string? Problem { get; private set; }

    /// <summary>Rows counted so far, and the share of the file that they are.</summary>
    public (long Rows, double? Share) Counted { get; private set; }

    public ImportSettings Settings => Draft.Settings;

    public bool IsCounted => Settings.RowCount is not null;

    /// <summary>The number of rows, or what it will be by the part that was counted; null when nothing can be said yet.</summary>
    public long? Rows => Settings.RowCount ?? (Counted is { Share: > 0.01 and var share, Rows: var rows } ? (long)(rows / share) : null);

    /// <returns>False when there is no such draft.</returns>
    public async Task<bool> LoadAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await actions.FindAsync(id, cancellationToken) is not { } draft)
        {
            return false;
        }

        Draft = draft;
        Reading = await actions.ReadAsync(draft, draft.Settings, cancellationToken);
        Trial = null;
        Version++;
        Count();
        return true;
    }

    /// <summary>Takes a change over when the file can be read that way; else says why and leaves everything as it is.</summary>
    /// <returns>False when the draft is gone.</returns>
    public async Task<bool> ChangeAsync(Func<ImportSettings, ImportSettings> change, bool readsAnew)
    {
        await turn.WaitAsync();
        try
        {
            Problem = null;
            var (before, wanted) = (Settings, change(Settings));
            if (readsAnew)
            {
                wanted = wanted with { RowCount = null };
            }

            var reading = await actions.ReadAsync(Draft, wanted);
            var verdict = await actions.ChangeAsync(Draft.Id, before, wanted);
            if (verdict != DraftVerdict.Done)
            {
                return await CatchUpAsync(verdict);
            }

            (Draft.Settings, Reading, Trial) = (wanted, reading, null);
            Version++;
            if (readsAnew)
            {
                Count();
            }
        }
        catch (Exception e) when (e is UnusableFile or DraftRefused)
        {
            Problem = e.Message;
            Refusals++;
        }
        catch (FileNotFoundException)
        {
            // Another window started it, and it is through already.
            IsGone = true;
            return false;
        }
        finally
        {
            Release();
            Moved?.Invoke();
        }

        return true;
    }

    /// <summary>Sends a column to a field. The others stay where they are shown: a choice for one moves no other away from its field.</summary>
    public Task<bool> MapAsync(string column, string field) => ChangeAsync(
        s =>
        {
            var mapping = new Dictionary<string, string>(s.Mapping, StringComparer.OrdinalIgnoreCase);
            foreach (var each in Reading.Columns)
            {
                mapping[each.Name] = each.Field;
            }

            mapping[column] = field;
            return s with { Mapping = mapping };
        },
        readsAnew: false);

    /// <summary>Runs the first rows through the import without writing.</summary>
    public async Task TryAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            Trial ??= await actions.TryAsync(Draft, Settings, cancellationToken);
        }
        catch (Exception e) when (e is UnusableFile or DraftRefused)
        {
            Problem = e.Message;
        }
        catch (FileNotFoundException)
        {
            IsGone = true;
        }
        finally
        {
            Release();
            Moved?.Invoke();
        }
    }

    /// <returns>True when there is no draft any more: the import runs, by this or by somebody else's click.</returns>
    public async Task<bool> StartAsync()
    {
        await turn.WaitAsync();
        try
        {
            Problem = null;
            var verdict = await actions.StartAsync(Draft, Settings);
            return verdict == DraftVerdict.Done || !await CatchUpAsync(verdict);
        }
        catch (Exception e) when (e is UnusableFile or DraftRefused)
        {
            Problem = e.Message;
            return false;
        }
        catch (FileNotFoundException)
        {
            return IsGone = true;
        }
        finally
        {
            Release();
        }
    }

    /// <summary>The page was left: counting ends, and what was read is let go.</summary>
    public void Dispose()
    {
        if (!left)
        {
            left = true;
            counting.Cancel();
            counting.Dispose();
            turn.Dispose();
            (Reading, Trial) = (null!, null);
        }
    }

    /// <summary>Somebody was faster: what they left is shown.</summary>
    private async Task<bool> CatchUpAsync(DraftVerdict verdict)
    {
        if (verdict == DraftVerdict.Gone || !await LoadAsync(Draft.Id, CancellationToken.None))
        {
            return false;
        }

        Refusals++;
        Problem = "These settings were changed in another window. This is how they stand now.";
        return true;
    }

    private void Release()
    {
        if (!left)
        {
            turn.Release();
        }
    }

    private void Count()
    {
        if (left)
        {
            return;
        }

        counting.Cancel();
        counting.Dispose();
        counting = new CancellationTokenSource();
        Counted = default;
        if (!IsCounted)
        {
            _ = CountAsync(Draft, Draft.Settings, counting.Token);
        }
    }

    private async Task CountAsync(Import draft, ImportSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            var rows = await actions.CountAsync(draft, new Ear(this, cancellationToken), cancellationToken);
            if (!cancellationToken.IsCancellationRequested && ImportDrafts.ReadsSame(Draft.Settings, settings))
            {
                Draft.Settings = Draft.Settings with { RowCount = rows };
            }
        }
        catch (OperationCanceledException)
        {
            // Read anew, or the page was left.
        }
        catch (FileNotFoundException)
        {
            IsGone = true;
        }
        catch (Exception e) when (e is UnusableFile or DraftRefused)
        {
            Problem = e.Message;
        }

        Moved?.Invoke();
    }

    private void Hear((long Rows, double? Share) soFar)
    {
        Counted = soFar;
        if (time.GetElapsedTime(saidAt) > Quiet)
        {
            saidAt = time.GetTimestamp();
            Moved?.Invoke();
        }
    }

    private sealed class Ear(DraftEditor editor, CancellationToken until) : IProgress<(long Rows, double? Share)>
    {
        public void Report((long Rows, double? Share) value)
        {
            if (!until.IsCancellationRequested)
            {
                editor.Hear(value);
            }
        }
    }
}
