namespace LeadGen.Pipeline.Scoring;

/// <summary>Names of the built-in features. They stand in stored models and in the API: never rename one.</summary>
public static class FeatureNames
{
    public const string IcpMatch = "icpMatch";

    /// <summary>1 when a Must of the profile fails or a MustNot applies.</summary>
    public const string IcpExcluded = "icpExcluded";

    public const string Seniority = "seniority";
    public const string Department = "department";
    public const string Country = "country";
    public const string Industry = "industry";
    public const string Source = "source";
    public const string Campaign = "campaign";
    public const string EmployeeCount = "employeeCount";
    public const string AnnualRevenue = "annualRevenue";
    public const string HasPhone = "hasPhone";
    public const string HasLinkedIn = "hasLinkedIn";
    public const string HasEmail = "hasEmail";
    public const string FreeMail = "freeMail";
    public const string MessageLength = "messageLength";
    public const string Technologies = "technologies";
    public const string Visits = "engagement.visits";
    public const string Forms = "engagement.forms";
    public const string Clicks = "engagement.clicks";
    public const string Replies = "engagement.replies";
    public const string Meetings = "engagement.meetings";

    /// <summary>Before the name of an <see cref="Intent.IntentKind"/>.</summary>
    public const string IntentPrefix = "intent.";

    /// <summary>Before the name of a tenant's own column.</summary>
    public const string CustomPrefix = "custom.";
}
