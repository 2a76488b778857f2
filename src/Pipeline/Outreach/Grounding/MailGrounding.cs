using System.Buffers;
using System.Numerics.Tensors;
using LeadGen.Pipeline.Embedding;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Outreach.Grounding;

/// <summary>What became of one sentence of a model.</summary>
/// <param name="Text">What stands in the mail: its own words, or the template's sentence in their place.</param>
/// <param name="Sources">What it rests on.</param>
/// <param name="Refused">Why its own words were not taken, in plain words; null when they were.</param>
public sealed record GroundedSentence(string Text, IReadOnlyList<MaterialItem> Sources, string? Refused);

/// <summary>
/// Holds a model's draft against what it may rest on. Every figure, date, name and strong word must stand in a source that the sentence cites,
/// every other word must be the source's, the template's or an everyday one, no address may stand anywhere, and a sentence that claims must be
/// near to its source in words and in meaning. What is not is replaced by the template's own sentence, or dropped.
/// </summary>
public sealed class MailGrounding(LeadEncoder encoder)
{
    /// <summary>Least share of a claim's words that its sources hold.</summary>
    private const double Overlap = 0.5;

    /// <summary>Least similarity of a claim to the nearest sentence of its sources.</summary>
    private const double Similarity = 0.35;

    private static readonly SearchValues<char> Marks = SearchValues.Create("<>{}[]|\\`^~*_#");

    /// <returns>Subject and sentences that are true to their sources; null when nothing of the model's own is left.</returns>
    public async Task<(string Subject, IReadOnlyList<GroundedSentence> Sentences)?> CheckAsync(
        ModelDraft draft, WritingMaterial material, CancellationToken cancellationToken = default)
    {
        var byId = material.All.ToDictionary(i => i.Id, StringComparer.Ordinal);
        var sentences = draft.Sentences.SelectMany(s => SentenceSplitter.Split(s.Text).Select(t => (Text: t, s.Sources))).ToList();
        var cited = sentences.ConvertAll(s => s.Sources.Select(id => byId.GetValueOrDefault(id)).OfType<MaterialItem>().ToList());
        var verdicts = sentences.Select((s, i) => Refusal(s.Text, s.Sources, cited[i], material)).ToList();
        await RefuseFarAsync(sentences.ConvertAll(s => s.Text), cited, verdicts, cancellationToken);

        var grounded = new List<GroundedSentence>();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < sentences.Count; i++)
        {
            if (verdicts[i] is not { } refused)
            {
                if (taken.Add(sentences[i].Text))
                    grounded.Add(new GroundedSentence(sentences[i].Text, cited[i], null));
            }
            else if (cited[i].FirstOrDefault(c => c.Source.Kind == SourceKind.Template) is { } own && taken.Add(own.Text))
            {
                grounded.Add(new GroundedSentence(own.Text, [own], refused));
            }
        }

        if (grounded.All(g => g.Refused is not null))
            return null;

        // A mail asks for something: when the model forgot, the template's question stands.
        if (!grounded.Any(g => g.Text.EndsWith('?')) && material.Template.LastOrDefault(t => t.Text.EndsWith('?')) is { } question && taken.Add(question.Text))
            grounded.Add(new GroundedSentence(question.Text, [question], null));
        var all = material.All.ToList();
        var subject = Refusal(draft.Subject, [.. all.Select(a => a.Id)], all, material) is null && !Claims.Negates(draft.Subject) ? draft.Subject : material.Subject;
        return (subject, grounded);
    }

    private static string? Refusal(string text, IReadOnlyList<string> named, List<MaterialItem> cited, WritingMaterial material)
    {
        if (Injections.Suspicious(text) || text.AsSpan().ContainsAny(Marks))
            return "it speaks to a machine";
        if (cited.Count < named.Count)
            return "it names a source that is none";
        var evidence = string.Join('\n', cited.Select(c => c.Text).Concat(material.LeadFields.Select(f => f.Text)));
        if (Claims.Unfounded(text, evidence) is { } claim)
            return $"its sources do not say {claim}";
        var content = WordForms.Content(text);
        var known = WordForms.Content(evidence + "\n" + string.Join('\n', material.Template.Select(t => t.Text)) + "\n" + material.Subject).ToHashSet();
        if (content.FirstOrDefault(w => !known.Contains(w) && !Claims.IsCommon(w)) is { } strange)
            return $"its sources do not say “{strange}”";

        // What the lead is called founds no claim, however long a name somebody gave itself.
        var lead = WordForms.Content(string.Join('\n', material.LeadFields.Select(f => f.Text))).ToHashSet();
        var rest = content.Where(w => !lead.Contains(w)).ToList();
        if (rest.Count < 2 || rest.Count * 2 < content.Count)
            return "it says nothing of its sources";
        var own = WordForms.Content(string.Join('\n', material.Template.Select(t => t.Text))).ToHashSet();
        if (rest.All(w => own.Contains(w) || Claims.Courtesy.Contains(w)) && rest.Any(own.Contains))
            return null;
        var backing = WordForms.Content(string.Join('\n', cited.Where(c => c.Source.Kind != SourceKind.LeadField).Select(c => c.Text))).ToHashSet();
        return rest.Count(backing.Contains) < Overlap * rest.Count ? "its sources say something else" : null;
    }

    /// <summary>A claim on knowledge must mean what a sentence of the source means, and deny only what it denies.</summary>
    private async Task RefuseFarAsync(List<string> texts, List<List<MaterialItem>> cited, List<string?> verdicts, CancellationToken cancellationToken)
    {
        var open = Enumerable.Range(0, texts.Count).Where(i => verdicts[i] is null && cited[i].Any(c => c.Source.Kind == SourceKind.Knowledge)).ToList();
        if (open.Count == 0)
            return;
        var origins = open.SelectMany(i => cited[i]).Where(c => c.Source.Kind != SourceKind.LeadField).Distinct()
            .SelectMany(c => SentenceSplitter.Split(c.Text).Select(s => (Item: c, Text: s))).ToList();
        var vectors = await encoder.EncodeAsync([.. open.Select(i => texts[i]), .. origins.Select(o => o.Text)], cancellationToken);
        for (var n = 0; n < open.Count; n++)
        {
            var i = open[n];
            var best = Enumerable.Range(0, origins.Count).Where(o => cited[i].Contains(origins[o].Item))
                .Select(o => (Text: origins[o].Text, Score: TensorPrimitives.Dot(vectors[n].Span, vectors[open.Count + o].Span))).MaxBy(o => o.Score);
            if (best.Text is null || best.Score < Similarity)
                verdicts[i] = "its sources mean something else";
            else if (Claims.Negates(texts[i]) != Claims.Negates(best.Text))
                verdicts[i] = "its source says the opposite";
        }
    }
}
