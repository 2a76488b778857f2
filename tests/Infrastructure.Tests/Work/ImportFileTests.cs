using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Work;

public sealed class ImportFileTests(PostgresServer postgres)
{
    [Theory]
    [ClassData(typeof(Providers))]
    public async Task An_import_whose_file_vanished_fails_with_a_sentence(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var import = await installation.QueueAsync(tenant, Leads.Csv(3));
        File.Delete(await installation.InAsync(tenant, s => Task.FromResult(s.GetRequiredService<ImportFiles>().PathOf(import.Id))));
        await installation.StartWorkersAsync();
        var failed = (await installation.EndAsync(tenant, import.Id)).Import;
        failed.State.ShouldBe(ImportState.Failed);
        failed.Problem.ShouldBe("The uploaded file is no longer there. Upload it again.");
        failed.ClaimToken.ShouldBeNull();
    }

    [Fact]
    public async Task The_upload_of_an_ended_import_is_deleted()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var tenant = await installation.TenantAsync();
        var import = await installation.QueueAsync(tenant, Leads.Csv(3));
        var path = await installation.InAsync(tenant, s => Task.FromResult(s.GetRequiredService<ImportFiles>().PathOf(import.Id)));
        File.Exists(path).ShouldBeTrue();
        await installation.StartWorkersAsync();
        await installation.EndAsync(tenant, import.Id);
        await Eventually.IsAsync(() => Task.FromResult(!File.Exists(path)));
    }
}
