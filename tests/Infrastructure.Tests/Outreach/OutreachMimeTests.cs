using System.Text;
using CsCheck;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Pipeline.Outreach;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using MailServer = LeadGen.Infrastructure.Tests.Mail.MailServer;

namespace LeadGen.Infrastructure.Tests.Outreach;

/// <summary>Mails as they come over the wire.</summary>
public sealed class OutreachMimeTests(PostgresServer postgres)
{
    private static readonly string[] Nasty =
        ["\r\nBcc: eve@evil.example", "\nX-Other: 1", "\r", "\0", "\u2028Bcc: x", "\u0085", "=?utf-8?Q?=0D=0ABcc:_eve@evil.example?=", "\"a\r\nRCPT TO:<eve@evil.example>\"@d.example", "<", ">", ",", ";", "😀", "ä", " "];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_mail_has_both_parts_the_foot_both_headers_of_unsubscribing_and_a_signature_that_holds()
    {
        await using var server = new MailServer();
        await using var post = await Post.CreateAsync(DataProvider.Sqlite, postgres, server.Port);
        await post.AskAsync<SenderEditing, bool>(e => e.MakeKeyAsync(post.Sender.Id, Ct));
        var mail = await post.OweAsync();
        await post.SendAsync();

        var wire = server.Letters.ShouldHaveSingleItem();
        using var read = Read(wire);
        foreach (var name in (string[])["From", "To", "Subject", "Date", "Message-Id", "MIME-Version", "List-Unsubscribe", "List-Unsubscribe-Post", "Reply-To", "DKIM-Signature"])
        {
            read.Headers.Count(h => h.Field.Equals(name, StringComparison.OrdinalIgnoreCase)).ShouldBe(1, name);
        }

        read.MessageId.ShouldBe(mail.MessageId);
        read.Subject.ShouldBe("Forklifts für Acme");
        read.Headers["List-Unsubscribe-Post"].ShouldBe("List-Unsubscribe=One-Click");
        var ways = read.Headers["List-Unsubscribe"]!;
        ways.ShouldStartWith("<https://leads.example/u/");
        ways.ShouldEndWith(", <mailto:answers@fernhill.example?subject=unsubscribe>");
        var url = ways[1..ways.IndexOf('>')];
        url.ShouldNotContain("ann");
        foreach (var part in new[] { read.TextBody!, read.HtmlBody! })
        {
            part.ShouldContain("1 Mill Lane");
            part.ShouldContain(url);
        }

        read.HtmlBody!.ShouldContain("<a href=\"https://fernhill.example/forklifts\">");
        post.Installation.Get<UnsubscribeTokens>().Read(url[(url.LastIndexOf('/') + 1)..]).ShouldBe(new MailReceiver(post.Tenant.TenantId, mail.Id, mail.To));
        wire.Split("\r\n").ShouldAllBe(l => l.Length <= 998 && l.All(c => c < 128));

        var signature = read.Headers["DKIM-Signature"]!;
        signature.ShouldContain("a=rsa-sha256");
        signature.ShouldContain("c=relaxed/relaxed");
        var signed = signature[(signature.IndexOf("h=", StringComparison.Ordinal) + 2)..].Split(';')[0].Split(':', StringSplitOptions.TrimEntries).Select(h => h.ToLowerInvariant()).ToList();
        signed.ShouldContain("list-unsubscribe");
        signed.ShouldContain("list-unsubscribe-post");
        signed.Count(h => h == "from").ShouldBe(2, "a second From could be put before ours");
        var key = (await post.SenderAsync()).Dkim!;
        (await HoldsAsync(read, key)).ShouldBeTrue();
        RSABits(key).ShouldBe(2048);

        using var changed = Read(wire.Replace("Forklifts_f", "Forklifts_F", StringComparison.Ordinal).Replace("List-Unsubscribe=One-Click", "List-Unsubscribe=One-Clack", StringComparison.Ordinal));
        (await HoldsAsync(changed, key)).ShouldBeFalse();
    }

    [Fact]
    public void A_mail_that_lacks_what_every_mail_has_is_told_from_one_that_may_leave()
    {
        var (message, sender) = Pair();
        const string Url = "https://leads.example/u/token";
        OutreachMime.Missing(OutreachMime.Of(message, sender, [], Url, DateTimeOffset.UnixEpoch), sender).ShouldBeEmpty();
        foreach (var header in (string[])["List-Unsubscribe", "List-Unsubscribe-Post", "Message-Id", "From"])
        {
            var less = OutreachMime.Of(message, sender, [], Url, DateTimeOffset.UnixEpoch);
            less.Headers.RemoveAll(header);
            OutreachMime.Missing(less, sender).ShouldNotBeEmpty(header);
        }

        var plain = OutreachMime.Of(message, sender, [], Url, DateTimeOffset.UnixEpoch);
        plain.Body = new TextPart("plain") { Text = OutreachMime.TextOf(message, sender, Url) };
        OutreachMime.Missing(plain, sender).ShouldBe(["HTML", "link to unsubscribe", "postal address"], ignoreOrder: true);
        var footless = OutreachMime.Of(message, sender, [], Url, DateTimeOffset.UnixEpoch);
        footless.Body = new BodyBuilder { TextBody = message.Text, HtmlBody = "<p>Hello</p>" }.ToMessageBody();
        OutreachMime.Missing(footless, sender).ShouldBe(["link to unsubscribe", "postal address"], ignoreOrder: true);
    }

    [Fact]
    public void A_mail_in_a_thread_names_those_before_it()
    {
        var (message, sender) = Pair(inReplyTo: "second@fernhill.example");
        using var mime = OutreachMime.Of(message, sender, ["first@fernhill.example", "second@fernhill.example"], "https://leads.example/u/t", DateTimeOffset.UnixEpoch);
        mime.InReplyTo.ShouldBe("second@fernhill.example");
        mime.References.ShouldBe(["first@fernhill.example", "second@fernhill.example"]);
    }

    /// <summary>E9: whatever stands in the fields that reach headers, the server sees one receiver and one header of a name, or nothing at all.</summary>
    [Fact]
    public async Task E9_No_field_can_begin_a_header_or_a_receiver_of_its_own()
    {
        await using var server = new MailServer();
        await using var post = await Post.CreateAsync(DataProvider.Sqlite, postgres, server.Port, settings: [("Outreach:Connections", "4")]);
        var text = Gen.Select(Gen.Int[0, Nasty.Length - 1], Gen.String[Gen.Char.AlphaNumeric, 0, 8], Gen.String[Gen.Char.AlphaNumeric, 0, 8], (i, a, b) => a + Nasty[i] + b);
        var cases = Gen.Select(text, Gen.Int[0, 5], (evil, field) => (evil, field)).Array[150].Single();
        var allowed = 0;
        var senders = new List<Sender>();
        var mails = new List<(LeadGen.Pipeline.Leads.Lead Lead, OutreachMessage Mail)>();
        foreach (var (evil, field) in cases)
        {
            var id = Guid.CreateVersion7();
            var sender = new Sender
            {
                Id = Guid.CreateVersion7(),
                Name = field == 0 ? evil : "Ada",
                Email = field == 1 ? evil + "@fernhill.example" : "ada@fernhill.example",
                ReplyTo = field == 2 ? evil + "@fernhill.example" : null,
                PostalAddress = Post.Postal,
                Server = post.Sender.Server,
                SendsUnchecked = true,
                PerMinute = 1_000,
                PerDomainPerMinute = 1_000,
                CreatedAt = DateTime.UnixEpoch,
            };
            var to = field == 3 ? evil + "@d.example" : $"p{id:N}@d.example";
            var lead = new LeadGen.Pipeline.Leads.Lead { Id = Guid.CreateVersion7(), IdentityKey = id.ToString(), Email = to };
            var mail = new OutreachMessage
            {
                Id = id,
                LeadId = lead.Id,
                To = to,
                SenderId = sender.Id,
                Subject = field == 4 ? evil : "Hello",
                Text = "Hello",
                State = OutreachState.Approved,
                CreatedAt = DateTime.UnixEpoch,
                DueAt = DateTime.UnixEpoch,
                MessageId = $"{id:N}@fernhill.example",
                InReplyTo = field == 5 ? evil + "@fernhill.example" : null,
            };
            senders.Add(sender);
            mails.Add((lead, mail));
            allowed += OutreachMime.Problem(mail, sender) is null ? 1 : 0;
        }

        await post.Installation.WriteAsync(post.Tenant, async (db, ct) =>
        {
            db.Senders.AddRange(senders);
            db.Leads.AddRange(mails.Select(m => m.Lead));
            db.OutreachMessages.AddRange(mails.Select(m => m.Mail));
            await db.SaveChangesAsync(ct);
        });
        for (var i = 0; i < 10; i++)
        {
            await post.SendAsync();
        }

        server.Letters.Count.ShouldBe(allowed, string.Join('\n', post.Installation.Problems));
        allowed.ShouldBeInRange(1, cases.Length - 1);
        server.Commands.Count(c => c.StartsWith("RCPT", StringComparison.OrdinalIgnoreCase)).ShouldBe(allowed);
        server.Commands.ShouldAllBe(c => !c.Contains("evil", StringComparison.Ordinal));
        foreach (var letter in server.Letters)
        {
            using var read = Read(letter);
            read.Headers.GroupBy(h => h.Field, StringComparer.OrdinalIgnoreCase).ShouldAllBe(g => g.Count() == 1);
            read.Headers.Contains("Bcc").ShouldBeFalse();
            read.Headers.Contains("X-Other").ShouldBeFalse();
            read.To.Mailboxes.Count().ShouldBe(1);
            read.From.Mailboxes.Count().ShouldBe(1);
        }
    }

    private static (OutreachMessage, Sender) Pair(string? inReplyTo = null) => (
        new OutreachMessage
        {
            Id = Guid.Empty,
            LeadId = Guid.Empty,
            To = "ann@acme.example",
            SenderId = Guid.Empty,
            Subject = "Hello",
            Text = "Hello Ann",
            CreatedAt = DateTime.UnixEpoch,
            DueAt = DateTime.UnixEpoch,
            MessageId = "third@fernhill.example",
            InReplyTo = inReplyTo,
        },
        new Sender { Id = Guid.Empty, Name = "Ada", Email = "ada@fernhill.example", PostalAddress = Post.Postal, CreatedAt = DateTime.UnixEpoch });

    private static MimeMessage Read(string text) => MimeMessage.Load(new MemoryStream(Encoding.Latin1.GetBytes(text)));

    private static async Task<bool> HoldsAsync(MimeMessage mime, DkimKey key)
    {
        var signature = mime.Headers.First(h => h.Field.Equals("DKIM-Signature", StringComparison.OrdinalIgnoreCase));
        return await new DkimVerifier(new Keys(key)).VerifyAsync(mime, signature, Ct);
    }

    private static int RSABits(DkimKey key)
    {
        using var rsa = System.Security.Cryptography.RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(Convert.FromBase64String(key.PublicKey), out _);
        return rsa.KeySize;
    }

    /// <summary>DNS with our record in it.</summary>
    private sealed class Keys(DkimKey key) : DkimPublicKeyLocatorBase
    {
        public override AsymmetricKeyParameter LocatePublicKey(string methods, string domain, string selector, CancellationToken cancellationToken = default)
        {
            $"{selector}._domainkey.{domain}".ShouldBe(DkimKeys.RecordOf(key).Name);
            return GetPublicKey(DkimKeys.RecordOf(key).Value);
        }

        public override Task<AsymmetricKeyParameter> LocatePublicKeyAsync(string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            Task.FromResult(LocatePublicKey(methods, domain, selector, cancellationToken));
    }
}
