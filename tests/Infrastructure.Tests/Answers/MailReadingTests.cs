using System.Diagnostics;
using System.Globalization;
using System.Text;
using LeadGen.Infrastructure.Answers;
using LeadGen.Pipeline.Feedback;

namespace LeadGen.Infrastructure.Tests.Answers;

/// <summary>Mails as servers and people really write them, and what is read in them.</summary>
public sealed class MailReadingTests
{
    private const string Ours = "0192f0c1a2b37c4d8e9fa0b1c2d3e4f5@fernhill.example";

    [Theory]
    [InlineData("postfix-user-unknown", BounceKind.Hard, "5.1.1")]
    [InlineData("postfix-host-not-found", BounceKind.Hard, "5.4.4")]
    [InlineData("postfix-delayed", BounceKind.Soft, "4.4.1", false)]
    [InlineData("postfix-expired", BounceKind.Soft, "4.4.1")]
    [InlineData("postfix-mailbox-full", BounceKind.Soft, "5.2.2")]
    [InlineData("postfix-relay-headers-only", BounceKind.Hard, "5.0.0")]
    [InlineData("exchange-2019-not-found", BounceKind.Hard, "5.1.1")]
    [InlineData("exchange-online-5-1-10", BounceKind.Hard, "5.1.10")]
    [InlineData("exchange-online-5-4-1", BounceKind.Hard, "5.4.1")]
    [InlineData("exchange-online-5-4-310", BounceKind.Hard, "5.4.310")]
    [InlineData("exchange-online-spf", BounceKind.AboutSender, "5.7.23")]
    [InlineData("exchange-online-5-7-515", BounceKind.AboutSender, "5.7.515")]
    [InlineData("exchange-online-quota", BounceKind.Soft, "5.2.2")]
    [InlineData("exchange-online-expired", BounceKind.Soft, "4.4.316")]
    [InlineData("gmail-no-such-user", BounceKind.Hard, "5.1.1")]
    [InlineData("gmail-unauthenticated", BounceKind.AboutSender, "5.7.26")]
    [InlineData("gmail-over-quota", BounceKind.Soft, "4.2.2", false)]
    [InlineData("gmail-dns", BounceKind.Hard, "5.1.2")]
    [InlineData("ses-user-unknown", BounceKind.Hard, "5.1.1")]
    [InlineData("ses-expired", BounceKind.Soft, "5.3.0")]
    [InlineData("ses-content", BounceKind.Soft, "5.6.1")]
    [InlineData("exim-user-unknown", BounceKind.Hard, "5.0.0")]
    [InlineData("exim-text", BounceKind.Hard, null)]
    [InlineData("exim-delay-text", BounceKind.Soft, null, false)]
    [InlineData("qmail-text", BounceKind.Hard, "5.1.1")]
    [InlineData("sendmail-user-unknown", BounceKind.Hard, "5.1.1")]
    [InlineData("yahoo-no-account", BounceKind.Hard, "5.0.0")]
    [InlineData("outlook-com-unavailable", BounceKind.Hard, "5.5.0")]
    [InlineData("outlook-com-blocked", BounceKind.AboutSender, "5.7.1")]
    [InlineData("spamhaus-without-status", BounceKind.AboutSender, "5.0.0")]
    [InlineData("greylisted", BounceKind.Soft, "4.7.1", false)]
    [InlineData("domino-not-listed", BounceKind.Hard, "5.1.1")]
    [InlineData("german-text", BounceKind.Hard, null)]
    [InlineData("bad-sender-address", BounceKind.AboutSender, "5.1.8")]
    public void A_bounce_says_whom_it_could_not_reach_and_why_and_names_our_mail(string name, BounceKind kind, string? status, bool isFinal = true)
    {
        var mail = Read(name);

        var reading = MailReader.Read(mail);

        reading.Kind.ShouldBe(MailKind.Bounce);
        reading.Bounce.ShouldNotBeNull().ShouldSatisfyAllConditions(
            b => b.Kind.ShouldBe(kind), b => b.Status.ShouldBe(status), b => b.Recipient.ShouldBe("bea@customer.example"), b => b.IsFinal.ShouldBe(isFinal));
        MailMatching.Named(mail, reading.Kind)[0].ShouldBe(Ours);
    }

    [Theory]
    [InlineData("arf-abuse")]
    [InlineData("arf-redacted")]
    [InlineData("hotmail-complaint")]
    public void A_complaint_is_one_also_where_the_person_is_blacked_out(string name)
    {
        var mail = Read(name);

        MailReader.Read(mail).Kind.ShouldBe(MailKind.Complaint);
        MailMatching.Named(mail, MailKind.Complaint)[0].ShouldBe(Ours);
    }

    [Theory]
    [InlineData("auto-vacation")]
    [InlineData("auto-exchange")]
    [InlineData("auto-suppress-only")]
    [InlineData("auto-precedence")]
    [InlineData("auto-null-path")]
    [InlineData("auto-ticket")]
    [InlineData("auto-list")]
    [InlineData("auto-german")]
    [InlineData("auto-german-words")]
    [InlineData("auto-french")]
    [InlineData("auto-spanish-words")]
    [InlineData("auto-italian")]
    [InlineData("auto-dutch-words")]
    [InlineData("auto-portuguese")]
    [InlineData("auto-left-company")]
    public void An_automatic_answer_is_known_by_its_headers_or_its_words(string name)
    {
        var reading = MailReader.Read(Read(name));

        reading.Kind.ShouldBe(MailKind.AutoReply);
        reading.Why.ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("human-gmail", "Yes, please send me a quote for 40 trucks.")]
    [InlineData("human-outlook", "What does it cost for 40 users?")]
    [InlineData("human-iphone", "Not now, please come back in March.")]
    [InlineData("human-abroad", "I am out of the office this week, but yes, please send the offer to me.")]
    [InlineData("human-german", "Wir haben kein Interesse. Bitte keine weiteren Mails.")]
    public void Of_a_persons_answer_only_their_own_words_are_left(string name, string words)
    {
        var mail = Read(name);

        MailReader.Read(mail).ShouldSatisfyAllConditions(r => r.Kind.ShouldBe(MailKind.Reply), r => r.Words.ShouldBe(words));
        MailMatching.Named(mail, MailKind.Reply).ShouldBe([Ours]);
    }

    [Theory]
    [InlineData("delivered")]
    [InlineData("arf-not-spam")]
    [InlineData("receipt")]
    public void Good_news_and_receipts_are_of_no_consequence(string name) => MailReader.Read(Read(name)).Kind.ShouldBe(MailKind.Other);

    [Fact]
    public void In_Reply_To_comes_first_then_the_last_reference_and_a_subject_means_nothing()
    {
        var mail = MailParser.Read(Stream("From: b@c.example\nSubject: Re: Forklifts\nIn-Reply-To: <3@x>\nReferences: <1@x> <2@x>\n <3@x>\n\nYes"));
        var bare = MailParser.Read(Stream("From: b@c.example\nSubject: Re: Forklifts for your warehouse\n\nYes"));

        MailMatching.Named(mail, MailKind.Reply).ShouldBe(["3@x", "2@x", "1@x"]);
        MailMatching.Named(bare, MailKind.Reply).ShouldBeEmpty();
        MailMatching.NamedByAddress(bare).ShouldBeNull();
    }

    [Fact]
    public void An_address_with_our_tag_names_the_mail_also_where_only_the_server_wrote_it_down()
    {
        var id = Guid.CreateVersion7();
        var address = MailMatching.AddressFor("sales@fernhill.example", id);

        MailMatching.NamedByAddress(MailParser.Read(Stream($"To: someone@else.example\nDelivered-To: {address}\n\nYes"))).ShouldBe(id);
    }

    [Theory]
    [InlineData("Content-Type: text/plain; charset=no-such-charset\n\nYes, please", "Yes, please")]
    [InlineData("Content-Type: text/plain; charset=utf-7\n\nYes, please", "Yes, please")]
    [InlineData("Content-Type: text/plain\n\nJ\u00fcrgen sagt ja", "J\u00fcrgen sagt ja")]
    [InlineData("Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nYes, please", "Yes, please")]
    [InlineData("Content-Type: multipart/mixed; boundary=\"\"\n\n--\nYes, please", "")]
    [InlineData("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n!!!WWVz", "")]
    public void Broken_mail_gives_what_can_be_read(string mail, string expected)
    {
        var reading = MailReader.Read(MailParser.Read(Stream("From: b@c.example\n" + mail)));

        (reading.Words.Contains(expected, StringComparison.Ordinal), reading.Kind).ShouldBe((true, MailKind.Reply));
    }

    [Fact]
    public void A_mail_of_25_MB_with_a_thousand_parts_in_five_hundred_levels_is_read_in_bounded_space_and_time()
    {
        var text = new StringBuilder("From: b@c.example\nMessage-ID: <big@c.example>\nContent-Type: multipart/mixed; boundary=b0\n\n");
        for (var level = 0; level < 500; level++)
        {
            text.Append(CultureInfo.InvariantCulture, $"--b{level}\nContent-Type: multipart/mixed; boundary=b{level + 1}\n\n");
        }

        text.Append("--b500\nContent-Type: text/plain\n\ndeep\n");
        var deep = text.ToString();
        var wide = new StringBuilder("From: b@c.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nYes, please\n");
        for (var part = 0; part < 1000; part++)
        {
            wide.Append("--x\nContent-Type: text/plain\n\n").Append('a', 25_000).Append('\n');
        }

        var clock = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();
        MailParser.Read(Stream(deep)).MessageId.ShouldBe("big@c.example");
        var mail = MailParser.Read(Stream(wide.ToString()));
        var reading = MailReader.Read(mail);

        reading.Words.ShouldStartWith("Yes, please");
        mail.Text.Length.ShouldBeLessThan(600_000);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(400_000_000);
        clock.Elapsed.TotalSeconds.ShouldBeLessThan(10);
    }

    [Fact]
    public void Mail_without_an_id_gets_one_from_its_content_so_that_it_counts_once()
    {
        var (one, same, other) = (MailParser.Read(Stream("From: b@c.example\n\nYes")), MailParser.Read(Stream("From: b@c.example\n\nYes")), MailParser.Read(Stream("From: b@c.example\n\nNo")));

        same.MessageId.ShouldBe(one.MessageId);
        other.MessageId.ShouldNotBe(one.MessageId);
    }

    internal static IncomingMail Read(string name)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Answers", "Fixtures", name + ".eml"));
        return MailParser.Read(file);
    }

    internal static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));
}
