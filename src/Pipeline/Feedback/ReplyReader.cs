using LeadGen.Pipeline.Embedding;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Feedback;

/// <summary>Reads what leads want in what they answered.</summary>
public sealed class ReplyReader(LeadEncoder encoder, IntentClassifier classifier)
{
    /// <summary>Name of this source of intents, see <see cref="IntentSignal.Source"/>.</summary>
    public const string Source = "reply";

    /// <param name="replies">Cleaned words, each with the lead that wrote them.</param>
    /// <param name="cancellationToken">Checked between encoder batches.</param>
    /// <returns>A reading of each, in order.</returns>
    public async Task<IReadOnlyList<IntentReading>> ReadAsync(IReadOnlyList<(Lead Lead, string Words)> replies, CancellationToken cancellationToken = default)
    {
        var vectors = await encoder.EncodeWordsAsync([.. replies.Where(r => r.Words.Length > 0)], cancellationToken);
        var next = 0;
        return classifier.Read(
        [
            .. replies.Select(r => new IntentText(r.Words, LanguageReader.Read(r.Words), r.Words.Length > 0 ? vectors[next++] : default)),
        ]);
    }
}
