using System.ClientModel;
using System.ClientModel.Primitives;
using LeadGen.Infrastructure.Outbound;
using LeadGen.Pipeline.Outreach.Grounding;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using Microsoft.SemanticKernel.Connectors.OpenAI;
using OpenAI;
using ChatTokenUsage = OpenAI.Chat.ChatTokenUsage;

namespace LeadGen.Infrastructure.Ai;

/// <summary>Asks a model for the words of one mail: within the tenant's budget, for 20 seconds, twice at most. It has no tools and is told no address.</summary>
public sealed partial class ModelWriter(IHttpClientFactory clients, ModelBudget budget, ModelBreaker breaker, TimeProvider time, ILogger<ModelWriter> logger)
{
    /// <summary>Most tokens of an answer.</summary>
    private const int LongestAnswer = 900;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>One call. Whatever goes wrong is an answer: the mail is then the template's.</summary>
    public async Task<ModelAnswer> AskAsync(WritingModel model, WritingMaterial material, CancellationToken cancellationToken)
    {
        if (!breaker.MayCall(model.Endpoint))
        {
            return new ModelAnswer(null, "The model failed several times and is left alone for half a minute.", 0, 0);
        }

        // Three characters to a token is more than any tokenizer needs for letters: the estimate errs on the safe side.
        var input = ((await ModelPrompt.RenderAsync(material, cancellationToken)).Length / 3) + 50;
        var (tokens, cost) = (input + LongestAnswer, model.MicroCost(input, LongestAnswer));
        if (!await budget.ReserveAsync(model, tokens, cost, cancellationToken))
        {
            return new ModelAnswer(null, "Today's budget for the model is used up.", 0, 0);
        }

        var (text, problem, used) = await TryTwiceAsync(model, material, cancellationToken);

        // A call of which nothing is known may have cost all of it.
        var (usedTokens, usedCost) = used is { } u ? (u.Input + u.Output, model.MicroCost(u.Input, u.Output)) : (tokens, cost);
        return new ModelAnswer(text, problem, usedTokens - tokens, usedCost - cost) { IsReserved = true, Tokens = usedTokens };
    }

    private async Task<(string? Text, string? Problem, (long Input, long Output)? Used)> TryTwiceAsync(
        WritingModel model, WritingMaterial material, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var limit = new CancellationTokenSource(Patience, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                var answer = await CallAsync(model, material, both.Token);
                breaker.Note(model.Endpoint, true);
                return answer;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                breaker.Note(model.Endpoint, false);
                CallFailed(logger, e.GetType().Name, attempt);
                var refused = e is HttpOperationException { StatusCode: { } code } && (int)code is >= 400 and < 500 and not 408 and not 429;
                if (attempt == 2 || refused)
                {
                    return (null, Explain(e), null);
                }
            }
        }
    }

    private async Task<(string? Text, string? Problem, (long Input, long Output)? Used)> CallAsync(
        WritingModel model, WritingMaterial material, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(OutboundHttp.Patient);
        var openAi = new OpenAIClient(
            new ApiKeyCredential(model.Key ?? "none"),
            new OpenAIClientOptions
            {
                Endpoint = model.Endpoint,
                Transport = new HttpClientPipelineTransport(client),
                RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
                NetworkTimeout = Patience,
            });
        var builder = Kernel.CreateBuilder();
        builder.Services.AddSingleton<IChatCompletionService>(new OpenAIChatCompletionService(model.Model, openAi));
        var kernel = builder.Build();
        var settings = new OpenAIPromptExecutionSettings { Temperature = model.Temperature, MaxTokens = LongestAnswer, ResponseFormat = "json_object" };
        var result = await kernel.InvokePromptAsync(
            ModelPrompt.Template, new KernelArguments(settings) { ["material"] = ModelPrompt.MaterialOf(material) }, cancellationToken: cancellationToken);
        var message = result.GetValue<ChatMessageContent>();
        var used = message?.Metadata?.GetValueOrDefault("Usage") is ChatTokenUsage usage ? ((long, long)?)(usage.InputTokenCount, usage.OutputTokenCount) : null;
        return string.IsNullOrWhiteSpace(message?.Content) ? (null, "The model gave no answer.", used) : (message.Content, null, used);
    }

    private static string Explain(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is OperationCanceledException)
            {
                return "The model did not answer within 20 seconds.";
            }

            if (e is HttpOperationException { StatusCode: { } code })
            {
                return $"The model's server refused: {(int)code}.";
            }

            if (OutboundHttp.Explain(e) is { } words)
            {
                return words;
            }
        }

        return "The model's answer could not be read.";
    }

    [LoggerMessage(501, LogLevel.Warning, "A call of the model failed ({Kind}), attempt {Attempt}")]
    private static partial void CallFailed(ILogger logger, string kind, int attempt);
}

/// <summary>What a call came to.</summary>
/// <param name="Text">The model's answer; null when there is none.</param>
/// <param name="Problem">Why there is none, in plain words.</param>
/// <param name="TokensDelta">Tokens used, less what was set aside.</param>
/// <param name="MicroCostDelta">Cost, less what was set aside.</param>
public sealed record ModelAnswer(string? Text, string? Problem, long TokensDelta, long MicroCostDelta)
{
    /// <summary>Something was set aside for it that must be settled.</summary>
    public bool IsReserved { get; init; }

    /// <summary>Tokens used, in and out; estimated where the model told none.</summary>
    public long Tokens { get; init; }
}
