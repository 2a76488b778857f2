using System.CommandLine;
using LeadGen.Infrastructure.Tenancy;

namespace LeadGen.Portal.Cli;

/// <summary><c>migrate [--tenant SLUG]</c>: catalog first, then tenants; one that fails stops no other (exit 1 names them).</summary>
public static class MigrateCommand
{
    public static Command Create()
    {
        var tenant = new Option<string?>("--tenant") { Description = "Only this tenant." };
        var command = new Command("migrate", "Brings the catalog and all tenants to this version.") { tenant };
        command.Runs(workers: false, async (parsed, host, cancellationToken) =>
        {
            var slug = parsed.GetValue(tenant);
            if (slug is not null)
            {
                await host.TenantAsync(slug, cancellationToken);
            }

            var provisioning = host.Services.GetRequiredService<TenantProvisioning>();
            var broken = await provisioning.MigrateAsync(slug, cancellationToken);
            foreach (var failed in broken)
            {
                await Console.Error.WriteLineAsync($"{failed.Slug}: {failed.Problem}");
            }

            return broken.Count == 0 ? 0 : 1;
        });
        return command;
    }
}
