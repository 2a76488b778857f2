namespace LeadGen.Portal.Leads;

/// <summary>What the pages about leads need beyond <see cref="LeadServices"/>.</summary>
public static class LeadPages
{
    public static IServiceCollection AddLeadPages(this IServiceCollection services) => services
        .AddTransient<LeadList>()
        .AddTransient<LeadFacets>()
        .AddTransient<LeadWhy>()
        .AddScoped<LeadBulkActions>()
        .AddScoped<BulkRun>()
        .AddScoped<SavedViewActions>()
        .AddTransient<LeadPageReader>()
        .AddScoped<MemberNames>()
        .AddScoped<TimelineLines>()
        .AddScoped<LeadEdits>()
        .AddScoped<FieldHistory>()
        .AddScoped<LeadTexts>()
        .AddScoped<IntentFixes>()
        .AddScoped<LeadGrades>()
        .AddScoped<LeadMerging>()
        .AddTransient<LeadDesk>();
}
