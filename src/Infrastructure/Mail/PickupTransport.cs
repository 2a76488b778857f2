using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Mail;

/// <summary>Puts letters into a folder, one file each, for an installation without a mail server. The file's name is the letter's id.</summary>
public sealed class PickupTransport(IOptions<DataOptions> data, IOptions<MailOptions> options, TimeProvider time) : IMailTransport
{
    private const string FolderName = "mail";

    public async Task<MailOutcome> SendAsync(MailLetter letter, TenantId? tenant, CancellationToken cancellationToken)
    {
        if (MailMessages.Problem(letter) is { } problem)
        {
            return new MailOutcome(MailVerdict.Refused, problem);
        }

        using var message = MailMessages.Of(letter, options.Value.Sender, time.GetUtcNow());
        await PutAsync(tenant, letter.Id, message, cancellationToken);
        return MailOutcome.Sent;
    }

    /// <summary>Puts a finished message down. Written aside and moved: nobody sees half of it, and the same again is the same file.</summary>
    /// <param name="tenant">Whose it is; null for what stands above tenants.</param>
    public async Task PutAsync(TenantId? tenant, Guid id, MimeKit.MimeMessage message, CancellationToken cancellationToken)
    {
        var path = PathOf(tenant, id);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var aside = $"{path}.{Guid.NewGuid():N}.part";
        await using (var file = new FileStream(aside, FileMode.CreateNew, FileAccess.Write))
        {
            await message.WriteToAsync(file, cancellationToken);
        }

        File.Move(aside, path, overwrite: true);
    }

    /// <summary>The letter as it was put down, or null when there is none.</summary>
    public async Task<MailLetter?> ReadAsync(TenantId? tenant, Guid id, CancellationToken cancellationToken = default)
    {
        var path = PathOf(tenant, id);
        if (!File.Exists(path))
        {
            return null;
        }

        using var message = await MimeKit.MimeMessage.LoadAsync(path, cancellationToken);
        return new MailLetter(id, message.To.Mailboxes.FirstOrDefault()?.Address ?? "", message.Subject ?? "", message.TextBody ?? "", message.HtmlBody);
    }

    /// <summary>Takes letters away: who was erased must not live on in a file.</summary>
    public void Delete(TenantId tenant, IEnumerable<Guid> ids)
    {
        foreach (var path in ids.Select(id => PathOf(tenant, id)).Where(File.Exists))
        {
            File.Delete(path);
        }
    }

    private string PathOf(TenantId? tenant, Guid id) =>
        Path.Combine(data.Value.FullPath, tenant?.Folder ?? "", FolderName, $"{id:N}.eml");
}
