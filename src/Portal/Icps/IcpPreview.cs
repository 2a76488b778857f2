using LeadGen.Pipeline.Scoring;

namespace LeadGen.Portal.Icps;

/// <summary>What a profile would change.</summary>
/// <param name="Leads">Leads that were tried: all that are scored.</param>
/// <param name="Waiting">Leads that are not scored yet, and so were left out.</param>
/// <param name="Distribution">Leads by match with the profile, in ten steps of ten points; 100 is in the last.</param>
/// <param name="Grades">A to D.</param>
public sealed record IcpPreview(int Leads, int Waiting, IReadOnlyList<int> Distribution, IReadOnlyList<GradePreview> Grades);

/// <summary>One grade under the profile.</summary>
/// <param name="Before">Leads that it has now.</param>
/// <param name="After">Leads that it would have.</param>
/// <param name="Enters">How many would come into it.</param>
/// <param name="Leaves">How many would go from it.</param>
/// <param name="Entering">Those whose score changes most, at most 100.</param>
/// <param name="Leaving">Likewise.</param>
public sealed record GradePreview(
    Grade Grade, int Before, int After, int Enters, int Leaves, IReadOnlyList<TriedLead> Entering, IReadOnlyList<TriedLead> Leaving);

/// <summary>A lead now and under the profile.</summary>
/// <param name="Match">Fit with the profile, 0-100.</param>
public sealed record TriedLead(
    Guid Id, string? Name, string? CompanyName, double ScoreBefore, Grade GradeBefore, double ScoreAfter, Grade GradeAfter, double Match);

/// <summary>Adds tried leads up; keeps no more of them than are shown.</summary>
internal sealed class PreviewSums
{
    private static readonly Grade[] Grades = Enum.GetValues<Grade>();

    private readonly int[] distribution = new int[10];
    private readonly Dictionary<Grade, Sum> sums = Grades.ToDictionary(g => g, _ => new Sum());

    public int Leads { get; private set; }

    public void Add(TriedLead lead)
    {
        Leads++;
        distribution[Math.Clamp((int)(lead.Match / 10), 0, 9)]++;
        sums[lead.GradeBefore].Before++;
        sums[lead.GradeAfter].After++;
        if (lead.GradeBefore != lead.GradeAfter)
        {
            sums[lead.GradeBefore].Leaving.Add(lead);
            sums[lead.GradeAfter].Entering.Add(lead);
        }
    }

    public IcpPreview Result(int waiting) => new(Leads, waiting, distribution, [.. Grades.Select(g => sums[g].Of(g))]);

    private sealed class Sum
    {
        public int Before { get; set; }
        public int After { get; set; }
        public Largest Entering { get; } = new();
        public Largest Leaving { get; } = new();

        public GradePreview Of(Grade grade) => new(grade, Before, After, Entering.Count, Leaving.Count, Entering.Ordered(), Leaving.Ordered());
    }

    private sealed class Largest
    {
        private readonly PriorityQueue<TriedLead, (double, Guid)> kept = new();

        public int Count { get; private set; }

        public void Add(TriedLead lead)
        {
            Count++;
            kept.Enqueue(lead, (Jump(lead), lead.Id));
            if (kept.Count > IcpPreviews.Named)
            {
                kept.Dequeue();
            }
        }

        public IReadOnlyList<TriedLead> Ordered() => [.. kept.UnorderedItems.Select(i => i.Element).OrderByDescending(Jump).ThenBy(l => l.Id)];

        private static double Jump(TriedLead lead) => Math.Abs(lead.ScoreAfter - lead.ScoreBefore);
    }
}
