using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Forms;

/// <summary>The public door of forms. What it answers does not depend on who is known, erased or waiting for a click.</summary>
public sealed class FormIntake(
    IDbContextFactory<TenantDb> databases, TenantWrites writes, FormTaking taking, FormTokens tokens, TimeProvider time)
{
    /// <param name="form">A live form.</param>
    /// <param name="sent">What came.</param>
    /// <param name="linkBase">What links in letters begin with, without a slash at the end.</param>
    /// <param name="cancellationToken">Ends it before it is stored.</param>
    public async Task<FormReply> SubmitAsync(WebForm form, SentForm sent, string linkBase, CancellationToken cancellationToken = default)
    {
        var live = form.Live ?? throw new ArgumentException("The form is not published.", nameof(form));
        var now = time.GetUtcNow().UtcDateTime;
        if (tokens.Read(form.Id, sent.Token) is not { } token)
        {
            return FormReply.Stale;
        }

        var answers = FormAnswers.Read(live, sent.Values, now);
        var trap = sent.Trap.Length > 0 ? "A field that people do not see was filled in." : null;
        if (trap is null && live.ProofOfWork && !ProofOfWork.Holds(sent.Token!, sent.Proof))
        {
            return FormReply.Unproven;
        }

        if (trap is null && answers.Problems.Count > 0)
        {
            return new FormReply(FormReplyKind.Wrong) { Problems = answers.Problems };
        }

        var quick = now - token.ShownAt < TimeSpan.FromSeconds(live.LeastSeconds);
        var spam = trap ?? (quick ? $"It was sent within {live.LeastSeconds} seconds of being shown." : null);
        await StoreAsync(form.Id, live, token.SubmissionId, answers, sent.Origin, spam, linkBase, cancellationToken);
        return FormReply.Thanks;
    }

    /// <summary>What a letter's link leads to, without doing anything.</summary>
    public async Task<ConfirmState> LookAsync(string token, CancellationToken cancellationToken = default)
    {
        var hash = FormTaking.HashOf(token);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return StateOf(await db.Submissions.AsNoTracking().FirstOrDefaultAsync(s => s.TokenHash == hash, cancellationToken));
    }

    /// <summary>The click in a letter: makes the lead, once.</summary>
    public Task<ConfirmState> ConfirmAsync(string token, CancellationToken cancellationToken = default) => writes.RunAsync(
        async (db, ct) =>
        {
            var hash = FormTaking.HashOf(token);
            var submission = await db.Submissions.Where(s => s.TokenHash == hash).OrderBy(s => s.Id).ForUpdate().FirstOrDefaultAsync(ct);
            if (StateOf(submission) is not ConfirmState.Open and var state)
            {
                return state;
            }

            var form = await db.Forms.AsNoTracking().Where(f => f.Id == submission!.FormId).SingleOrDefaultAsync(ct);
            await taking.TakeAsync(db, (form?.Live ?? form?.Draft)?.Name ?? "web form", submission!, time.GetUtcNow().UtcDateTime, ct);
            await db.SaveChangesAsync(ct);
            return ConfirmState.Done;
        },
        cancellationToken);

    private async Task StoreAsync(
        Guid formId, FormDefinition live, Guid id, FormAnswers answers, IReadOnlyDictionary<string, string> origin, string? spam, string linkBase,
        CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, string>(answers.Values, StringComparer.OrdinalIgnoreCase);
        if (origin.TryGetValue("utm_campaign", out var campaign))
        {
            values.TryAdd("campaign", campaign[..Math.Min(campaign.Length, 200)]);
        }

        await writes.RunAsync(
            async (db, ct) =>
            {
                // Sent twice: the first is the one that counts.
                if (await db.Submissions.AnyAsync(s => s.Id == id, ct))
                {
                    return false;
                }

                var submission = new FormSubmission
                {
                    Id = id,
                    FormId = formId,
                    At = time.GetUtcNow().UtcDateTime,
                    State = SubmissionState.Spam,
                    Email = FormAnswers.Email(values),
                    Values = new Dictionary<string, string>(values),
                    Origin = new Dictionary<string, string>(origin),
                    Reason = spam,
                };
                db.Submissions.Add(submission);
                if (spam is null)
                {
                    await taking.AcceptAsync(db, live, submission, linkBase, ct);
                }

                await db.SaveChangesAsync(ct);
                return true;
            },
            cancellationToken);
    }

    private ConfirmState StateOf(FormSubmission? submission) => submission switch
    {
        { State: SubmissionState.Taken } => ConfirmState.Done,
        { State: SubmissionState.Unconfirmed } when time.GetUtcNow().UtcDateTime - submission.At <= FormTaking.ConfirmWithin => ConfirmState.Open,
        _ => ConfirmState.Gone,
    };
}

/// <summary>A form as it was sent.</summary>
/// <param name="Token">As <see cref="FormTokens"/> gave it.</param>
/// <param name="Values">By name of the input.</param>
/// <param name="Trap">What stood in the field that people do not see.</param>
/// <param name="Proof">What the browser worked out.</param>
/// <param name="Origin">Page, referrer, campaign parameters; short texts.</param>
public sealed record SentForm(
    string? Token, IReadOnlyDictionary<string, string> Values, string Trap, string? Proof, IReadOnlyDictionary<string, string> Origin);

/// <summary>What the visitor is told.</summary>
public sealed record FormReply(FormReplyKind Kind)
{
    public static readonly FormReply Thanks = new(FormReplyKind.Thanks);
    public static readonly FormReply Stale = new(FormReplyKind.Stale);
    public static readonly FormReply Unproven = new(FormReplyKind.Unproven);

    /// <summary>By name of the input.</summary>
    public IReadOnlyDictionary<string, string> Problems { get; init; } = new Dictionary<string, string>();
}

public enum FormReplyKind
{
    Thanks,

    /// <summary>An answer is missing or cannot be read.</summary>
    Wrong,

    /// <summary>Shown too long ago, or not by us: a fresh one is sent again.</summary>
    Stale,

    /// <summary>The arithmetic was not done.</summary>
    Unproven,
}

public enum ConfirmState
{
    Open,
    Done,

    /// <summary>Never there, too old, or no longer wanted.</summary>
    Gone,
}
