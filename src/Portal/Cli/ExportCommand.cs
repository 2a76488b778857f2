using System.CommandLine;
using LeadGen.Infrastructure.Work;

namespace LeadGen.Portal.Cli;

/// <summary><c>export SLUG --out FILE.csv</c>: all leads with score, grade, ICP match.</summary>
public static class ExportCommand
{
    public static Command Create()
    {
        var slug = new Argument<string>("slug") { Description = "The tenant." };
        var output = new Option<string>("--out") { Description = "The file to write.", Required = true };
        var command = new Command("export", "Writes all leads to a CSV file.") { slug, output };
        command.Runs(workers: false, async (parsed, host, cancellationToken) =>
        {
            var tenant = await host.TenantAsync(parsed.GetValue(slug)!, cancellationToken);
            var path = parsed.GetValue(output)!;
            await using var writer = new StreamWriter(path, append: false);
            var count = await host.InTenantAsync(
                tenant, services => services.GetRequiredService<Export>().WriteAsync(writer, cancellationToken), cancellationToken);
            Console.WriteLine($"{count:N0} leads written to {path}");
            return 0;
        });
        return command;
    }
}
