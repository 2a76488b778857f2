using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace LeadGen.Infrastructure.Tests.Answers;

/// <summary>
/// Debian's own Postfix and Dovecot on free ports of 127.0.0.1, in a temporary folder: mail for fernhill.test (ours) and customer.test (the
/// leads') is delivered there, whoever is not known bounces, nothing leaves the machine. Only root may start them.
/// </summary>
internal sealed class DebianMail : IAsyncDisposable
{
    public const string Password = "secret";

    private static readonly string[] People = ["ada@fernhill.test", "bea@customer.test", "carl@customer.test", "dan@customer.test", "eve@customer.test", "flo@customer.test", .. Enumerable.Range(0, 50).Select(i => $"lead{i}@customer.test")];

    private readonly string folder;

    private readonly OAuthSignIn? oauth;

    private DebianMail(string folder, int smtp, int imap, OAuthSignIn? oauth) => (this.folder, SmtpPort, ImapPort, this.oauth) = (folder, smtp, imap, oauth);

    public int SmtpPort { get; }
    public int ImapPort { get; }

    /// <summary>Skips the test, with what is missing, where the servers cannot run.</summary>
    /// <param name="oauth">Also people with an access token may sign in.</param>
    public static async Task<DebianMail> StartAsync(OAuthSignIn? oauth = null)
    {
        Assert.SkipUnless(File.Exists("/usr/sbin/postfix") && File.Exists("/usr/sbin/dovecot"), "Postfix and Dovecot are not installed. As root: apt-get install postfix dovecot-imapd");
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Only root on Linux can start Postfix and Dovecot.");
        var folder = Directory.CreateTempSubdirectory("leadgen-mail-").FullName;
        await RunAsync("/bin/chmod", "755", folder);
        var mail = new DebianMail(folder, FreePort(), FreePort(), oauth);
        foreach (var name in (string[])["postfix", "queue", "data", "mail", "dovecot"])
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "postfix", "main.cf"), mail.MainConfig());
        await File.WriteAllTextAsync(Path.Combine(folder, "postfix", "master.cf"), mail.MasterConfig());
        await File.WriteAllTextAsync(mail.DovecotConfig, mail.Dovecot());
        await File.WriteAllTextAsync(Path.Combine(folder, "dovecot", "oauth2.conf"), $"tokeninfo_url = {oauth?.TokenInfo}\nusername_attribute = email\n");
        await RunAsync("/bin/chown", "postfix", Path.Combine(folder, "data"));
        await RunAsync("/bin/chown", "nobody:nogroup", Path.Combine(folder, "mail"));
        await RunAsync("/usr/sbin/postfix", "-c", Path.Combine(folder, "postfix"), "start");
        await RunAsync("/usr/sbin/dovecot", "-c", mail.DovecotConfig);
        return mail;
    }

    /// <summary>Gives a mail to Postfix.</summary>
    /// <param name="from">Envelope sender; empty for the null sender.</param>
    public async Task SendAsync(string from, string to, string mail)
    {
        using var message = await MimeMessage.LoadAsync(MailReadingTests.Stream(mail));
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", SmtpPort, SecureSocketOptions.None);
        await client.SendAsync(message, from.Length == 0 ? new MailboxAddress("", "") : MailboxAddress.Parse(from), [MailboxAddress.Parse(to)]);
        await client.DisconnectAsync(quit: true);
    }

    /// <summary>Mails that lie in somebody's mailbox, as they came.</summary>
    public IReadOnlyList<string> Of(string person)
    {
        var parts = person.Split('@');
        var box = Path.Combine(folder, "mail", parts[1], parts[0]);
        return [.. ((string[])["new", "cur"]).Select(d => Path.Combine(box, d)).Where(Directory.Exists).SelectMany(Directory.GetFiles).Select(File.ReadAllText)];
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("/usr/sbin/postfix", "-c", Path.Combine(folder, "postfix"), "stop");
        await RunAsync("/usr/bin/doveadm", "-c", DovecotConfig, "stop");
        Directory.Delete(folder, recursive: true);
    }

    private string DovecotConfig => Path.Combine(folder, "dovecot", "dovecot.conf");

    private static async Task RunAsync(string program, params string[] arguments)
    {
        // Its children keep what they inherit: output goes nowhere, or waiting for its end would never end.
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh", program, .. arguments]))!;
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, program);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string MainConfig() => $$"""
        compatibility_level = 3.6
        queue_directory = {{folder}}/queue
        data_directory = {{folder}}/data
        maillog_file = {{folder}}/postfix.log
        maillog_file_prefixes = {{folder}}
        mail_owner = postfix
        setgid_group = postdrop
        myhostname = mx.leadgen.test
        mydomain = leadgen.test
        myorigin = leadgen.test
        mydestination =
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        mynetworks = 127.0.0.0/8
        virtual_mailbox_domains = fernhill.test, customer.test
        virtual_mailbox_base = {{folder}}/mail
        virtual_mailbox_maps = inline:{ {{string.Join(' ', People.Select(p => $"{{{p}={p.Split('@')[1]}/{p.Split('@')[0]}/}}"))}} }
        recipient_delimiter = +
        virtual_uid_maps = static:65534
        virtual_gid_maps = static:65534
        virtual_minimum_uid = 100
        smtpd_reject_unlisted_recipient = no
        smtpd_recipient_restrictions = permit_mynetworks, reject
        alias_maps =
        local_recipient_maps =
        default_transport = error:5.4.4 no way out of the tests
        """;

    private string MasterConfig() => string.Create(CultureInfo.InvariantCulture, $"""
        127.0.0.1:{SmtpPort} inet n - n - - smtpd
        pickup unix n - n 60 1 pickup
        cleanup unix n - n - 0 cleanup
        qmgr unix n - n 300 1 qmgr
        rewrite unix - - n - - trivial-rewrite
        bounce unix - - n - 0 bounce
        defer unix - - n - 0 bounce
        trace unix - - n - 0 bounce
        verify unix - - n - 1 verify
        flush unix n - n 1000? 0 flush
        proxymap unix - - n - - proxymap
        proxywrite unix - - n - 1 proxymap
        error unix - - n - - error
        retry unix - - n - - error
        discard unix - - n - - discard
        virtual unix - n n - - virtual
        anvil unix - - n - 1 anvil
        scache unix - - n - 1 scache
        postlog unix-dgram n - n - 1 postlogd

        """);

    private string Dovecot() => string.Create(CultureInfo.InvariantCulture, $$"""
        protocols = imap
        listen = 127.0.0.1
        base_dir = {{folder}}/dovecot/run
        state_dir = {{folder}}/dovecot/state
        log_path = {{folder}}/dovecot.log
        ssl = no
        disable_plaintext_auth = no
        auth_failure_delay = 0
        mail_location = maildir:{{folder}}/mail/%d/%n
        first_valid_uid = 100
        first_valid_gid = 0
        auth_mechanisms = plain {{oauth?.Mechanism}}
        passdb {
          driver = {{(oauth is null ? "static" : "oauth2")}}
          mechanisms = {{oauth?.Mechanism ?? "plain"}}
          args = {{(oauth is null ? $"password={Password}" : $"{folder}/dovecot/oauth2.conf")}}
        }
        passdb {
          driver = static
          mechanisms = plain
          args = password={{Password}}
        }
        userdb {
          driver = static
          args = uid=65534 gid=65534 home={{folder}}/mail/%d/%n
        }
        service imap-login {
          inet_listener imap {
            address = 127.0.0.1
            port = {{ImapPort}}
          }
          inet_listener imaps {
            port = 0
          }
        }
        service anvil {
          unix_listener anvil-auth-penalty {
            mode = 0
          }
        }
        service stats {
          unix_listener stats-writer {
            mode = 0666
          }
        }

        """);
}

/// <summary>How Dovecot looks at access tokens.</summary>
/// <param name="Mechanism"><c>xoauth2</c> or <c>oauthbearer</c>.</param>
/// <param name="TokenInfo">Address that tells whose token it is; the token is put behind it.</param>
internal sealed record OAuthSignIn(string Mechanism, string TokenInfo);
