using LeadGen.Infrastructure.Data;

namespace LeadGen.Infrastructure.Tests.Installations;

/// <summary>Both kinds of database: what is stored must behave alike in either.</summary>
public sealed class Providers : TheoryData<DataProvider>
{
    public Providers() => AddRange(DataProvider.Sqlite, DataProvider.Postgres);
}
