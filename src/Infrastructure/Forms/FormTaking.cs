using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Mail;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Forms;

/// <summary>Makes a lead of a submission, or asks for the click in a letter first; in the caller's transaction.</summary>
public sealed class FormTaking(LeadIntake intake, Tombstones tombstones, SystemLetters letters, CurrentTenant tenant, TimeProvider time)
{
    /// <summary>How long a letter's link can be used.</summary>
    public static readonly TimeSpan ConfirmWithin = TimeSpan.FromDays(7);

    /// <summary>Letters to one address within a day: nobody's mailbox is filled through a form.</summary>
    public const int MostLetters = 3;

    private const string ErasedReason = "Somebody who asked to be erased. Nothing of it was kept.";

    /// <summary>A submission that is good: a lead now, or after the click.</summary>
    /// <param name="form">As it is live.</param>
    /// <param name="submission">Tracked, or to be added by the caller; its state is set here.</param>
    /// <param name="linkBase">What links in letters begin with.</param>
    public Task AcceptAsync(TenantDb db, FormDefinition form, FormSubmission submission, string linkBase, CancellationToken cancellationToken) =>
        form.DoubleOptIn ? AskAsync(db, form, submission, linkBase, cancellationToken) : TakeAsync(db, form.Name, submission, null, cancellationToken);

    /// <summary>Stores the lead with its history and the event, and has it analysed.</summary>
    /// <param name="confirmedAt">When the letter's link was used; null without a letter.</param>
    public async Task TakeAsync(TenantDb db, string formName, FormSubmission submission, DateTime? confirmedAt, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (Read(submission, confirmedAt) is not { } lead)
        {
            (submission.State, submission.Reason) = (SubmissionState.Refused, "No usable e-mail address or company.");
            return;
        }

        var became = (await intake.StoreAsync(db, [lead], MergeMode.Update, $"form:{formName}", null, now, cancellationToken))[0];
        if (became.Lead is not { } stored)
        {
            Forget(submission);
            return;
        }

        (submission.State, submission.LeadId, submission.Reason) = (SubmissionState.Taken, stored.Id, null);
        submission.ConfirmedAt = confirmedAt;
        db.Feedback.Add(new FeedbackEvent
        {
            Id = $"form:{submission.Id:N}",
            LeadId = stored.Id,
            Kind = FeedbackKind.FormSubmitted,
            OccurredAt = now,
            ReceivedAt = now,
            Url = submission.Origin.GetValueOrDefault("page"),
        });
        await db.SaveChangesAsync(cancellationToken);

        db.Raise(WorkKind.Leads);

        // Also when it brought nothing new: that it came back is news to its score. Whoever analyses the former state may not store that.
        await db.Leads.Where(l => l.Id == stored.Id).ExecuteUpdateAsync(
            l => l.SetProperty(x => x.Stage, LeadStage.Received).SetProperty(x => x.Attempts, 0)
                .SetProperty(x => x.ClaimToken, (Guid?)null).SetProperty(x => x.ClaimedUntil, (DateTime?)null),
            cancellationToken);
    }

    /// <summary>SHA-256 of a letter's token: the token itself is not kept.</summary>
    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private async Task AskAsync(TenantDb db, FormDefinition form, FormSubmission submission, string linkBase, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (Read(submission, null) is not { Email: { } email } lead)
        {
            (submission.State, submission.Reason) = (SubmissionState.Refused, "No usable e-mail address.");
            return;
        }

        if ((await tombstones.FindAsync(db, [lead], cancellationToken)).Count > 0)
        {
            Forget(submission);
            return;
        }

        var since = now.UtcDateTime.AddDays(-1);
        if (await db.SystemMails.CountAsync(m => m.Kind == SystemLetters.Confirm && m.To == email && m.CreatedAt > since, cancellationToken) >= MostLetters)
        {
            (submission.State, submission.Reason) = (SubmissionState.Refused, $"{MostLetters} letters went to this address within a day.");
            return;
        }

        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        (submission.State, submission.TokenHash, submission.Reason) = (SubmissionState.Unconfirmed, HashOf(token), null);
        var subject = form.Title.Length > 0 ? form.Title : form.Name;
        letters.Add(
            db,
            SystemLetters.Confirm,
            email,
            new LetterText(
                $"Please confirm: {Line(subject)}",
                [
                    $"You, or somebody who gave your address, filled in the form “{Line(subject)}” of {Line(tenant.Info.Name)}.",
                    "Please confirm that it was you. Until then nothing is done with what was sent. The link holds for seven days.",
                ],
                "Confirm",
                "It was not you? Then leave this letter alone: without your click nothing happens, and you get no other letter."),
            $"{linkBase}/f/{tenant.Slug}/confirm/{token}",
            now);
    }

    private static Lead? Read(FormSubmission submission, DateTime? confirmedAt)
    {
        var values = new Dictionary<string, string>(submission.Values, StringComparer.OrdinalIgnoreCase);
        if (confirmedAt is { } confirmed && values.ContainsKey("consent.basis"))
        {
            values["consent.basis"] = "consent, confirmed by e-mail";
            values["consent.at"] = confirmed.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        }

        // Made of the submission's id and time, so that a write that runs again makes the same lead.
        return LeadNormalizer.Read(new RawLead(values), submission.Id, submission.At).Lead;
    }

    /// <summary>That somebody tried stays, who it was does not.</summary>
    private static void Forget(FormSubmission submission)
    {
        (submission.State, submission.Reason, submission.Email, submission.TokenHash) = (SubmissionState.Refused, ErasedReason, null, null);
        (submission.Values, submission.Origin) = ([], []);
    }

    private static string Line(string text) => new([.. text.Where(c => !char.IsControl(c) && c is not ('\u2028' or '\u2029'))]);
}
