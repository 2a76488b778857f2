using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Pipeline.Outreach;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Templates;

/// <summary>Templates as members see and write them: everybody looks, editors change.</summary>
public sealed class TemplateActions(
    TemplateEditing editing, OutreachWriting writing, LinkChecks links, MemberAccess access, CurrentMember member, TestMails tests)
{
    /// <summary>What a new template begins with.</summary>
    private static readonly TemplateVariant Blank = new()
    {
        Name = "A",
        Subject = "A question about {{ company.name | default: \"your plans\" }}",
        Blocks =
        [
            new() { Kind = BlockKind.Paragraph, Text = "Hello {{ lead.firstName | default: \"there\" }}," },
            new() { Kind = BlockKind.Paragraph, Text = "" },
            new() { Kind = BlockKind.Paragraph, Text = "Kind regards\n{{ sender.signature | default: sender.name }}" },
        ],
    };

    public Task<IReadOnlyList<Template>> ListAsync(CancellationToken cancellationToken = default) => editing.ListAsync(cancellationToken);

    public Task<Template?> FindAsync(Guid id, CancellationToken cancellationToken = default) => editing.FindAsync(id, cancellationToken);

    public Task<IReadOnlyList<TemplateVersion>> VersionsAsync(Guid id, CancellationToken cancellationToken = default) => editing.VersionsAsync(id, cancellationToken);

    /// <returns>Null when the person may not do it.</returns>
    public Task<TemplateSaved?> CreateAsync(string name, CancellationToken cancellationToken = default) =>
        AsEditorAsync(() => editing.CreateAsync(new TemplateContent { Name = name, Variants = [Blank] }, cancellationToken), cancellationToken);

    /// <inheritdoc cref="CreateAsync"/>
    public Task<TemplateSaved?> SaveAsync(Guid id, TemplateContent draft, int revision, CancellationToken cancellationToken = default) =>
        AsEditorAsync(() => editing.SaveAsync(id, draft, revision, cancellationToken), cancellationToken);

    /// <inheritdoc cref="CreateAsync"/>
    public Task<TemplateSaved?> PublishAsync(Guid id, TemplateContent draft, int revision, CancellationToken cancellationToken = default) =>
        AsEditorAsync(() => editing.PublishAsync(id, draft, revision, member.Actor, cancellationToken), cancellationToken);

    /// <inheritdoc cref="CreateAsync"/>
    public Task<TemplateSaved?> PutAwayAsync(Guid id, int revision, CancellationToken cancellationToken = default) =>
        AsEditorAsync(() => editing.PutAwayAsync(id, revision, cancellationToken), cancellationToken);

    public Task<WrittenMail> PreviewAsync(TemplateVariant variant, string goal, Guid leadId, CancellationToken cancellationToken = default) =>
        writing.PreviewAsync(variant, goal, leadId, null, cancellationToken);

    /// <summary>The same, written by the model: that costs.</summary>
    /// <returns>Null when the person may not do it.</returns>
    public async Task<WrittenMail?> PreviewWithModelAsync(TemplateVariant variant, string goal, Guid leadId, CancellationToken cancellationToken = default) =>
        await access.MayAsync(MemberRole.Editor, cancellationToken) ? await writing.PreviewWithModelAsync(variant, goal, leadId, null, cancellationToken) : null;

    /// <summary>Asks whether the links of a mail lead somewhere.</summary>
    /// <returns>Null when the person may not do it.</returns>
    public async Task<IReadOnlyList<LinkCheck>?> CheckLinksAsync(IReadOnlyList<MailLink> asked, bool anew, CancellationToken cancellationToken = default) =>
        await access.MayAsync(MemberRole.Editor, cancellationToken) ? await links.RunAsync(asked, anew, cancellationToken) : null;

    /// <summary>Sends the draft, filled for a lead, to the person who asks and to nobody else.</summary>
    /// <returns>Whether and which way it went, in words.</returns>
    public async Task<string> SendTestAsync(TemplateVariant variant, string goal, Guid leadId, CancellationToken cancellationToken = default)
    {
        if (!await access.MayAsync(MemberRole.Editor, cancellationToken))
        {
            return "Your role does not allow this.";
        }

        var written = await writing.PreviewAsync(variant, goal, leadId, null, cancellationToken);
        return written.Mail is { } mail ? await tests.SendAsync(member.Email, mail, cancellationToken) : written.Problem!;
    }

    private async Task<TemplateSaved?> AsEditorAsync(Func<Task<TemplateSaved>> change, CancellationToken cancellationToken) =>
        await access.MayAsync(MemberRole.Editor, cancellationToken) ? await change() : null;
}
