using LeadGen.Portal.Outreach.Open;

namespace LeadGen.Portal.Outreach;

/// <summary>Outreach: its pages and the side of receivers.</summary>
internal static class OutreachPageServices
{
    public static void AddOutreachPages(this IServiceCollection services)
    {
        services.AddScoped<ReceiverPages>();
        services.AddScoped<SenderActions>();
        services.AddScoped<SequenceActions>();
    }
}
