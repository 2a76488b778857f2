using LeadGen.Infrastructure.Access;
using LeadGen.Pipeline.Embedding;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Preprocessing;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LeadGen.Portal.Api;

/// <summary><c>/text</c>: the stages that read words, by themselves.</summary>
internal static class TextEndpoints
{
    private const int MostTexts = 100;
    private const int LongestText = 20_000;

    public static void MapTexts(this IEndpointRouteBuilder api)
    {
        var text = api.MapGroup("/text").WithTags("Text");
        text.MapPost("/intent", IntentAsync).Needs(Scopes.LeadsRead).WithSummary("What the writers of texts want")
            .WithDescription("Up to 100 texts, read as the message of a lead would be: without quoted mail, signature and HTML.");
        text.MapPost("/embedding", EmbedAsync).Needs(Scopes.LeadsRead).WithSummary("Vectors of texts")
            .WithDescription("Up to 100 texts, encoded as given. Vectors have unit length; those of two encoders must not be compared.");
    }

    private static async Task<Ok<IReadOnlyList<TextIntent>>> IntentAsync(
        JsonBody<TextsInput> body, LeadEncoder encoder, IntentClassifier classifier, CancellationToken cancellationToken)
    {
        var leads = Texts(body.Value).Select(t => new Lead { Id = Guid.Empty, IdentityKey = "", Message = t })
            .Select(l => (Lead: l, Text: TextPreprocessor.Read(l))).ToList();
        var words = await encoder.EncodeAsync(leads, cancellationToken);
        var readings = classifier.Read([.. leads.Zip(words, (l, w) => new IntentText(l.Text.Message, l.Text.Language, w.Message ?? default))]);
        return TypedResults.Ok<IReadOnlyList<TextIntent>>([.. readings.Select(r => new TextIntent(r.Kind, r.Probabilities))]);
    }

    private static async Task<Ok<IReadOnlyList<TextVector>>> EmbedAsync(
        JsonBody<TextsInput> body, OnnxTextEncoder encoder, CancellationToken cancellationToken)
    {
        var vectors = await encoder.GenerateAsync(Texts(body.Value), cancellationToken: cancellationToken);
        return TypedResults.Ok<IReadOnlyList<TextVector>>([.. vectors.Select(v => new TextVector(v.Vector.ToArray(), encoder.EncoderId))]);
    }

    private static IReadOnlyList<string> Texts(TextsInput input)
    {
        var fields = new Fields();
        var texts = input.Texts ?? [];
        if (texts.Count is 0 or > MostTexts)
        {
            fields.Wrong("texts", $"Send 1 to {MostTexts} texts.");
        }

        for (var i = 0; i < Math.Min(texts.Count, MostTexts); i++)
        {
            if (texts[i] is not { Length: <= LongestText })
            {
                fields.Wrong($"texts[{i}]", $"This must be a text of at most {LongestText} characters.");
            }
        }

        fields.ThrowIfWrong();
        return [.. texts.Select(t => t!)];
    }
}

/// <param name="Texts">1 to 100, each of at most 20,000 characters.</param>
public sealed record TextsInput(IReadOnlyList<string?>? Texts = null);

/// <param name="Kind">The strongest.</param>
/// <param name="Probabilities">One for each kind; they sum to 1.</param>
public sealed record TextIntent(IntentKind Kind, IReadOnlyDictionary<IntentKind, double> Probabilities);

/// <param name="Values">Unit length.</param>
/// <param name="Encoder">Its name.</param>
public sealed record TextVector(float[] Values, string Encoder);
