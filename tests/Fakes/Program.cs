using System.Globalization;
using LeadGen.Fakes;

// dotnet run --project tests/Fakes -- hubspot --port 7001 [--hook ADDRESS --secret SECRET]
var name = args.FirstOrDefault();
if (name is null || FakeVendors.Create(name) is not { } fake)
{
    Console.Error.WriteLine($"usage: {string.Join('|', FakeVendors.Names)} [--port NUMBER] [--hook ADDRESS --secret SECRET]");
    return 2;
}

string? Option(string option) => Array.IndexOf(args, option) is var at and > 0 && at + 1 < args.Length ? args[at + 1] : null;

await using (fake)
{
    fake.Hook = Option("--hook") is { } address ? new HookTarget(address, Option("--secret") ?? "") : null;
    await fake.StartAsync(int.Parse(Option("--port") ?? "7001", CultureInfo.InvariantCulture));
    Console.WriteLine($"{fake.Name} is at {fake.Address}");
    Console.WriteLine(fake.Credentials);
    await fake.WaitAsync();
}

return 0;
