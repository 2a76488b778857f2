using System.CommandLine;
using LeadGen.Infrastructure.Backup;

namespace LeadGen.Portal.Cli;

/// <summary><c>backup SLUG --out FILE</c> and <c>restore SLUG --from FILE</c>: one tenant, whole.</summary>
public static class BackupCommands
{
    public static Command Backup()
    {
        var slug = new Argument<string>("slug") { Description = "The tenant." };
        var output = new Option<string>("--out") { Description = "The file to write. It holds personal data and secrets.", Required = true };
        var command = new Command("backup", "Writes one tenant, whole, to one file, beside a live portal.") { slug, output };
        command.Runs(workers: false, async (parsed, host, cancellationToken) =>
        {
            var tenant = await host.TenantAsync(parsed.GetValue(slug)!, cancellationToken);
            var path = parsed.GetValue(output)!;
            try
            {
                var written = await host.Services.GetRequiredService<TenantBackup>().WriteAsync(tenant, path, cancellationToken);
                Console.WriteLine($"{tenant.Slug}: {written.Rows["Leads"]:N0} leads, {written.Rows.Values.Sum():N0} rows in all, written to {path}");
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                throw new CommandProblem($"--out: {refused.Message}");
            }

            return 0;
        });
        return command;
    }

    public static Command Restore()
    {
        var slug = new Argument<string>("slug") { Description = "The address it will have; it must be free." };
        var input = new Option<string>("--from") { Description = "A file that 'backup' wrote.", Required = true };
        var command = new Command("restore", "Makes a tenant from a backup.") { slug, input };
        command.Runs(workers: false, async (parsed, host, cancellationToken) =>
        {
            await using var scope = host.Services.CreateAsyncScope();
            try
            {
                var restored = await scope.ServiceProvider.GetRequiredService<TenantRestore>()
                    .ReadAsync(parsed.GetValue(slug)!, parsed.GetValue(input)!, cancellationToken)
                    ?? throw new CommandProblem($"There is a tenant '{parsed.GetValue(slug)}'. Delete it first, or restore under another address.");
                Report(restored);
                return 0;
            }
            catch (Exception refused) when (refused is BackupException or ArgumentException)
            {
                throw new CommandProblem(refused.Message);
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                throw new CommandProblem($"--from: {refused.Message}");
            }
        });
        return command;
    }

    private static void Report(RestoredTenant restored)
    {
        Console.WriteLine($"{restored.Tenant.Slug} is ready at /t/{restored.Tenant.Slug}/ with {restored.Manifest.Rows["Leads"]:N0} leads as of {restored.Manifest.At:u}");
        foreach (var (email, password) in restored.Passwords)
        {
            Console.WriteLine($"owner {email} has an account now, password {password}");
        }

        if (restored.Strangers.Count > 0)
        {
            Console.WriteLine($"no account here, invite them again: {string.Join(", ", restored.Strangers)}");
        }

        if (restored.KeysTaken > 0)
        {
            Console.WriteLine($"{restored.KeysTaken} API keys still open the tenant they came from and were left there");
        }
    }
}
