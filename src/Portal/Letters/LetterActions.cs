using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Mail;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Portal.Shell;
using Microsoft.Extensions.Options;

namespace LeadGen.Portal.Letters;

/// <summary>Letters of the system, for admins; and invitations, which go by letter beside their link.</summary>
public sealed class LetterActions(
    Mailbox mailbox, SystemLetters letters, TenantWrites writes, CurrentTenant tenant, CurrentMember member, MemberAccess access,
    IOptions<MailOptions> mail, TimeProvider time)
{
    private const string NotAllowed = "Your role does not allow this.";

    /// <summary>Whether letters only lie in a folder.</summary>
    public bool IsPickup => mailbox.IsPickup;

    public Task<IReadOnlyList<MailLine>> ListAsync(int most, CancellationToken cancellationToken = default) => mailbox.ListAsync(null, most, cancellationToken);

    /// <summary>A letter to read; null when the person may not, or it is not there.</summary>
    public async Task<MailLetter?> ReadAsync(MailLine line, CancellationToken cancellationToken = default)
    {
        if (!await access.MayAsync(MemberRole.Admin, cancellationToken) || await mailbox.ReadAsync(line.Id, cancellationToken) is not { } letter)
        {
            return null;
        }

        // An invitation's link lets in whoever opens it: not for others than those who could give any role themselves.
        return line.Kind == SystemLetters.Invitation && !access.Can(MemberRole.Owner) ? letter with { Text = Hide(letter.Text), Html = null } : letter;
    }

    /// <returns>What came of it.</returns>
    public async Task<string> SendAgainAsync(Guid id, CancellationToken cancellationToken = default) =>
        !await access.MayAsync(MemberRole.Admin, cancellationToken) ? NotAllowed
        : await mailbox.SendAgainAsync(id, cancellationToken) ? "It is sent once more."
        : "This letter waits already, or it was sent.";

    /// <summary>Writes an invitation to the person invited. Who may invite, the invitation itself was asked.</summary>
    public Task InviteAsync(string email, MemberRole role, string link, CancellationToken cancellationToken = default) => writes.RunAsync(
        (db, ct) =>
        {
            var name = Plain(tenant.Info.Name);
            letters.Add(
                db,
                SystemLetters.Invitation,
                email.Trim().ToLowerInvariant(),
                new LetterText(
                    $"Join {name} on LeadGen",
                    [$"{Plain(member.Name)} invites you to the workspace “{name}”, as {Wording.Role(role)}.", "The link works once, for seven days."],
                    "Join",
                    "You do not know what this is about? Then leave this letter alone."),
                link,
                time.GetUtcNow());
            return db.SaveChangesAsync(ct);
        },
        cancellationToken);

    /// <summary>A link as it goes into a letter.</summary>
    public string LinkOf(string baseUri, string page)
    {
        var asked = new Uri(new Uri(baseUri), page);
        return mail.Value.PublicUrl is null ? asked.ToString() : mail.Value.LinkBase("") + asked.AbsolutePath;
    }

    private static string Plain(string text) => new([.. text.Where(c => !char.IsControl(c) && c is not ('\u2028' or '\u2029'))]);

    private static string Hide(string text) =>
        string.Join('\n', text.Split('\n').Select(l => l.Contains("/invitations/", StringComparison.Ordinal) ? "(the link is shown to owners)" : l));
}
