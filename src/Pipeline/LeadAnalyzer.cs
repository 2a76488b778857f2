using System.Security.Cryptography;
using System.Text;
using LeadGen.Pipeline.Embedding;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Matching;
using LeadGen.Pipeline.Preprocessing;
using LeadGen.Pipeline.Scoring;

namespace LeadGen.Pipeline;

/// <summary>
/// How a lead is understood, stages 2 to 6 in their order: its words are cleaned, embedded, matched with the profile, read for intent, and
/// scored. A pure function of its arguments, for a batch at a time, since embedding in batches is where the time goes.
/// </summary>
public sealed class LeadAnalyzer(LeadEncoder encoder, IntentClassifier classifier)
{
    private readonly ReplyReader replies = new(encoder, classifier);

    /// <summary>The encoder whose vectors this analyzer makes and understands.</summary>
    public string EncoderId => encoder.EncoderId;

    /// <param name="leads">Any number; a few hundred keep both cores busy and memory small.</param>
    /// <param name="icp">The live profile, or null when there is none: then nothing is matched and the match is unknown to the model.</param>
    /// <param name="model">The champion.</param>
    /// <param name="grades">The tenant's grade bounds.</param>
    /// <param name="now">UTC; intents and engagement fade towards it.</param>
    /// <param name="cancellationToken">Checked between encoder batches.</param>
    /// <returns>One analysis for each lead, in the order given.</returns>
    public async Task<IReadOnlyList<LeadAnalysis>> AnalyzeAsync(
        IReadOnlyList<LeadToAnalyze> leads,
        PreparedIcp? icp,
        ScoringModel model,
        GradeBounds grades,
        DateTime now,
        CancellationToken cancellationToken = default)
    {
        var read = leads.Select(l => new Reading(l, TextPreprocessor.Read(l.Lead), encoder.EncoderId)).ToList();
        await EmbedAsync([.. read.Where(r => !r.IsKnown)], cancellationToken);
        ReadIntents([.. read.Where(r => !r.IsKnown)]);
        await ReadRepliesAsync(read, cancellationToken);

        return [.. read.Select(r =>
        {
            var lead = r.Given.Lead;
            var match = icp is null ? null : IcpMatcher.Match(lead, r.Text, r.Vector, icp);
            var engagement = Engagement.From(r.Given.Feedback, FeatureBuilder.AsOf(lead, now));
            var features = FeatureBuilder.Build(lead, match, r.Intents, engagement, now);
            var score = model.Score(features, grades, now);
            return new LeadAnalysis(lead, r.Text, r.TextHash, r.Vector, r.NewIntents, r.Intents, match, features, score);
        })];
    }

    private async Task EmbedAsync(List<Reading> unread, CancellationToken cancellationToken)
    {
        var vectors = await encoder.EncodeAsync([.. unread.Select(r => (r.Given.Lead, r.Text))], cancellationToken);
        for (var i = 0; i < unread.Count; i++)
        {
            unread[i].Words = vectors[i];
            unread[i].Vector = vectors[i].Lead;
        }
    }

    private void ReadIntents(List<Reading> unread)
    {
        var texts = new List<(Reading Reading, string Source, IntentText Text)>();
        foreach (var r in unread)
        {
            if (r.Words!.Message is { } message)
            {
                texts.Add((r, "message", new IntentText(r.Text.Message, r.Text.Language, message)));
            }

            if (r.Words.Notes is { } notes)
            {
                texts.Add((r, "notes", new IntentText(r.Text.Notes, r.Text.Language, notes)));
            }
        }

        var readings = classifier.Read([.. texts.Select(t => t.Text)]);
        for (var i = 0; i < texts.Count; i++)
        {
            // Words that were read before are on record with the day they were written; reading them again must not make them new.
            var (r, source, text) = texts[i];
            var hash = HashOf(text.Text);
            if (!r.Given.ReadBefore.Contains((source, hash)))
            {
                r.NewIntents.AddRange(IntentSignals.From(readings[i], r.WrittenAt, source).Select(s => new NewIntent(s, hash)));
            }
        }
    }

    /// <summary>Answers came after the lead, each on its day: they are read once, whatever else changed.</summary>
    private async Task ReadRepliesAsync(List<Reading> leads, CancellationToken cancellationToken)
    {
        var unread = leads.SelectMany(r => r.Given.UnreadReplies().Select(reply => (Reading: r, Reply: reply))).ToList();
        var readings = await replies.ReadAsync([.. unread.Select(u => (u.Reading.Given.Lead, u.Reply.Words))], cancellationToken);
        for (var i = 0; i < unread.Count; i++)
        {
            var (r, reply) = unread[i];
            r.NewIntents.AddRange(IntentSignals.From(readings[i], reply.At, ReplyReader.Source).Select(s => new NewIntent(s, reply.Hash)));
        }
    }

    /// <summary>The name of a text's words, by which what was read in it is kept: 32 hex characters.</summary>
    /// <param name="words">Cleaned, as in <see cref="LeadText.Message"/> and <see cref="LeadText.Notes"/>.</param>
    public static string HashOf(string words) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(words)).AsSpan(0, 16));

    /// <summary>A lead on its way through the stages.</summary>
    private sealed class Reading
    {
        public Reading(LeadToAnalyze given, LeadText text, string encoderId)
        {
            (Given, Text) = (given, text);
            TextHash = HashOf(string.Join('\u001f', text.Message, text.Notes, text.Profile));
            IsKnown = given.Known is { } known && known.TextHash == TextHash && known.Vector.EncoderId == encoderId;
            Vector = IsKnown ? given.Known!.Vector : new LeadVector(default, encoderId);
        }

        public LeadToAnalyze Given { get; }
        public LeadText Text { get; }
        public string TextHash { get; }

        /// <summary>The same words were read before by the same encoder: vector and intents are those of then.</summary>
        public bool IsKnown { get; }

        public LeadVector Vector { get; set; }
        public LeadWords? Words { get; set; }
        public List<NewIntent> NewIntents { get; } = [];

        /// <summary>Earlier ones were judged before they came here; one that a person judged is no longer the classifier's to add.</summary>
        public IReadOnlyList<IntentSignal> Intents =>
            [.. Given.EarlierIntents, .. NewIntents.Where(n => !Given.Judgements.Any(j => j.Source == n.Signal.Source && j.TextHash == n.TextHash && j.Kind == n.Signal.Kind)).Select(i => i.Signal)];

        /// <summary>The first words came with the lead; later ones when it was changed.</summary>
        public DateTime WrittenAt => Given.Lead.Version == 1 ? Given.Lead.CreatedAt : Given.Lead.UpdatedAt;
    }
}

/// <summary>A lead and what is known of it besides its fields.</summary>
/// <param name="Lead">Not changed by the analysis.</param>
/// <param name="Known">What an earlier analysis read, or null.</param>
/// <param name="EarlierIntents">Signals on record, of this text or earlier ones.</param>
/// <param name="ReadBefore">Texts that those signals came from: source and <see cref="NewIntent.TextHash"/>.</param>
/// <param name="Feedback">Events on record.</param>
public sealed record LeadToAnalyze(
    Lead Lead,
    KnownWords? Known,
    IReadOnlyList<IntentSignal> EarlierIntents,
    IReadOnlySet<(string Source, string TextHash)> ReadBefore,
    IReadOnlyList<FeedbackEvent> Feedback)
{
    /// <summary>What people said of the lead's texts; <see cref="EarlierIntents"/> have heard them already.</summary>
    public IReadOnlyList<IntentJudgement> Judgements { get; init; } = [];

    /// <summary>Longer conversations are read from their newest end.</summary>
    private const int MostReplies = 10;

    internal IEnumerable<(string Words, string Hash, DateTime At)> UnreadReplies() => Feedback
        .Where(f => f.Kind == FeedbackKind.Replied && !string.IsNullOrWhiteSpace(f.Text))
        .OrderByDescending(f => f.OccurredAt).Take(MostReplies)
        .Select(f => (Words: TextCleaner.Clean(f.Text), f.OccurredAt))
        .Where(f => f.Words.Length > 0)
        .Select(f => (f.Words, Hash: LeadAnalyzer.HashOf(f.Words), f.OccurredAt))
        .Where(f => !ReadBefore.Contains((ReplyReader.Source, f.Hash)))
        .DistinctBy(f => f.Hash);
}

/// <summary>A signal read now for the first time, and the hash of the text it was read in.</summary>
public sealed record NewIntent(IntentSignal Signal, string TextHash);

/// <summary>The vector of words that were read before, and the hash that says which words.</summary>
public sealed record KnownWords(string TextHash, LeadVector Vector);

/// <summary>What the pipeline understood of one lead.</summary>
/// <param name="Lead">The lead as given.</param>
/// <param name="Text">Cleaned words and what was recognised in them.</param>
/// <param name="TextHash">Names the words that were read, 32 hex characters.</param>
/// <param name="Vector">Where the lead stands among the others.</param>
/// <param name="NewIntents">Signals read now for the first time.</param>
/// <param name="Intents">All signals on record, earlier ones first.</param>
/// <param name="Match">Fit with the live profile; null without one.</param>
/// <param name="Features">What the model saw.</param>
/// <param name="Score">The score and its reasons.</param>
public sealed record LeadAnalysis(
    Lead Lead,
    LeadText Text,
    string TextHash,
    LeadVector Vector,
    IReadOnlyList<NewIntent> NewIntents,
    IReadOnlyList<IntentSignal> Intents,
    IcpMatch? Match,
    LeadFeatures Features,
    LeadScore Score);
