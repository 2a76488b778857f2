using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Forms;
using LeadGen.Infrastructure.Mail;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Portal.Shell;
using Microsoft.Extensions.Options;

namespace LeadGen.Portal.Forms;

/// <summary>Forms as members see and build them: everybody looks, editors change.</summary>
public sealed class FormActions(
    FormEditing editing, FormSubmissions submissions, MemberAccess access, CurrentTenant tenant, IOptions<MailOptions> mail)
{
    private const string NotAllowed = "Your role does not allow this.";

    public Task<IReadOnlyList<FormLine>> ListAsync(CancellationToken cancellationToken = default) => editing.ListAsync(cancellationToken);

    public Task<WebForm?> FindAsync(Guid id, CancellationToken cancellationToken = default) => editing.FindAsync(id, cancellationToken);

    /// <returns>Null when the person may not do it.</returns>
    public Task<FormSaved?> CreateAsync(string name, CancellationToken cancellationToken = default) =>
        AsEditorAsync(() => editing.CreateAsync(FormEditing.Starter(name.Trim()), cancellationToken), cancellationToken);

    /// <inheritdoc cref="CreateAsync"/>
    public Task<FormSaved?> SaveAsync(Guid id, FormDefinition draft, int revision, CancellationToken cancellationToken = default) =>
        AsEditorAsync(() => editing.SaveAsync(id, draft, revision, cancellationToken), cancellationToken);

    /// <inheritdoc cref="CreateAsync"/>
    public Task<FormSaved?> PublishAsync(Guid id, FormDefinition draft, int revision, CancellationToken cancellationToken = default) =>
        AsEditorAsync(() => editing.PublishAsync(id, draft, revision, cancellationToken), cancellationToken);

    /// <inheritdoc cref="CreateAsync"/>
    public Task<FormSaved?> TakeDownAsync(Guid id, int revision, CancellationToken cancellationToken = default) =>
        AsEditorAsync(() => editing.TakeDownAsync(id, revision, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<FormSubmission>> SubmissionsAsync(Guid id, SubmissionState? state, int most, CancellationToken cancellationToken = default) =>
        submissions.ListAsync(id, state, most, cancellationToken);

    public Task<IReadOnlyDictionary<SubmissionState, int>> CountAsync(Guid id, CancellationToken cancellationToken = default) =>
        submissions.CountAsync(id, cancellationToken);

    /// <summary>Takes in what looked like a machine's.</summary>
    /// <param name="root">The portal's address, as the browser has it.</param>
    /// <returns>What came of it, in words.</returns>
    public async Task<string> TakeAsync(Guid submission, string root, CancellationToken cancellationToken = default)
    {
        if (!await access.MayAsync(MemberRole.Editor, cancellationToken))
        {
            return NotAllowed;
        }

        return await submissions.TakeAsync(submission, mail.Value.LinkBase(root), cancellationToken) switch
        {
            null => "This was taken in already.",
            { State: SubmissionState.Taken } => "It is a lead now.",
            { State: SubmissionState.Unconfirmed } => "A letter asks for a confirmation first, as this form wants it.",
            var refused => $"It could not be taken in. {refused.Reason}",
        };
    }

    /// <summary>Where the public finds a form.</summary>
    /// <param name="root">The portal's address, as the browser has it.</param>
    public string AddressOf(WebForm form, string root) => $"{mail.Value.LinkBase(root)}/f/{tenant.Slug}/{form.Key}";

    private async Task<FormSaved?> AsEditorAsync(Func<Task<FormSaved>> change, CancellationToken cancellationToken) =>
        await access.MayAsync(MemberRole.Editor, cancellationToken) ? await change() : null;
}
