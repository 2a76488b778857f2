using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Knowledge;
using LeadGen.Pipeline.Embedding;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach.Grounding;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach;

/// <summary>Finds what the current tenant knows that fits a lead and the goal of a template. Uses the leads' stored vectors: nothing is encoded for each mail.</summary>
public sealed class FactFinding(KnowledgeSearch search, LeadEncoder encoder)
{
    /// <summary>Pieces that facts are taken from.</summary>
    public const int Pieces = 5;

    private const float GoalWeight = 0.6f;

    /// <summary>The nearest pieces for each lead, nearest first; none where nothing is near enough.</summary>
    internal async Task<IReadOnlyList<IReadOnlyList<FactSource>>> FindAsync(
        TenantDb db, ReadyTemplate template, IReadOnlyList<Lead> leads, CancellationToken cancellationToken)
    {
        var ids = leads.Select(l => l.Id).ToList();
        var stored = await db.Vectors.AsNoTracking().Where(v => ids.Contains(v.LeadId) && v.EncoderId == encoder.EncoderId)
            .ToDictionaryAsync(v => v.LeadId, v => v.Values, cancellationToken);
        var goal = await GoalAsync(template, cancellationToken);
        var queries = leads.Select(l => new KnowledgeQuery(Query(stored.GetValueOrDefault(l.Id), goal), WordsOf(l, ""))).ToList();
        var found = await search.SearchAsync(queries, Pieces, cancellationToken);
        return
        [
            .. found.Select(hits => hits.Select(h => new FactSource(
                h.Piece.Id.ToString(), h.Piece.Heading.Length > 0 ? $"{h.Piece.Document} › {h.Piece.Heading}" : h.Piece.Document, h.Piece.Text, h.Relevance)).ToList()),
        ];
    }

    /// <summary>Words that say what a lead is about. Its own alone find pieces: a goal's are the same for everybody.</summary>
    internal static string WordsOf(Lead lead, string goal) =>
        string.Join(' ', lead.Industry, lead.JobTitle, lead.Message, string.Join(' ', lead.Technologies), lead.TopIntent, goal);

    private async Task<ReadOnlyMemory<float>> GoalAsync(ReadyTemplate template, CancellationToken cancellationToken)
    {
        if (template.Goal is { } known && known.EncoderId == encoder.EncoderId)
        {
            return known.Vector;
        }

        var vector = template.Content.Goal.Length > 0 ? (await encoder.EncodeAsync(template.Content.Goal, cancellationToken)).Values : default;
        template.Goal = (encoder.EncoderId, vector);
        return vector;
    }

    private static ReadOnlyMemory<float> Query(byte[]? lead, ReadOnlyMemory<float> goal)
    {
        if (lead is not { Length: > 0 })
        {
            return goal;
        }

        var both = MemoryMarshal.Cast<byte, float>(lead).ToArray();
        if (goal.Length == both.Length)
        {
            TensorPrimitives.MultiplyAdd(goal.Span, GoalWeight, both, both);
            TensorPrimitives.Divide(both, TensorPrimitives.Norm<float>(both), both);
        }

        return both;
    }
}
