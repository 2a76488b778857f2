using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Preprocessing;
using LeadGen.Portal.Shell;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Leads;

/// <summary>Members say what a text means; the lead is analysed again at once with their word in place of the classifier's.</summary>
public sealed class IntentFixes(
    TenantWrites writes, WorkBoard board, CurrentTenant tenant, MemberAccess access, CurrentMember member, TimeProvider time)
{
    /// <param name="text">Source and hash, of an intent that is shown or of a present text.</param>
    /// <param name="wanted">By kind: it holds, it does not, or (null) the classifier speaks again.</param>
    public async Task<IntentFixed> JudgeAsync(
        Guid leadId, (string Source, string TextHash) text, IReadOnlyDictionary<IntentKind, bool?> wanted, CancellationToken cancellationToken = default)
    {
        if (!await access.MayAsync(MemberRole.Editor, cancellationToken))
        {
            return new IntentFixed("Your role does not allow this.");
        }

        return await board.AnnounceAsync(
            tenant.Id,
            WorkKind.Leads,
            () => writes.RunAsync((db, ct) => JudgeAsync(db, leadId, text, wanted, ct), cancellationToken),
            cancellationToken);
    }

    private async Task<IntentFixed> JudgeAsync(
        TenantDb db, Guid leadId, (string Source, string TextHash) text, IReadOnlyDictionary<IntentKind, bool?> wanted, CancellationToken cancellationToken)
    {
        if (await db.Leads.Where(l => l.Id == leadId).ForUpdate().SingleOrDefaultAsync(cancellationToken) is not { } lead)
        {
            return new IntentFixed("This lead is not there any more.");
        }

        var (source, hash) = text;
        if (!await db.Intents.AnyAsync(i => i.LeadId == leadId && i.Source == source && i.TextHash == hash, cancellationToken)
            && !LeadTexts.Present(lead).Contains(text)
            && !(source == ReplyReader.Source && await HasReplyAsync(db, leadId, hash, cancellationToken)))
        {
            return new IntentFixed("This text was changed meanwhile. Look at it once more.");
        }

        var now = time.GetUtcNow().UtcDateTime;
        var rows = await db.IntentCorrections.Where(c => c.LeadId == leadId && c.Source == source && c.TextHash == hash).ToListAsync(cancellationToken);
        var before = new Dictionary<IntentKind, bool?>();
        foreach (var (kind, holds) in wanted)
        {
            var row = rows.Find(r => r.Kind == kind);
            if (row?.Holds == holds)
            {
                continue;
            }

            before[kind] = row?.Holds;
            Put(db, row, new IntentCorrection
            {
                LeadId = leadId,
                Source = source,
                TextHash = hash,
                Kind = kind,
                Holds = holds == true,
                Actor = member.Actor,
                At = now,
            }, holds);
            db.LeadChanges.Add(ChangeOf(leadId, source, kind, row?.Holds, holds, now));
        }

        if (before.Count == 0)
        {
            return new IntentFixed(null);
        }

        // An analysis that is under way does not know of this and may not be stored any more.
        (lead.Stage, lead.Attempts, lead.ClaimToken, lead.ClaimedUntil) = (LeadStage.Received, 0, null, null);
        lead.Version++;
        lead.UpdatedAt = now;
        await db.SaveChangesAsync(cancellationToken);
        return new IntentFixed(null) { Before = before };
    }

    private static async Task<bool> HasReplyAsync(TenantDb db, Guid leadId, string hash, CancellationToken cancellationToken) =>
        (await db.Feedback.Where(f => f.LeadId == leadId && f.Kind == FeedbackKind.Replied && f.Text != null).Select(f => f.Text).ToListAsync(cancellationToken))
            .Exists(t => LeadAnalyzer.HashOf(TextCleaner.Clean(t)) == hash);

    private static void Put(TenantDb db, IntentCorrection? row, IntentCorrection wanted, bool? holds)
    {
        if (row is null)
        {
            db.IntentCorrections.Add(wanted);
        }
        else if (holds is null)
        {
            db.IntentCorrections.Remove(row);
        }
        else
        {
            (row.Holds, row.Actor, row.At) = (wanted.Holds, wanted.Actor, wanted.At);
        }
    }

    /// <summary>As a field "intent.SOURCE" that loses or gains a kind.</summary>
    private LeadChange ChangeOf(Guid leadId, string source, IntentKind kind, bool? before, bool? after, DateTime now)
    {
        var gains = after ?? before == false;
        return new LeadChange
        {
            LeadId = leadId,
            Field = FieldWords.IntentPrefix + source,
            Old = gains ? null : kind.ToString(),
            New = gains ? kind.ToString() : null,
            At = now,
            Actor = member.Actor,
        };
    }
}

/// <param name="Problem">Why nothing was changed; null when all is well.</param>
public sealed record IntentFixed(string? Problem)
{
    /// <summary>What was said of those kinds before, for undo; null when nothing changed.</summary>
    public IReadOnlyDictionary<IntentKind, bool?>? Before { get; init; }
}
