using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Infrastructure.Outreach.Sequences;
using LeadGen.Pipeline.Outreach;
using LeadGen.Portal.Leads;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Outreach;

/// <summary>Sequences, enrolments and mails, for editors.</summary>
public sealed class SequenceActions(
    SequenceEditing sequences, Enrolling enrolling, OutreachDesk desk, OutreachWriting writing, TemplateNames templates, LeadBulkActions leads, MemberAccess access, CurrentMember member)
{
    public const string NotAllowed = "Your role does not allow this.";

    public bool CanEdit => access.Can(MemberRole.Editor);

    public Task<IReadOnlyList<TemplateName>> TemplatesAsync(CancellationToken cancellationToken = default) => templates.ActiveAsync(cancellationToken);

    /// <summary>A first sequence to change: a mail, a reminder in its thread, a call.</summary>
    /// <returns>Null when the person may not.</returns>
    public async Task<Sequence?> MakeAsync(int number, Guid? senderId, CancellationToken cancellationToken = default)
    {
        if (!await access.MayAsync(MemberRole.Editor, cancellationToken))
        {
            return null;
        }

        var first = await templates.ActiveAsync(cancellationToken) is [var known, ..] ? known.Id : (Guid?)null;
        var plan = new SequencePlan
        {
            Steps =
            [
                new SequenceStep { Kind = StepKind.Mail, TemplateId = first },
                new SequenceStep { Kind = StepKind.Task, AfterDays = 3, Task = "Call and ask whether the mail arrived" },
            ],
        };
        return await sequences.CreateAsync(number == 1 ? "First sequence" : $"Sequence {number}", senderId, plan, member.Actor, cancellationToken);
    }

    public Task<SequenceSaved> SaveAsync(Guid id, string name, Guid? senderId, SequencePlan plan, int revision, CancellationToken cancellationToken = default) =>
        ChangeAsync(() => sequences.SaveAsync(id, name, senderId, plan, revision, cancellationToken), cancellationToken);

    public Task<SequenceSaved> StartAsync(Guid id, CancellationToken cancellationToken = default) => ChangeAsync(() => sequences.StartAsync(id, cancellationToken), cancellationToken);

    public Task<SequenceSaved> PauseAsync(Guid id, CancellationToken cancellationToken = default) => ChangeAsync(() => sequences.PauseAsync(id, cancellationToken), cancellationToken);

    public Task<SequenceSaved> ArchiveAsync(Guid id, CancellationToken cancellationToken = default) => ChangeAsync(() => sequences.ArchiveAsync(id, cancellationToken), cancellationToken);

    /// <summary>The ids behind a selection of the lead list, as far as can be enrolled at once.</summary>
    public Task<IReadOnlyList<Guid>> LeadsAsync(LeadTargets targets, CancellationToken cancellationToken = default) => leads.IdsAsync(targets, Enrolling.MostAtOnce, cancellationToken);

    public Task<EnrollPreview?> PreviewAsync(Guid sequenceId, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken = default) =>
        enrolling.PreviewAsync(sequenceId, ids, cancellationToken);

    /// <summary>Null when the person may not, or the sequence is not there.</summary>
    public async Task<EnrollPreview?> EnrollAsync(Guid sequenceId, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken = default) =>
        await access.MayAsync(MemberRole.Editor, cancellationToken) ? await enrolling.EnrollAsync(sequenceId, ids, member.Actor, cancellationToken) : null;

    public Task<string?> StopAsync(Guid enrollmentId, CancellationToken cancellationToken = default) =>
        DoAsync(async () => await enrolling.StopAsync(enrollmentId, cancellationToken), "This lead is not on the way any more.", cancellationToken);

    public Task<string?> DoneAsync(TaskRow task, CancellationToken cancellationToken = default) =>
        DoAsync(() => desk.DoneAsync(task.Row.Enrollment.Id, task.Row.Enrollment.Step, cancellationToken), "Somebody did it just now.", cancellationToken);

    /// <returns>How many were approved, or why not.</returns>
    public async Task<(int Done, string? Problem)> ApproveAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken = default) =>
        await access.MayAsync(MemberRole.Editor, cancellationToken) ? (await desk.ApproveAsync(ids, member.Actor, cancellationToken), null) : (0, NotAllowed);

    public Task<string?> RejectAsync(Guid id, CancellationToken cancellationToken = default) =>
        DoAsync(async () => await desk.RejectAsync([id], cancellationToken) == 1, "This mail does not wait any more.", cancellationToken);

    /// <returns>What is wrong; null when it was saved.</returns>
    public async Task<string?> EditAsync(Guid id, string subject, string text, int revision, CancellationToken cancellationToken = default) =>
        await access.MayAsync(MemberRole.Editor, cancellationToken) ? await desk.EditAsync(id, subject, text, revision, cancellationToken) : NotAllowed;

    /// <summary>Lets the model write a draft anew: that costs. The draft stays as it is.</summary>
    public async Task<(ComposedMail? Mail, string? Problem)> WriteWithModelAsync(OutreachMessage draft, CancellationToken cancellationToken = default)
    {
        if (!await access.MayAsync(MemberRole.Editor, cancellationToken))
        {
            return (null, NotAllowed);
        }

        // Words of another version would be counted for this one.
        if ((await templates.ActiveAsync(cancellationToken)).FirstOrDefault(t => t.Id == draft.TemplateId)?.Version != draft.TemplateVersion)
        {
            return (null, "The template of this draft was published anew or put away since. Reject the draft, and enrol the lead again.");
        }

        var written = await writing.WriteAsync(draft.TemplateId!.Value, draft.LeadId, draft.SenderId, draft.Variant, cancellationToken);
        return (written.Mail, written.Problem);
    }

    /// <inheritdoc cref="OutreachDesk.TakeAsync"/>
    public async Task<string?> TakeAsync(Guid id, ComposedMail words, int revision, CancellationToken cancellationToken = default) =>
        await access.MayAsync(MemberRole.Editor, cancellationToken) ? await desk.TakeAsync(id, words, revision, cancellationToken) : NotAllowed;

    public Task<string?> ResolveAsync(Guid id, bool arrived, CancellationToken cancellationToken = default) =>
        DoAsync(() => desk.ResolveAsync(id, arrived, cancellationToken), "It is known by now what became of this mail.", cancellationToken);

    private async Task<string?> DoAsync(Func<Task<bool>> act, string late, CancellationToken cancellationToken) =>
        !await access.MayAsync(MemberRole.Editor, cancellationToken) ? NotAllowed : await act() ? null : late;

    private async Task<SequenceSaved> ChangeAsync(Func<Task<SequenceSaved>> change, CancellationToken cancellationToken) =>
        await access.MayAsync(MemberRole.Editor, cancellationToken) ? await change() : new SequenceSaved(null, [NotAllowed]);
}
