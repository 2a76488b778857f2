using LeadGen.Portal.Cli;

return await Commands.RunAsync(args);
