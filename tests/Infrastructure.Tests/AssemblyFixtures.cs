using LeadGen.Infrastructure.Tests;

[assembly: AssemblyFixture(typeof(PostgresServer))]
