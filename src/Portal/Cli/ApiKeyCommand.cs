using System.CommandLine;
using LeadGen.Infrastructure.Access;

namespace LeadGen.Portal.Cli;

/// <summary><c>apikey create SLUG --name N --scopes a,b</c>: prints the key alone on standard output, once.</summary>
public static class ApiKeyCommand
{
    public static Command Create()
    {
        var slug = new Argument<string>("slug") { Description = "The tenant." };
        var name = new Option<string>("--name") { Description = "What it is for.", Required = true };
        var scopes = new Option<string>("--scopes") { Description = $"Comma-separated: {string.Join(", ", Scopes.All)}.", Required = true };
        var create = new Command("create", "Makes an API key and prints it once.") { slug, name, scopes };
        create.Runs(workers: false, async (parsed, host, cancellationToken) =>
        {
            var tenant = await host.TenantAsync(parsed.GetValue(slug)!, cancellationToken);
            var wanted = parsed.GetValue(scopes)!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            try
            {
                var (key, _) = await host.InTenantAsync(
                    tenant,
                    services => services.GetRequiredService<ApiKeys>().CreateAsync(parsed.GetValue(name)!, wanted, null, cancellationToken),
                    cancellationToken);
                Console.WriteLine(key);
                return 0;
            }
            catch (ArgumentException refused)
            {
                throw new CommandProblem(refused.Message);
            }
        });
        return new Command("apikey", "API keys of a tenant.") { create };
    }
}
