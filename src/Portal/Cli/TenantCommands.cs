using System.CommandLine;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Tenancy;

namespace LeadGen.Portal.Cli;

/// <summary><c>tenant create|list|suspend|resume|delete</c>.</summary>
public static class TenantCommands
{
    public static Command Create() => new("tenant", "Tenants of this installation.")
    {
        CreateOne(), List(), Suspend(), Resume(), Delete(),
    };

    private static Argument<string> Slug() => new("slug") { Description = "Its part of every address: a-z, 0-9, hyphens." };

    private static Command CreateOne()
    {
        var slug = Slug();
        var name = new Option<string>("--name") { Description = "As people call it.", Required = true };
        var owner = new Option<string>("--owner") { Description = "E-mail of its first owner.", Required = true };
        var password = new Option<string?>("--password") { Description = "Generated and printed once when not given." };
        var command = new Command("create", "Makes a tenant with its database, starter profile and model.") { slug, name, owner, password };
        command.Runs(workers: false, async (parsed, host, cancellationToken) =>
        {
            try
            {
                var provisioning = host.Services.GetRequiredService<TenantProvisioning>();
                var tenant = await provisioning.CreateAsync(parsed.GetValue(slug)!, parsed.GetValue(name)!, cancellationToken)
                    ?? throw new CommandProblem($"The address '{parsed.GetValue(slug)}' is taken. Choose another.");
                await using var scope = host.Services.CreateAsyncScope();
                var generated = await scope.ServiceProvider.GetRequiredService<Owners>()
                    .EnsureAsync(tenant, parsed.GetValue(owner)!, parsed.GetValue(password), cancellationToken);
                Console.WriteLine($"{tenant.Slug} is ready at /t/{tenant.Slug}/, owner {parsed.GetValue(owner)}");
                if (generated is not null)
                {
                    Console.WriteLine($"password {generated}");
                }

                return 0;
            }
            catch (ArgumentException refused)
            {
                throw new CommandProblem(refused.Message);
            }
        });
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "All tenants with their state.");
        command.Runs(workers: false, async (_, host, cancellationToken) =>
        {
            foreach (var tenant in await host.Services.GetRequiredService<TenantStore>().AllAsync(cancellationToken))
            {
                Console.WriteLine($"{tenant.Slug}\t{tenant.State}\t{tenant.Name}{(tenant.Problem is null ? "" : $"\t{tenant.Problem}")}");
            }

            return 0;
        });
        return command;
    }

    private static Command Suspend() => Change("suspend", "Shuts a tenant: nobody gets in, nothing runs, the data stays.", (p, t, ct) => p.SuspendAsync(t, ct));

    private static Command Resume() => Change("resume", "Opens a suspended tenant again.", (p, t, ct) => p.ResumeAsync(t, ct));

    private static Command Change(string verb, string description, Func<TenantProvisioning, Tenant, CancellationToken, Task> change)
    {
        var slug = Slug();
        var command = new Command(verb, description) { slug };
        command.Runs(workers: false, async (parsed, host, cancellationToken) =>
        {
            var tenant = await host.TenantAsync(parsed.GetValue(slug)!, cancellationToken);
            try
            {
                await change(host.Services.GetRequiredService<TenantProvisioning>(), tenant, cancellationToken);
            }
            catch (InvalidOperationException refused)
            {
                throw new CommandProblem(refused.Message);
            }

            Console.WriteLine($"{tenant.Slug}\t{tenant.State}");
            return 0;
        });
        return command;
    }

    private static Command Delete()
    {
        var slug = Slug();
        var yes = new Option<bool>("--yes") { Description = "Really: database, files and keys are gone for good." };
        var command = new Command("delete", "Ends a tenant with everything it has.") { slug, yes };
        command.Runs(workers: false, async (parsed, host, cancellationToken) =>
        {
            if (!parsed.GetValue(yes))
            {
                throw new CommandProblem("This deletes everything the tenant has. Say --yes to do it.");
            }

            var tenant = await host.TenantAsync(parsed.GetValue(slug)!, cancellationToken);
            await host.Services.GetRequiredService<TenantProvisioning>().DeleteAsync(tenant, cancellationToken);
            Console.WriteLine($"{tenant.Slug} is deleted");
            return 0;
        });
        return command;
    }
}
