using LeadGen.Pipeline.Ingestion;

namespace LeadGen.Portal.Start;

/// <summary>What a workspace begins with.</summary>
public enum FirstStep
{
    /// <summary>Describe the ideal customer.</summary>
    Profile,

    /// <summary>Bring leads.</summary>
    Leads,

    /// <summary>Look at the result.</summary>
    Look,
}

public enum StepState
{
    Open,
    Done,
    Skipped,
}

/// <summary>How far a workspace has come with its first steps.</summary>
/// <param name="AreAway">They were put away for good; nothing else was asked.</param>
/// <param name="ProfileName">Name of the profile's draft.</param>
/// <param name="IsProfileLive">That draft is live.</param>
/// <param name="Sample">The import of sample leads, as long as it was not taken back.</param>
public sealed record FirstSteps(
    bool AreAway, StepState Profile, StepState Leads, StepState Look, string ProfileName = "", bool IsProfileLive = false, Import? Sample = null)
{
    public static readonly FirstSteps Away = new(true, StepState.Done, StepState.Done, StepState.Done);

    public StepState Of(FirstStep step) => step switch
    {
        FirstStep.Profile => Profile,
        FirstStep.Leads => Leads,
        _ => Look,
    };

    /// <summary>The first one that waits; null when none does.</summary>
    public FirstStep? Next => Enum.GetValues<FirstStep>().Where(s => Of(s) == StepState.Open).Select(s => (FirstStep?)s).FirstOrDefault();
}
