using LeadGen.Infrastructure.Tests;
using LeadGen.Portal.Tests;

[assembly: AssemblyFixture(typeof(PostgresServer))]
[assembly: AssemblyFixture(typeof(PortalUnderTest))]
