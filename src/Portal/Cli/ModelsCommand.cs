using System.CommandLine;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Encoders;
using LeadGen.Pipeline.Embedding;
using LeadGen.Pipeline.Intent;
using Microsoft.Extensions.Options;
using Spectre.Console;

namespace LeadGen.Portal.Cli;

/// <summary><c>models pull [NAME]</c> and <c>models evaluate-intent</c>.</summary>
public static class ModelsCommand
{
    public static Command Create() => new("models", "Encoders and classifiers.") { Pull(), EvaluateIntent() };

    private static Command Pull()
    {
        throw new NotImplementedException();
    }

    private static Command EvaluateIntent()
    {
        throw new NotImplementedException();
    }
}
