using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Scoring;

namespace LeadGen.Portal.Dashboard;

/// <summary>All that the dashboard shows, as of one moment.</summary>
/// <param name="Leads">All leads, in any stage.</param>
/// <param name="Weeks">Oldest first; the last one is the present week.</param>
/// <param name="Today">Scored leads of all times by grade.</param>
/// <param name="Sources">Sources of the shown weeks, most A leads first.</param>
/// <param name="ReadAt">UTC.</param>
public sealed record DashboardNumbers(
    long Leads,
    IReadOnlyList<Need> Needs,
    Funnel Funnel,
    IReadOnlyList<WeekOfLeads> Weeks,
    GradeCounts Today,
    IReadOnlyList<SourceOfLeads> Sources,
    WorkState Work,
    DateTime ReadAt);

/// <summary>How many leads have each grade.</summary>
public sealed record GradeCounts(long A, long B, long C, long D)
{
    public static readonly GradeCounts None = new(0, 0, 0, 0);

    public long All => A + B + C + D;

    public long Of(Grade grade) => grade switch
    {
        Grade.A => A,
        Grade.B => B,
        Grade.C => C,
        _ => D,
    };

    public GradeCounts Plus(Grade grade, long count) => grade switch
    {
        Grade.A => this with { A = A + count },
        Grade.B => this with { B = B + count },
        Grade.C => this with { C = C + count },
        _ => this with { D = D + count },
    };
}

/// <summary>Leads received in a week and scored since.</summary>
/// <param name="Monday">In the tenant's time zone.</param>
public sealed record WeekOfLeads(DateOnly Monday, GradeCounts Grades);

/// <summary>Leads received in the shown weeks, and how far they came.</summary>
/// <param name="Before">Received in as many weeks before those.</param>
/// <param name="Good">Grade A or B.</param>
/// <param name="Answered">Replied, or a meeting was booked.</param>
public sealed record Funnel(long Received, long Before, long Scored, long Good, long Answered, long Won);

/// <param name="Name">Null for leads that name no source.</param>
public sealed record SourceOfLeads(string? Name, long Leads, long A)
{
    public double Share => Leads == 0 ? 0 : (double)A / Leads;
}

/// <summary>Something that a person should look at now.</summary>
/// <param name="Count">How many; <see cref="IsMore"/> when counting stopped there.</param>
/// <param name="Detail">A name: of the first lead, or of the file.</param>
/// <param name="Id">Of that lead or import.</param>
public sealed record Need(NeedKind Kind, long Count, string? Detail = null, Guid? Id = null, DateTime? At = null, bool IsMore = false);

/// <summary>Most pressing first.</summary>
public enum NeedKind
{
    Answers,
    Replied,

    /// <summary>Senders that the system paused.</summary>
    SenderPaused,
    NewIntent,

    /// <summary>Mails that wait for approval.</summary>
    Drafts,

    /// <summary>Calls and visits of sequences.</summary>
    Tasks,
    NobodysA,

    /// <summary>Mails of which nobody knows whether they arrived.</summary>
    UnknownMails,
    ImportFailed,
    LeadsFailed,
    RowsNotTaken,
    OverrideEnding,
}

/// <summary>Imports under way and the model that scores.</summary>
/// <param name="Waiting">Leads that wait for their analysis.</param>
/// <param name="Imports">Queued, running or paused, oldest first.</param>
public sealed record WorkState(long Waiting, IReadOnlyList<RunningImport> Imports, ServingModel Model);

public sealed record RunningImport(Import Import, long Scored);

/// <param name="IsStarter">It has learned nothing from this tenant's outcomes.</param>
/// <param name="Auc">On leads that it was not trained on; null when never measured.</param>
/// <param name="Measured">How many leads that was measured on.</param>
/// <param name="TriedAt">When a later model was trained that was not better.</param>
public sealed record ServingModel(int Version, DateTime TrainedAt, bool IsStarter, double? Auc, int Measured, DateTime? TriedAt, DateTime NextTraining);
